"""What 解读 says about the doubts that words leave open, for the naive reader."""

import re

from naive_logic import Condition, Unread, atoms_of
from naive_model import Reading, Standard

#: The number of a clause or an indicator, which quotes no words.
PLACE = re.compile(r"[加减]?[\d.]+(?:本类(?:\.\d+)?)?")


class Asker:
    """Looks up readings; `sentences` are those of the clauses, by their ids."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.sentences: dict[str, str] = {}

    def supposed(self, doubt: str) -> str:
        """The reading of a doubt that nothing settles, where it is supposed that it does not matter; else none."""
        choice = self.standard.supposed.get(doubt, "")
        if choice:
            self.standard.unsettled.add(doubt)
        return choice

    def reading(self, place: str, words: str, doubt: str, aside: list[Reading] | None = None) -> str | None:
        """What 解读 says about a clause: the closest row wins, words or clause before indicator before 全文.

        Rows that are set `aside` speak of another clause.
        """
        ranks: dict[int, str] = {}
        leaf = place.rpartition(".")[0]
        for row in self.standard.readings:
            if row.doubt != doubt or row in (aside or []):
                continue
            a_place = PLACE.fullmatch(row.where)
            if row.where == place or (not a_place and row.where in words):
                ranks.setdefault(0, row.choice)
            elif not a_place and row.where in self.sentences.get(place, ""):
                ranks.setdefault(1, row.choice)
            elif row.where == leaf or leaf.startswith(row.where + "."):
                ranks.setdefault(2, row.choice)
            elif row.where == "全文":
                ranks.setdefault(3, row.choice)
        return ranks[min(ranks)] if ranks else None

    def settle_dates(self, place: str, words: str, condition: Condition | None, fact: str = "") -> None:
        """近年: how the clause reads the last n years."""
        for name in [fact, *(atom.fact for atom in atoms_of(condition))]:
            question = self.standard.questions.get(name)
            if question is not None and question.kind == "近":
                choice = self.reading(place, words, "近年")
                if choice is None or question.mode not in ("", choice):
                    raise Unread(f"近年 is open: {words}")
                question.mode = choice
