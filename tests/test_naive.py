"""The naive evaluator itself, against small standards worked out by hand."""

import random
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from naive import (
    UNDEFINED,
    Incomplete,
    Unread,
    Value,
    derive,
    evaluate,
    facts_of,
    leaf_score,
    read,
)
from naive_model import Standard
from naive_random import complete, random_facts, random_incomplete
from naive_words import flat, number

OFFICIAL = Path(__file__).parent.parent / "standards" / "miit-2017-103" / "standard.zhun.md"


def leaf(rules: str, *readings: str, heading: str = "指标（100分）", rest: str = "") -> Standard:
    """A standard of one leaf; a reading is 条款 疑义 采用."""
    rows = "".join(f"| {' | '.join(row.split())} | 试 |\n" for row in readings)
    table = f"## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n{rows}" if rows else ""
    return read(f"# 试\n\n## {heading}\n\n{rules}\n\n{rest}\n\n{table}")


def total(standard: Standard, **facts: Value) -> Fraction:
    return evaluate(standard, facts).total


@pytest.mark.parametrize(
    ("words", "value"),
    [("12", 12), ("1.5", Fraction(3, 2)), ("一", 1), ("两", 2), ("十", 10), ("三十二", 32), ("二百零五", 205)]
    + [("100万", 10**6), ("三万二千", 32000), ("一亿", 10**8), ("1.5万", 15000)],
)
def test_numbers(words: str, value: Fraction) -> None:
    assert number(words) == value


# --- clauses --------------------------------------------------------------------------------------------------


def test_yes_and_no() -> None:
    standard = leaf("【A】的，加30分；未【B】的，得20分。")
    assert total(standard, A=True, B=False) == 50
    assert total(standard, A=True, B=True) == 30
    assert total(standard, A=False, B="不适用") == 0  # neither B nor its negation


@pytest.mark.parametrize(
    ("words", "below", "on", "above"),
    [
        ("【A】达到10家的", 0, 1, 1),
        ("【A】不低于10家的", 0, 1, 1),
        ("【A】10家以上的", 0, 1, 1),
        ("【A】10家（不含）以上的", 0, 0, 1),
        ("【A】10家以上（不含）的", 0, 0, 1),
        ("【A】超过10家的", 0, 0, 1),
        ("【A】超过10家（含）的", 0, 1, 1),
        ("【A】低于10家的", 1, 0, 0),
        ("【A】未达到10家的", 1, 0, 0),
        ("【A】未超过10家的", 1, 1, 0),
        ("【A】10家及以下的", 1, 1, 0),
        ("【A】≥十家的", 0, 1, 1),
        ("举办10家以上【A】", 0, 1, 1),
        ("每年举办不少于10家【A】的", 0, 1, 1),
    ],
)
def test_boundary_words(words: str, below: int, on: int, above: int) -> None:
    standard = leaf(f"{words}，加1分。")
    assert [total(standard, A=a) for a in (9, 10, 11)] == [below, on, above]


def test_and_binds_closer_than_or() -> None:
    standard = leaf("【A】或者【B】且【C】的，加10分。")  # A or (B and C)
    assert total(standard, A=True, B=False, C=False) == 10
    assert total(standard, A=False, B=True, C=False) == 0
    assert total(standard, A=False, B=True, C=True) == 10


def test_list_of_conditions_needs_a_reading() -> None:
    rules = "【A】、【B】不低于3家的，加10分。"
    with pytest.raises(Unread):
        leaf(rules)
    both, one = leaf(rules, "B不低于3家 并列 且"), leaf(rules, "B不低于3家 并列 或")
    assert total(both, A=True, B=2) == 0
    assert total(one, A=True, B=2) == 10
    assert total(both, A=True, B=3) == 10


def test_per_unit() -> None:
    standard = leaf("每建立两种【A】加20分；每个【B】10分，30分封顶；【C】的，每一条【D】加2分。")
    # ⌊5÷2⌋×20 = 40; 4×10 = 40, capped at 30; C holds: 3×2 = 6
    assert evaluate(standard, {"A": 5, "B": 4, "C": True, "D": 3}).clauses == {"1.1": 40, "1.2": 30, "1.3": 6}
    # 不适用 counts as nothing, and a condition that does not hold leaves nothing to count
    assert evaluate(standard, {"A": "不适用", "B": 1, "C": False, "D": 3}).leaves == {"1": 10}


