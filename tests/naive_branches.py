"""Branches (否则, 其他情况, 其中) for the naive reader: what a clause carries on from those before it."""

import re
from copy import deepcopy
from fractions import Fraction

from naive_limits import LimitReader
from naive_logic import Atom, Condition, Joined, Unread, both, opposite
from naive_model import Clause, Flat, Standard
from naive_words import Marker

BRANCH = re.compile("否则|其他情况|其余|其中|其他,?$")


class BranchReader(LimitReader):
    """Reads what a branch carries on."""

    last: Clause | None

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard, marker)
        self.segment = 0
        self.among: Condition | None = None  # 其中 carries its condition on to the end of the segment
        self.run: list[str] = []  # the clauses that 否则 or 其他情况 was last said behind
        #: The coefficients, each with its id and its words.
        self.scaled: list[tuple[str, str]] = []
        #: What sets or multiplies the score on a condition, each with how many clauses stand before it.
        self.others: list[tuple[int, Clause]] = []

    def set_apart(self, place: str, words: str, carried: Condition | None, own: Condition | None) -> None:
        """A rule that is no clause, which a branch behind it may be about."""
        if carried is not None or own is not None:
            rule = Clause(place, words, 0, Flat(Fraction(0)), sentence=self.sentence, segment=self.segment)
            rule.own, rule.said = deepcopy(own), deepcopy((carried, own))
            rule.ends_run = carried is not None and own is None
            self.others.append((len(self.leaf.clauses), rule))

    def so_far(self) -> list[Clause]:
        """The clauses, and what is set apart, in their order."""
        found: list[Clause] = []
        for n in range(len(self.leaf.clauses) + 1):
            found += [rule for at, rule in self.others if at == n]
            found += self.leaf.clauses[n : n + 1]
        return found

    def carried(self, word: str, place: str, words: str) -> Condition | None:
        """What 否则, 其他情况, 其中 carry on from the clauses before."""
        rules = self.so_far()
        last = rules[-1] if self.others and rules[-1] is self.others[-1][1] else self.last
        if last is None:
            raise Unread(f"no clause before {word}: {words}")
        word = "其余" if word.startswith("其他") else word
        if word == "其中":
            said = both(*last.said)
            if said is not None and self.reading(place, words, "其中") != "本句":
                self.among = said
            return said
        run = [c for c in rules if c.sentence == self.sentence] or rules
        ends = [place for place, c in enumerate(run) if c.ends_run]
        run = run[ends[-1] + 1 :] if ends else run
        self.run = [clause.id for clause in run]
        if word == "否则" and _one_choice(run):
            word = "其余"
        kinds = {rule.id in dict(self.scaled) for rule in run}
        if word == "其余" and len(kinds) > 1:
            raise Unread(f"points and coefficients before {word}: {words}")
        asked = word == "否则" or not any(c.sentence == self.sentence for c in rules)
        choice = self.reading(place, words, "否则") if asked else None
        choice = choice or ("前句" if word == "否则" else "各句")
        if choice == "各句":
            conditions = [c for clause in run if (c := both(*clause.said)) is not None]
            if len(conditions) != len(run) or not run:
                raise Unread(f"a run without conditions: {words}")
            negated = [opposite(c) for c in conditions]
            return negated[0] if len(negated) == 1 else Joined("且", negated)
        carried, own = last.said
        if choice == "末项":
            if not isinstance(own, Joined) or own.word != "且":
                raise Unread(f"末项 of one condition: {words}")
            return both(carried, Joined("且", [*own.parts[:-1], opposite(own.parts[-1])]))
        if own is None:
            if carried is None:
                raise Unread(f"no condition before 否则: {words}")
            return opposite(carried)
        return both(carried, opposite(own))  # what it carried on stays


def _one_choice(run: list[Clause]) -> bool:
    """Whether the clauses of a run are all options of one fact."""
    said = [both(*clause.said) for clause in run]
    chosen = [c.fact for c in said if isinstance(c, Atom) and c.options]
    return len(chosen) == len(run) and len(set(chosen)) == 1
