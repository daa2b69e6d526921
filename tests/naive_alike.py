"""视同 for the naive reader: what stands in for a fact, or meets a demand instead."""

import re
from copy import deepcopy
from dataclasses import fields, is_dataclass
from typing import Any

from naive_lists import ListReader
from naive_logic import Atom, Condition, Joined, Unread, opposite
from naive_model import Clause, Indicator
from naive_words import FACT

ALIKE = re.compile(
    rf"[,(]?(?P<a>[^;。()]*?)的,?(?:视同|视为)(?:(?:满足|达到|符合)?(?:本条|以上|上述)?(?P<met>要求|条件|标准|达标)"
    rf"|(?:取得|获得)?(?P<b>{FACT})|(?:满足|达到|符合)(?P<limit>{FACT})的?(?:要求|标准|条件))\)?"
)


SHORT = re.compile("不足|不满|未满|不到|未到|未达到")


def stand_in(thing: Any, fact: str, instead: Condition, missed: str = "") -> Any:
    """The same with every condition about a fact that asks for it, or for its limit, met by another one too."""
    if isinstance(thing, Atom):
        if thing.fact != fact:
            return thing
        if thing.negated or (thing.turned and thing.compares):
            return Joined("且", [thing, opposite(instead)])
        if missed == "按达到" and any(SHORT.search(words) for words in thing.words.values()):
            return Joined("且", [thing, opposite(instead)])
        return Joined("或", [thing, instead])
    if isinstance(thing, list | tuple):
        return type(thing)(stand_in(part, fact, instead, missed) for part in thing)
    if is_dataclass(thing) and type(thing).__module__ in ("naive_model", "naive_logic"):
        for field in fields(thing):
            value = getattr(thing, field.name)
            if isinstance(value, list | tuple) or is_dataclass(value):
                setattr(thing, field.name, stand_in(value, fact, instead, missed))
    return thing


class AlikeReader(ListReader):
    """Reads 视同 in a leaf; it is carried out once the leaf, or all, is read."""

    leaf: Indicator
    segment: int
    last: Clause | None

    def read_alike(self, text: str, at: int, end: int, whole: str) -> int | None:
        """【A】的，视同【B】; returns where it ends."""
        found = ALIKE.match(text, at, end)
        if not found:
            return None
        instead = self.condition(found["a"], f"{self.leaf.id}.视同", whole)
        if instead is None:
            raise Unread(f"no condition: {whole}")
        if found["met"]:
            asked = [c for c in self.leaf.clauses if c.condition is not None and c.segment == self.segment]
            asked = asked or [c for c in self.leaf.clauses if c.condition is not None]
            if len(asked) != 1:
                raise Unread(f"视同 of several clauses: {whole}")
            asked[0].condition = Joined("或", [asked[0].condition or instead, instead])
            if asked[0].said[0] is None:
                asked[0].said = (None, deepcopy(asked[0].condition))
            return found.end()
        fact = self.marker.name(found["b"] or found["limit"])
        self.standard.alike.append(
            (self.leaf, fact, instead, self.reading(self.leaf.id, whole, "视同") or "")
        )
        return found.end()