def test_per_unit_on_record() -> None:
    standard = leaf("【A】的，根据【记录｜B】每一次加20分，直到满分100为止。")
    assert total(standard, A=True, B=3) == 60
    assert total(standard, A=True, B=6) == 100
    assert total(standard, A=False, B=6) == 0


def test_each_or_once() -> None:
    rules = "发现一个【A】加40分。"
    with pytest.raises(Unread):
        leaf(rules)
    assert total(leaf(rules, "全文 计次 每项"), A=2) == 80
    assert total(leaf(rules, "1.1 计次 一次"), A=2) == 40
    assert total(leaf(rules, "发现一个A 计次 一次"), A=0) == 0


def test_steps() -> None:
    rules = "【A】达到70%后每增加10个百分点加10分。"
    whole, pro_rata = leaf(rules), leaf(rules, "全文 步长 按比例")
    a = Fraction(96, 100)  # 26 points above the base: two whole steps, or 2.6
    assert total(whole, A=a) == 20
    assert total(pro_rata, A=a) == 26
    assert total(whole, A=Fraction(1, 2)) == 0
    over = leaf("【A】超过2次的，每增加一次加10分。")
    assert [total(over, A=a) for a in (2, Fraction(5, 2), 3, Fraction(99, 10))] == [0, 0, 10, 70]


def test_step_in_percent() -> None:
    rules = "【A】达到50%后每增加10%加5分。"
    with pytest.raises(Unread):
        leaf(rules)
    # at 71%: by points 21÷10 → 2 steps; relative, a step is 50%×10% = 5 points: 21÷5 → 4 steps
    assert total(leaf(rules, "1.1 百分数 百分点"), A=Fraction(71, 100)) == 10
    assert total(leaf(rules, "1.1 百分数 相对"), A=Fraction(71, 100)) == 20


def test_elided_subject() -> None:
    standard = leaf(
        "【A】达到100家的，加50分；【B】10%以上的，加3分；达到20%的，加4分；〖又〗超过2倍【C】加1分。"
    )
    assert total(standard, A=100, B=Fraction(1, 5), C=3) == 58
    with pytest.raises(Unread):  # 家 was measured two sentences before
        leaf("【A】达到100家的，加50分。【B】的，加3分。达到200家的，加4分。")


def test_judged() -> None:
    standard = leaf("【A】的，根据【B】酌情加分；每涉及一个【C】酌情加分；其他【D】的酌情加分，最多10分。")
    facts: dict[str, Value] = {"A": True, "B": Fraction("7.5"), "C": 20, "D": 15}
    assert evaluate(standard, facts).clauses == {"1.1": Fraction("7.5"), "1.2": 20, "1.3": 10}
    assert evaluate(standard, {**facts, "A": False}).clauses["1.1"] == 0
    assert evaluate(standard, {**facts, "D": "不适用"}).clauses["1.3"] == 0


def test_numbers_in_units() -> None:
    table = "## 数据项\n\n| 名称 | 类型 | 单位 |\n|---|---|---|\n| A | 金额 | 万元 |\n| B | 时长 | 年 |"
    standard = leaf(
        "【A】达到500000元的，加1分；【A】100万元以上的，加2分；【B】18个月以上的，加4分。", rest=table
    )
    assert total(standard, A=50, B=1) == 1
    assert total(standard, A=100, B=Fraction(3, 2)) == 7


# --- bands and caps -------------------------------------------------------------------------------------------

BANDS = "【A】达到1次但未到1.5次的，加50分；达到1.5次但未超过2次的，加30分；超过2次的，每增加一次加10分。"


