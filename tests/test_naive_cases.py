"""The naive evaluator on the good case files: each holds a rule text, facts and the score that must come of them."""

import random
import re
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import naive
import pytest
from case_files import CASES, Block, Outcome, case_paths, read_case, rule_bytes, run_case_file
from differential import compare, compare_intervals
from naive_logic import Unread
from naive_model import Standard
from naive_random import complete, random_facts
from naive_reader import FIRST, SUPPOSED
from naive_values import values

#: Good cases that the naive reader cannot read yet, each with the reason.
UNREADABLE: dict[str, str] = {
    "lacking/share-of-the-full-mark": "未达到的不得分",
    "rounding/score-is-the-total": "得分取整 in 评定等级, 加分后总分",
}
#: Good cases of which the page says something else than the compiler does, each with what.
BEHIND: dict[str, str] = {}

#: Random completions that are tried where facts are missing.
COMPLETIONS = 40
#: Random applicants of each case.
APPLICANTS = 30
#: Random applicants of each case with facts taken away.
INCOMPLETE = 6


def _scored(path: Path) -> bool:
    return path.parent.name == "good" and any(b.kind == "score" for b in read_case(path).blocks)


def _name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


PATHS = [path for path in case_paths() if _scored(path)]
READ = [path for path in PATHS if _name(path) not in UNREADABLE | BEHIND]


@cache
def _run(path: Path) -> Outcome:
    return run_case_file(read_case(path))


@cache
def _text(path: Path) -> str:
    case = read_case(path)
    if case.bases:  # a variant: the merged text is what it means
        return _run(path).compiled.source.text
    return rule_bytes(case.rules)[0].decode()


@cache
def _standard(path: Path) -> Standard:
    return naive.read(_text(path), FIRST)


def _pairs(path: Path) -> list[tuple[Block, Block]]:
    blocks = read_case(path).blocks
    return [(a, b) for a, b in pairwise(blocks) if a.kind == "facts" and b.kind == "score"]


def _number(words: str) -> Fraction:
    exact = re.search(r"（(-?\d+/\d+)）", words)
    return Fraction(exact[1] if exact else words.removeprefix("约"))


def _range(words: str) -> tuple[Fraction | None, Fraction | None]:
    ends = [None if end == "不限" else _number(end) for end in words.split("～")]
    return ends[0], ends[-1]


def _inside(value: Fraction, ends: tuple[Fraction | None, Fraction | None]) -> bool:
    return (ends[0] is None or value >= ends[0]) and (ends[1] is None or value <= ends[1])


def _check(outcome: naive.Outcome, score: str) -> None:
    """An outcome lies in everything that the score block prints."""
    said = re.match(r"资格 (\S+) ?", score)
    if said:
        assert said[1] == "待定" or outcome.eligible == (said[1] == "符合"), (outcome.eligible, said[1])
        score = score[said.end() :]
        for place, holds in re.findall(r"(?m)^([\d.]*条件[\d.]+) (符合|不符合|待定)", score):
            assert holds == "待定" or outcome.requirements[place] == (holds == "符合"), place
    first = re.match(r"得分 (\S+)(?: 等级 (\S+))?(?:\n|$)", score)
    level = re.match(r"等级 (\S+)", score)
    if level:
        assert outcome.tier in level[1].split("、")
    if first:
        assert _inside(outcome.total, _range(first[1])), (outcome.total, first[1])
        if first[2]:
            assert outcome.tier in [
                *first[2].split("、"),
                *([None] if "～" in first[1] or "、" in first[2] else []),
            ]
        else:
            assert outcome.tier is None
    for place, points in re.findall(r"(?m)^((?:[加减]?\d[\d.]*(?:本类)?)) .*?(\S+)分$", score):
        if place in outcome.leaves:
            assert _inside(outcome.leaves[place], _range(points)), (place, outcome.leaves[place], points)
    printed = dict(re.findall(r"(?m)^  ([加减]?\d[\d.]*(?:本类\.\d+)?) (\S+?)分 ", score))
    for place, value in outcome.clauses.items():
        assert place in printed, (place, printed)
        assert _inside(value, _range(printed[place])), (place, value, printed[place])


@pytest.mark.parametrize("path", READ, ids=_name)
def test_good_case(path: Path) -> None:
    """Totals, tiers, indicators and clauses; with facts missing, random completions stay inside."""
    standard = _standard(path)
    compared = 0
    for facts, score in _pairs(path):
        if not score.text.startswith(("得分", "等级", "资格", "结论")):
            continue  # the facts have errors
        known = values(standard, facts.text)
        try:
            _check(naive.evaluate(standard, known), score.text)
        except naive.Incomplete:
            rng = random.Random(7)
            for _ in range(COMPLETIONS):
                try:
                    outcome = naive.evaluate(standard, complete(standard, known, rng))
                except naive.Incomplete:  # a division by zero
                    continue
                _check(outcome, score.text)
        compared += 1
    assert compared


@pytest.mark.parametrize("path", READ, ids=_name)
def test_random_applicants(path: Path) -> None:
    """What the case's own facts leave out: random facts score the same compiled and naive."""
    own = _run(path).standard
    if not own.program.open_terms:
        assert compare(own, _standard(path), 7, APPLICANTS) == APPLICANTS


@pytest.mark.parametrize("path", READ, ids=_name)
def test_random_applicants_with_missing_facts(path: Path) -> None:
    """Random completions stay inside the intervals, and where these are said to be sharp their ends are reached."""
    own = _run(path).standard
    if not own.program.open_terms:
        assert compare_intervals(own, _standard(path), 7, INCOMPLETE) == INCOMPLETE


@pytest.mark.parametrize("path", READ, ids=_name)
def test_doubts_that_are_not_asked(path: Path) -> None:
    """Where no 解读 settles a doubt, all its readings give the same scores."""
    standard, rng = _standard(path), random.Random(7)
    if not standard.unsettled or not standard.leaves():
        return
    options = [[(doubt, choice) for choice in SUPPOSED[doubt]] for doubt in sorted(standard.unsettled)]
    others = [naive.read(_text(path), {**FIRST, **dict(choices)}) for choices in product(*options)]
    for _ in range(APPLICANTS):
        facts = random_facts(standard, rng)
        scores = {tuple(naive.evaluate(other, facts).leaves.items()) for other in others}
        assert len(scores) == 1, (facts, scores)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_still_refused(name: str) -> None:
    """A case that has become readable is taken off the list."""
    group, stem = name.split("/")
    path = CASES / group / "good" / f"{stem}.md"
    assert path in PATHS
    with pytest.raises(Unread):
        standard = _standard(path)
        for facts, _ in _pairs(path):
            values(standard, facts.text)


def test_the_cases_are_there() -> None:
    """An empty run is no success."""
    assert len(READ) > 120
