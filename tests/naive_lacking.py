"""Who lacks what a leaf measures (【A】不适用的, 没有该项指标的), for the naive reader."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Condition, Count, Joined, Lacking, Unread, atoms_of, lacking_in
from naive_model import Clause, Given, Judged, Per, Series, Steps, Threshold
from naive_words import FACT, Marked, number

if TYPE_CHECKING:
    from naive_clauses import LeafReader
    from naive_conditions import ConditionReader

_WHO = "(?:的(?:单位|企业|地区|机构))?"
_LACKING = re.compile(
    r"(?:(?:没有承担|没有|不存在|不涉及|未涉及|不承担|未承担|不适用于|无)(?:该项|本项|此项|这项|该|本|此|这)"
    r"(?:考核内容|(?:考核|工作|评价)?(?:指标|任务|工作|业务|职能|职责|事项|项目))"
    rf"|该项指标不适用|(?<![^,;。])不(?:适用|涉及)(?=的)){_WHO}"
)
_OF_FACT = re.compile(rf"(?P<fact>{FACT})为?(?P<no>不)?适用{_WHO}")
_SHARE = re.compile(
    r"(?:按|得|计)(?:满分|该项分值)的(?P<share>\d+(?:\.\d+)?)%(?:计分|计算|计)?|(?:计满分|视为满分|按满分计算)"
)


def read_lacking(reader: "ConditionReader", text: str, at: int, parts: list[Condition]) -> int | None:
    """A condition about what is 不适用; returns where it ends."""
    if found := _OF_FACT.match(text, at):
        parts.append(Lacking(reader.marker.name(found["fact"]), negated=not found["no"]))
        return found.end()
    if found := _LACKING.match(text, at):
        whole = Joined("且", [])
        reader.lacking.append(whole)  # its parts are known when the leaf is read
        parts.append(whole)
        return found.end()
    return None


def write_shares(marked: Marked, full: Fraction | None) -> None:
    """按满分的60%计分 is so many points."""
    for found in reversed(list(_SHARE.finditer(marked.text))):
        if full is None:
            raise Unread("满分 of nothing")
        points = full * number(found["share"] or "100") / 100
        if points.denominator not in (1, 2, 5, 10):
            raise Unread(f"points of many decimals: {points}")
        printed = (
            str(points) if points.denominator == 1 else f"{points.numerator * 10 // points.denominator / 10}"
        )
        marked.replace(found.start(), found.end(), f"得{printed}分")


def replaces_all(reader: "LeafReader", condition: Condition | None, place: str, words: str) -> bool:
    """Whether 得N分 with this condition is the score of the leaf, as 不适用得分 says."""
    if condition is None or not (
        lacking_in(condition) or any(part in reader.lacking for part in parts_of(condition))
    ):
        return False
    return reader.reading(place, words, "不适用得分") != "本数据项"


def parts_of(condition: Condition | None) -> list[Condition]:
    """A condition and all that is joined in it."""
    if isinstance(condition, Joined):
        return [condition, *(found for part in condition.parts for found in parts_of(part))]
    return [] if condition is None else [condition]


def settle_lacking(reader: "LeafReader") -> None:
    """没有该项指标的: all that the clauses of the leaf compare, count or judge is 不适用."""
    names = [name for clause in reader.leaf.clauses if not lacking_in(clause.own) for name in _facts(clause)]
    for whole in reader.lacking:
        whole.parts += [Lacking(name) for name in dict.fromkeys(names)]
        if not whole.parts:
            raise Unread("what does one lack of nothing")
    said = [clause.condition for clause in reader.leaf.clauses]
    said += [veto.condition for veto in reader.leaf.vetoes]
    said += [condition for condition, _ in reader.leaf.scales]
    for lacking in [found for condition in said for found in _lacking_of(condition)]:
        places = [name for name in dict.fromkeys(names) if _is_place_of(reader, name, lacking.fact)]
        if places and lacking.fact not in names:
            if len(places) > 1:
                raise Unread(f"which of {places} is lacked")
            lacking.fact = places[0]


def _lacking_of(condition: Condition | None) -> list[Lacking]:
    if isinstance(condition, Joined | Count):
        return [found for part in condition.parts for found in _lacking_of(part)]
    return [condition] if isinstance(condition, Lacking) else []


def _is_place_of(reader: "LeafReader", name: str, fact: str) -> bool:
    """Whether what is asked is the place of a fact alone, in no class that can itself be 不适用."""
    over = reader.standard.together.get(name)
    if over is None or over.kind not in ("rank", "last") or over.of != fact:
        return False
    return "不适用" not in reader.standard.declared.get(over.within, {}).get("备注", "")


def _facts(clause: Clause) -> list[str]:
    found = [atom.fact for atom in atoms_of(clause.own)]
    amount = clause.amount
    if isinstance(amount, Threshold):
        found += [atom.fact for atom in atoms_of(amount.condition)]
        found += [steps.fact for steps in [*amount.adds, *amount.offs]]
    elif isinstance(amount, Per | Steps | Judged | Series | Given):
        found.append(amount.fact)
    if isinstance(amount, Per) and amount.second:
        found.append(amount.second)
    return found
