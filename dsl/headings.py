"""The ids of headings: by position for indicators (3.3), 加1 and 减1 for what 加分项 and 减分项 hold."""

from collections.abc import Iterable

from attrs import evolve

from zhunsheng.dsl import ast

#: Reserved sections whose rules give or take points of the total, with how their ids begin.
EXTRA = {"加分项": "加", "减分项": "减"}

#: What ends the id of the rules that a heading with others below it has of its own (2.本类).
OWN = "本类"


def numbered(headings: Iterable[ast.Heading], prefix: str = "") -> tuple[ast.Heading, ...]:
    """Gives headings their ids by position: 1, 1.1, 1.1.1."""
    result = []
    for index, heading in enumerate(headings, 1):
        id = f"{prefix}{index}"
        result.append(evolve(heading, id=id, children=numbered(heading.children, f"{id}.")))
    return tuple(result)


def section(heading: ast.Heading) -> ast.Heading:
    """A reserved section; 加分项 with headings below is 加 and they are 加1, 加2, …, else it is itself 加1."""
    prefix = EXTRA.get(heading.title)
    if prefix is None:
        return heading
    if not heading.children:
        return evolve(heading, id=f"{prefix}1")
    return evolve(heading, id=prefix, children=numbered(heading.children, prefix))