@pytest.mark.parametrize(
    ("choice", "expected"),
    # A = 1, 1.5, 2, 2.5, 3: bands added up: 50, 50+30, 80, 80+0, 80+10; one band only: 50, 30, 30, 0, 10
    [("分段累计", [50, 80, 80, 80, 90]), ("分段择一", [50, 30, 30, 0, 10])],
)
def test_bands(choice: str, expected: list[int]) -> None:
    standard = leaf(BANDS, f"1 分段 {choice}")
    values = (1, Fraction(3, 2), 2, Fraction(5, 2), 3)
    assert [total(standard, A=a) for a in values] == expected


def test_open_bands_one_of_them() -> None:
    rules = "【A】10家以上的，加5分；20家以上的，加8分；超过30家的，加9分。"
    one = leaf(rules, "1.1 分段 分段择一")  # [10, 20), [20, 30], above 30
    assert [total(one, A=a) for a in (9, 10, 19, 20, 30, 31)] == [0, 5, 5, 8, 8, 9]
    every = leaf(rules, "1.1 分段 分段累计")
    assert [total(every, A=a) for a in (9, 10, 19, 20, 30, 31)] == [0, 5, 5, 13, 13, 22]


def test_open_bands_downwards() -> None:
    rules = "【A】低于60%的，扣5分；低于40%的，扣20分。"
    one = leaf(rules, "1.1 分段 分段择一", heading="指标（50分）")  # below 40%; from 40% to below 60%
    assert [total(one, A=Fraction(a, 10)) for a in (3, 4, 5, 6)] == [30, 45, 45, 50]


def test_listed_bands_read_once() -> None:
    standard = leaf("发布1项【A】得1分，发布2项以上【A】得2分。", "1.1 计次 一次", "1 分段 分段择一")
    assert [total(standard, A=a) for a in range(4)] == [0, 1, 2, 2]


def test_scope_of_a_cap() -> None:
    rules = "【A】达到100家的，加50分；100家后每增加100家加10分，最多80分；【B】的，加10分。"
    facts: dict[str, Value] = {"A": 1200, "B": True}
    # 50 + min(110, 80) + 10 = 140 → 100; min(50+110, 80) + 10 = 90; min(50+110+10, 80) = 80
    assert total(leaf(rules), **facts) == 100
    assert total(leaf(rules, "最多80分 上限 本数据项"), **facts) == 90
    assert total(leaf(rules, "最多80分 上限 本指标"), **facts) == 80
    assert evaluate(leaf(rules), facts).clauses == {"1.1": 50, "1.2": 80, "1.3": 10}


def test_deductions_start_from_the_full_mark() -> None:
    standard = leaf("每发生一起【A】扣5分，最多扣8分；【B】的，扣30分，扣完为止。", heading="指标（20分）")
    assert total(standard, A=1, B=False) == 15
    assert total(standard, A=4, B=False) == 12  # 20 − min(20, 8)
    assert total(standard, A=0, B=True) == 0
    assert evaluate(standard, {"A": 4, "B": True}).clauses == {"1.1": -8, "1.2": -30}


def test_adding_and_taking_off_starts_from_nothing() -> None:
    standard = leaf("【A】的，加15分；每发生一起【B】扣5分。", heading="指标（20分）")
    assert [total(standard, A=True, B=b) for b in (0, 1, 9)] == [15, 10, 0]


def test_a_leaf_without_a_full_mark() -> None:
    assert total(leaf("每个【A】加30分。", heading="指标"), A=9) == 270
    assert total(leaf("每个【A】加30分，直到满分200为止。", heading="指标"), A=9) == 200


def test_item_veto() -> None:
    standard = leaf("每个【A】加30分；若【B】低于60%的，本指标项目视为5分。")
    outcome = evaluate(standard, {"A": 2, "B": Fraction(599, 1000)})
    assert outcome.total == 5
    assert outcome.vetoes == ["1.2"]
    assert outcome.clauses == {"1.1": 60}
    assert total(standard, A=2, B=Fraction(3, 5)) == 60
    assert total(standard, A=2, B="不适用") == 60


# --- totals, tiers, vetoes ------------------------------------------------------------------------------------


