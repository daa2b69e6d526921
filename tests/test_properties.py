"""Properties that hold for every standard: random rule texts, against the naive evaluator where it can say."""

import random
from fractions import Fraction

import naive
import naive_random
from differential import as_sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.compiler import ir
from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.emit.module import Module, load
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.dsl.rulefile import print_rules
from zhunsheng.runtime.facts import Entry, FactSheet
from zhunsheng.runtime.numbers import decimal, read_numeral
from zhunsheng.runtime.source import Source

POINTS = st.integers(1, 60)
UNITS = ("家", "次", "项", "种")

TIERS = "\n\n## 评定等级\n\n60分以下评为差；60分（含）以上-80分评为中；80分（含）以上评为好。\n"
READINGS = (
    "\n## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n"
    "| 60分以下 | 本数 | 不含 | 衔接 |\n| 全文 | 步长 | 整步 | 例 |\n| 全文 | 计次 | 每项 | 例 |\n"
    "| 全文 | 分段 | 分段累计 | 例 |\n| 全文 | 上限 | 本句 | 例 |\n| 全文 | 并列 | 或 | 例 |\n"
)


@st.composite
def clauses(draw: st.DrawFn) -> list[str]:
    """Independent sentences, each with facts of its own, as officials write them."""
    sentences = []
    for number in range(draw(st.integers(1, 5))):
        fact, unit = f"事项{'甲乙丙丁戊'[number]}", draw(st.sampled_from(UNITS))
        points, count = draw(POINTS), draw(st.integers(1, 200))
        kind = draw(st.integers(0, 7))
        sentences.append(
            [
                f"【{fact}】的，加{points}分",
                f"未【{fact}】的加{points}分",
                f"【{fact}】{draw(st.sampled_from(('达到', '超过', '不超过', '不足')))}{count}{unit}的，加{points}分",
                f"【{fact}】{count}%{draw(st.sampled_from(('以上', '以下')))}的，得{points}分",
                f"每{draw(st.integers(1, 4))}{unit}【{fact}】加{points}分，最多{points * 3}分",
                f"【{fact}】达到{count}%后每增加{draw(st.integers(1, 20))}个百分点加{points}分",
                f"【{fact}】达到{count}{unit}不足{count + draw(st.integers(1, 50))}{unit}的，加{points}分",
                f"【{fact}】、【{fact}之二】的，加{points}分",
            ][kind]
        )
    return sentences


def standard(sentences: list[str]) -> str:
    """A standard of one indicator."""
    return f"# 例\n\n## 指标（权重1）\n\n{'；'.join(sentences)}。{TIERS}{READINGS}"


def compiled(text: str) -> tuple[ir.Program, Module]:
    """A text that has to compile."""
    result = compile_source(Source("例.zhun.md", text), "example")
    errors = [d.message for d in result.diagnostics if d.severity == "error"]
    assert result.program is not None, (text, errors)
    return result.program, load(result.program)


@settings(max_examples=60, deadline=None)
@given(sentences=clauses(), seed=st.integers(0, 2**32))
def test_random_standards_agree_with_the_naive_evaluator(sentences: list[str], seed: int) -> None:
    """Any mixture of sentences scores the same both ways, to the last digit, and stays within 0 and 100."""
    text = standard(sentences)
    program, module = compiled(text)
    second = naive.read(text)
    rng = random.Random(seed)
    for _ in range(6):
        facts = naive_random.random_facts(second, rng)
        scoring = prepare(program, module, as_sheet(facts))
        total, tier, _ = module.score(scoring.known)
        expected = naive.evaluate(second, facts)
        assert (module.total(total), tier) == (expected.total, expected.tier), (text, facts)
        assert 0 <= module.total(total) <= 100


@settings(max_examples=40, deadline=None)
@given(sentences=clauses(), seed=st.integers(0, 2**32))
def test_the_order_of_clauses_is_nothing(sentences: list[str], seed: int) -> None:
    """Sentences in another order score every applicant the same."""
    rng = random.Random(seed)
    other = sentences[:]
    rng.shuffle(other)
    first, module = compiled(standard(sentences))
    _, shuffled = compiled(standard(other))
    reading = naive.read(standard(sentences))
    for _ in range(6):
        facts = naive_random.random_facts(reading, rng)
        known = prepare(first, module, as_sheet(facts)).known
        assert module.score(known)[:2] == shuffled.score(known)[:2]


@settings(max_examples=40, deadline=None)
@given(sentences=clauses(), seed=st.integers(0, 2**32))
def test_intervals_hold_every_completion(sentences: list[str], seed: int) -> None:
    """With facts left out, the total of any completion lies in the interval, and both ends are reached."""
    text = standard(sentences)
    program, module = compiled(text)
    rng = random.Random(seed)
    facts = naive_random.random_facts(naive.read(text), rng)
    whole = as_sheet(facts)
    kept = {n: e for n, e in whole.entries.items() if rng.random() < 0.5}
    scoring = prepare(program, module, FactSheet(kept))
    low, high = scoring.interval
    assert low is not None
    assert high is not None
    total = module.total(module.score(prepare(program, module, whole).known)[0])
    assert low <= total <= high
    assert scoring.sharp
    assert scoring.low_completion is not None
    assert scoring.high_completion is not None
    assert scoring.total(scoring.low_completion) == low
    assert scoring.total(scoring.high_completion) == high


@settings(max_examples=60, deadline=None)
@given(sentences=clauses(), noise=st.text(alphabet=" \t\n>#|-*_。；，【】〖〗甲乙12%分加每", max_size=40))
def test_printing_gives_the_source_back(sentences: list[str], noise: str) -> None:
    """parse∘print is the identity on the text, and the characters of each paragraph are accounted for once."""
    text = standard(sentences).replace("## 指标", f"{noise}\n\n## 指标")
    result = compile_source(Source("例.zhun.md", text), "example")
    assert result.parsed is not None
    assert result.parsed.file is not None
    assert print_rules(result.parsed.file, result.source) == text


@given(st.fractions())
def test_decimals_are_exact_or_say_so(value: Fraction) -> None:
    """A printed decimal that claims to be exact is."""
    printed = decimal(value)
    if printed.exact:
        assert Fraction(printed.text) == value
    else:
        assert abs(Fraction(printed.text) - value) <= Fraction(1, 2 * 10**6)


@given(st.integers(0, 10**11))
def test_chinese_numerals_read_back(value: int) -> None:
    """A number written in Chinese the official way is read as itself."""
    assert read_numeral(in_chinese(value)) == value


def in_chinese(value: int) -> str:
    """The usual Chinese numeral of a whole number."""
    if value == 0:
        return "零"
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if low and low < size // 10 else ""
            return in_chinese(high) + unit + gap + (in_chinese(low) if low else "")
    out, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, place)
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + unit
            zero = False
        else:
            zero = True
    return out


def test_entries_are_what_the_engine_takes() -> None:
    """A sheet built for the comparison holds plain entries."""
    assert as_sheet({"甲": Fraction(2)}).entries["甲"] == Entry(2)