def test_global_and_relative_weights() -> None:
    leaves = "### 甲（权重{}）\n\n每个【A】加10分。\n\n### 乙（权重{}）\n\n每个【B】加10分。\n\n## 二（权重0.5）\n\n每个【C】加10分。"
    own = read("# 试\n\n## 一（权重0.5）\n\n" + leaves.format("0.2", "30%"))
    # 0.2×10 + 0.3×20 + 0.5×40 = 28
    assert total(own, A=1, B=2, C=4) == 28
    relative = read("# 试\n\n## 一（权重0.5）\n\n" + leaves.format("0.4", "60%"))
    # 0.5×0.4×10 + 0.5×0.6×20 + 0.5×40 = 28
    assert total(relative, A=1, B=2, C=4) == 28
    assert [x.factor for x in relative.leaves()] == [Fraction(1, 5), Fraction(3, 10), Fraction(1, 2)]


def test_points_are_summed() -> None:
    text = "# 试\n\n## 一\n\n### 甲（5分）\n\n每个【A】加2分。\n\n### 乙（满分10分）\n\n每个【B】加3分。"
    outcome = evaluate(read(text), {"A": 3, "B": 2})  # min(6, 5) + 6
    assert outcome.total == 11
    assert outcome.tier is None
    assert outcome.leaves == {"1.1": 5, "1.2": 6}


@pytest.mark.parametrize(
    ("bands", "readings", "tiers"),
    [
        # a bare 80 goes to the neighbour that names it
        ("60分以下评为差；60分（含）以上-80分评为中；80分（含）以上评为好", ["60分以下 本数 不含"], "差中好"),
        ("低于60分的为差、60~79分为中、超过79分为好", [], "差中好"),
        ("不满60分为差，60分以上80分以下为中，80分（不含）以上为好", [], "差中中"),
        ("60分（不含）以下为差、60～80分（不含）为中、80分以上为好", [], "差中好"),
    ],
)
def test_tiers(bands: str, readings: list[str], tiers: str) -> None:
    standard = leaf("【A】的酌情加分。", *readings, rest=f"## 评定等级\n\n1、〖按总分，〗{bands}。")
    assert "".join(str(evaluate(standard, {"A": a}).tier) for a in (59, 60, 80)) == tiers


def test_gap_between_tiers() -> None:
    gap = "85 空档 不评级"
    standard = leaf(
        "【A】的酌情加分。",
        gap,
        "90分 空档 不评级",
        rest="## 评定等级\n\n75~84分为三星、85~89分为四星、90分以上为五星。",
    )
    tiers = [evaluate(standard, {"A": a}).tier for a in (74, 75, 84, Fraction(169, 2), 85, 89, 90)]
    assert tiers == [None, "三星", "三星", None, "四星", "四星", "五星"]


def test_shared_number_without_a_reading() -> None:
    standard = leaf("【A】的酌情加分。", rest="## 评定等级\n\n60分以下为差；60分以上为好。")
    assert evaluate(standard, {"A": 61}).tier == "好"
    with pytest.raises(Unread):
        evaluate(standard, {"A": 60})


def test_general_veto() -> None:
    rest = (
        "## 评定等级\n\n低于60分为差；60分以上为好。\n\n## 一票否决\n\n若【B】、【C】的，直接视该服务为差。"
    )
    standard = leaf("【A】的酌情加分。", "若B、C 并列 或", rest=rest)
    outcome = evaluate(standard, {"A": 90, "B": False, "C": True})
    assert outcome.total == 90
    assert (outcome.tier, outcome.tier_without_veto, len(outcome.vetoes)) == ("差", "好", 1)
    assert evaluate(standard, {"A": 90, "B": False, "C": False}).tier == "好"


# --- facts ----------------------------------------------------------------------------------------------------


def test_derived_facts() -> None:
    rest = "## 计算\n\n【A】＝【B】÷【C】\n【D】＝（【A】－1）×10%＋【B】"
    standard = leaf("【A】达到50%的，加10分。", rest=rest)
    assert derive(standard, {"B": 1, "C": 2}) == {"A": Fraction(1, 2), "B": 1, "C": 2, "D": Fraction(19, 20)}
    assert derive(standard, {"B": 0, "C": 0})["A"] == UNDEFINED
    assert derive(standard, {"B": 1, "C": "不适用"})["A"] == "不适用"
    assert "A" not in derive(standard, {"B": 1})
    assert total(standard, B=1, C=2) == 10
    assert total(standard, A=Fraction(1, 2)) == 10
    assert total(standard, B=1, C="不适用") == 0
    with pytest.raises(Incomplete):
        total(standard, B=1, C=0)
    with pytest.raises(Incomplete):
        total(standard, B=1)


@pytest.mark.parametrize(
    "rules",
    [
        "良好的，加10分。",
        "【A】良好的，加10分。",
        "【A】的，加10分，表现优秀。",
        "每少一个【A】扣5分。",
        "【A】酌情扣5～分。",
        "【A】至少超过3家的，加1分。",
        "【A】的，加10分。其中【B】除外。",
        "直到满分100为止，最多3分。",
    ],
)
def test_words_outside_the_page_are_refused(rules: str) -> None:
    with pytest.raises(Unread):
        leaf(rules)


# --- the 2017 standard ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official() -> Standard:
    return read(OFFICIAL.read_text("utf-8"))


def cell_value(words: str, kind: str) -> Value:
    words = flat(words)
    if words in ("是", "否", "不适用"):
        return {"是": True, "否": False}.get(words, "不适用")
    if words == "无":
        return 0
    if kind == "清单" and not words.isdigit():
        return len(set(words.split("、")))
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%|年|个月|万元|元|分|次|家)?", words)
    assert found, words
    value = Fraction(found.group(1))
    scales = {"%": Fraction(1, 100), "个月": Fraction(1, 12), "万元": Fraction(10**4)}
    return value * scales.get(found.group(2), Fraction(1))


def test_worked_examples_of_2017(official: Standard) -> None:
    """The 案例 in the file, as far as they are complete (for one leaf at least)."""
    kinds = {fact.name: fact.type for fact in facts_of(official)}
    checked = 0
    for table in official.cases:
        names = [column for column in table[0] if column != "数据项"]
        for case in names:
            rows = {row["数据项"]: row[case] for row in table if row[case].strip()}
            facts = {name: cell_value(words, kinds[name]) for name, words in rows.items() if name in kinds}
            for name, words in rows.items():
                found = (case, name, words)
                if re.fullmatch(r"\d+(\.\d+)+", name) and re.fullmatch(r"\d+(\.\d+)?", words):
                    assert leaf_score(official, name, facts) == Fraction(words), found
                    checked += 1
                elif name == "得分" and re.fullmatch(r"\d+(\.\d+)?", words):
                    assert evaluate(official, facts).total == Fraction(words), found
                elif name == "等级" and rows.get("得分", "").replace(".", "").isdigit():
                    assert evaluate(official, facts).tier == words, found
    assert checked > 100


def test_random_facts(official: Standard) -> None:
    """They are complete, within type and range, reach every tier and fall on the tiers' edges."""
    rng = random.Random(2017)
    specs = {fact.name: fact for fact in facts_of(official)}
    tiers, on_edge = set(), 0
    for _ in range(300):
        facts = random_facts(official, rng)
        outcome = evaluate(official, facts)
        tiers.add(outcome.tier_without_veto)
        on_edge += outcome.total in (60, 80)
        for name, value in facts.items():
            spec = specs[name]
            if isinstance(value, str):
                assert spec.allows_na
            elif not isinstance(value, bool | date | tuple):
                assert spec.low is None or value >= spec.low
                assert spec.high is None or value <= spec.high
                assert spec.type not in ("个数", "清单") or isinstance(value, int)
        known, hidden = random_incomplete(official, rng)
        assert not set(known) & set(hidden)
    assert tiers == {"不合格", "合格", "优秀"}
    assert on_edge > 5


def test_completions_keep_what_is_known(official: Standard) -> None:
    rng = random.Random(7)
    known, _ = random_incomplete(official, rng)
    for _ in range(50):
        completed = complete(official, known, rng)
        assert completed.items() >= known.items()
