"""The facts of a standard for the naive evaluator: their types and ranges, and those that follow from others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from naive_dates import TODAY, streaks, time_between, within
from naive_logic import Unread
from naive_model import Fact, Formula, Question, Rounding, Standard, Value
from naive_options import options_of
from naive_references import factor
from naive_words import LONG_TIME, MONEY, SHORT_TIME, flat, number

NOT_APPLICABLE = "不适用"
UNDEFINED = "无法评定"
TIMES = {"年", "半年", "个半年", "季度", "个季度", "月", "个月", "周", "天", "日", "小时", "个小时", "分钟"}
TYPES = ("是否", "评判", "个数", "清单", "数量", "金额", "时长", "百分比", "评分", "日期", "选项")


def is_name(token: str) -> bool:
    """Whether a token of a formula is a fact."""
    return not re.fullmatch(r"[-+×÷/()]|\d+(?:\.\d+)?%?", token)


def operands_of(standard: Standard, name: str) -> list[str]:
    """The facts that a derived fact follows from."""
    if name in standard.formulas:
        return [t for t in standard.formulas[name].tokens if is_name(t)]
    question = standard.questions.get(name)
    if question is None:
        return []
    if question.kind == "连" or isinstance(question.until, date):
        return [question.source]
    return [question.source, question.until or TODAY]


@cache
def facts_of(standard: Standard) -> list[Fact]:
    """All facts (数据项): those of the table in its order, then those met in the clauses and formulas."""
    used = [usage.fact for usage in standard.usages] + [standard.total_fact] * bool(standard.total_fact)
    derived = [*standard.formulas, *standard.questions, *standard.together]
    operands = [t for name in derived for t in operands_of(standard, name)]
    names = list(dict.fromkeys([*standard.declared, *used, *derived, *operands]))
    return [_fact(standard, name) for name in names]


def _fact(standard: Standard, name: str) -> Fact:
    row = standard.declared.get(name, {})
    usages = [u for u in standard.usages if u.fact == name]
    kinds = {u.how for u in usages}
    kind = row.get("类型", "") or ("选项" if name in standard.labelled else "") or _inferred(standard, name)
    if kind not in TYPES:
        raise Unread(f"type {kind}: {name}")
    if (kinds == {"是否"}) != (kind in ("是否", "评判")) and kinds:
        raise Unread(f"{name} is declared {kind} and used as {sorted(kinds)}")
    unit = unit_of_fact(standard, name)
    options: tuple[str, ...] = ()
    low = high = None
    if kind == "选项":
        options = tuple(options_of(standard, name))
    else:
        low, high = _range(row.get("范围", ""), kind)
    if kind in ("个数", "清单", "评分") or unit == "比":
        low = max(low or Fraction(0), Fraction(0))
    if name in standard.together and kind == "个数":
        low = Fraction(1)  # places, and how many have one
    if kind == "评分":
        for full in [u.full_mark for u in usages if u.full_mark is not None]:
            high = full if high is None else min(high, full)
    least = max((u.least for u in usages if u.least is not None), default=None)
    ranked = standard.together.get(name)
    of = standard.declared.get(ranked.of, {}) if ranked and ranked.kind in ("rank", "last") else row
    return Fact(name, kind, unit, low, high, "不适用" in of.get("备注", ""), options, least)


def unit_of_fact(standard: Standard, name: str) -> str:
    """The unit that is declared, the first that is used, that of a partner."""
    own = standard.declared.get(name, {}).get("单位", "")
    own = own or next((u.unit for u in standard.usages if u.fact == name and u.unit), "")
    formula = standard.formulas.get(name)
    if formula is not None and formula.difference:
        return unit_of_fact(standard, formula.like)
    if name in standard.together and standard.together[name].kind in ("mean", "trimmed", "max", "min"):
        return own or unit_of_fact(standard, standard.together[name].of)
    if own or any(u.fact == name for u in standard.usages):
        return own
    others = [p for own_name, p in standard.partners if own_name == name]
    return next(
        (row["单位"] for p in others if (row := standard.declared.get(p, {})).get("单位")), ""
    ) or next((u.unit for p in others for u in standard.usages if u.fact == p and u.unit), "")


def _alike(standard: Standard, name: str) -> str | None:
    """The type of what measures one fact by another, and of a fact that nothing else speaks of."""
    formula = standard.formulas.get(name)
    usages = [u for u in standard.usages if u.fact == name]
    if formula is not None and formula.like:
        if not formula.difference:
            return "百分比" if any(u.unit == "%" for u in usages) else "数量"
        kind = type_of(standard, formula.like)
        return "数量" if kind in ("个数", "清单") else kind
    if usages:
        return None
    for own, partner in standard.partners:
        row = standard.declared.get(partner, {})
        if own == name and (row.get("类型") or any(u.fact == partner for u in standard.usages)):
            kind = type_of(standard, partner)
            return "数量" if kind in ("个数", "清单") else kind
    return None


def type_of(standard: Standard, name: str) -> str:
    """The type that is declared, else the one that the use of a fact shows."""
    return standard.declared.get(name, {}).get("类型", "") or _inferred(standard, name)


def _inferred(standard: Standard, name: str) -> str:
    """The type that the use of a fact shows."""
    if (over := standard.together.get(name)) is not None:
        if over.kind in ("rank", "last", "size"):
            return "个数"
        of = type_of(standard, over.of)
        return "数量" if of == "个数" and over.kind in ("mean", "trimmed") else of
    if (kind := _alike(standard, name)) is not None:
        return kind
    usages = [u for u in standard.usages if u.fact == name]
    kinds = {u.how for u in usages}
    question = standard.questions.get(name)
    asked = [q for q in standard.questions.values() if name in (q.source, q.until)]
    numbers = [u for u in usages if u.how == "比较"]
    units = {u.unit for u in numbers}
    if question is not None:
        return "个数" if question.kind in ("近", "连") else "时长"
    if name == TODAY or any(q.kind in ("距", "天") for q in asked):
        return "日期"
    if any(q.kind in ("近", "连") for q in asked):
        return "清单"
    if "酌情" in kinds:
        return "评分"
    if "%" in units | {u.unit for u in usages if u.how == "计数"}:
        return "百分比"
    if units & TIMES:
        return "时长"
    if any("元" in unit for unit in units):
        return "金额"
    if "计数" in kinds or (numbers and all(u.number.denominator == 1 for u in numbers)):
        return "个数"
    return "数量" if numbers or not usages else "是否"


def lowest_of(standard: Standard, name: str) -> Fraction | None:
    """The lower end of a fact's range, where 数据项 states one."""
    return _range(standard.declared.get(name, {}).get("范围", ""), type_of(standard, name))[0]


def _range(cell: str, kind: str) -> tuple[Fraction | None, Fraction | None]:
    """`0～100%`, `≥0`, `0以上`, `不超过5`: the ends of a 范围, both included."""
    words = flat(cell)
    if not words or words in ("-", "—", "不限"):
        return None, None
    found = re.findall(r"-?\d+(?:\.\d+)?%?", re.sub(r"(?<=[\d%])-", "~", words))
    values = [Fraction(w.rstrip("%")) / (100 if kind == "百分比" and "%" in words else 1) for w in found]
    if len(values) == 2:
        return values[0], values[1]
    if len(values) == 1 and re.search("≥|以上|不低于|不少于|至少", words):
        return values[0], None
    if len(values) == 1 and re.search("≤|以下|以内|不超过|不高于", words):
        return None, values[0]
    raise Unread(f"范围 {cell}")


# --- facts that follow from others ----------------------------------------------------------------------------


def derive(standard: Standard, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts and those that follow; `UNDEFINED` after a division by zero, absent where unknown."""
    known = dict(facts)
    missing = [name for name in [*standard.formulas, *standard.questions] if name not in known]
    while missing:  # whatever their order, all get through
        left = []
        for name in missing:
            value = _follows(standard, name, known)
            if value is None:
                left.append(name)
            else:
                known[name] = value
        if len(left) == len(missing):
            break
        missing = left
    return known


def _follows(standard: Standard, name: str, known: Mapping[str, Value]) -> Value | None:
    values = [known.get(operand) for operand in _operands(standard, name)]
    if NOT_APPLICABLE in values:
        return NOT_APPLICABLE
    if UNDEFINED in values:
        return UNDEFINED
    if name in standard.questions:
        return _answer(standard.questions[name], known)
    if None in values:
        return None
    formula, plan = standard.formulas[name], _plan(standard, name)
    numbers = {t: as_number(known[t]) * size for t, size in plan.sizes.items()}
    if formula.positive and numbers[formula.positive] <= 0:
        return UNDEFINED
    try:
        value = _calculate(plan.tree, numbers) / plan.unit
    except ZeroDivisionError:
        return UNDEFINED
    if formula.rounding is not None:
        return rounded(value * plan.scale, formula.rounding) / plan.scale
    return value


_operands = cache(operands_of)
#: A formula as a tree: a fact, a number, or a sign between two trees.
Tree = str | Fraction | tuple[str, "Tree", "Tree"]


@dataclass(frozen=True)
class _Plan:
    """What is the same for all applicants: the formula, the sizes of its facts' units, that of the result's unit."""

    tree: Tree
    sizes: dict[str, Fraction]
    unit: Fraction
    #: What a value is multiplied by before it is rounded: a percentage is rounded before its sign.
    scale: int


@cache
def _plan(standard: Standard, name: str) -> _Plan:
    formula = standard.formulas[name]
    facts = {t: unit_of_fact(standard, t) for t in formula.tokens if is_name(t)}
    sizes, unit = dict.fromkeys(facts, Fraction(1)), Fraction(1)
    if formula.like:
        own = unit_of_fact(standard, formula.like)
        sizes = {t: factor(own, other) for t, other in facts.items()}
    elif kind := _mixed(standard, name, formula):  # all in the smallest, the result in the unit of its fact
        own = unit_of_fact(standard, name)
        if formula.rounding is not None or (own not in kind and own != "%"):
            raise Unread(f"a converted formula in {own}: {name}")
        sizes = {t: Fraction(kind.get(other, 1)) for t, other in facts.items()}
        unit = Fraction(kind.get(own, 1))
    return _Plan(_tree(list(formula.tokens)), sizes, unit, 100 if type_of(standard, name) == "百分比" else 1)


def _mixed(standard: Standard, name: str, formula: Formula) -> Mapping[str, int] | None:
    """The kind of units of which a formula, or its fact, has more than one."""
    units = {unit_of_fact(standard, t) for t in [name, *formula.tokens] if is_name(t)}
    return next((scale for scale in (MONEY, LONG_TIME, SHORT_TIME) if len(units & set(scale)) > 1), None)


def _answer(question: Question, known: Mapping[str, Value]) -> Value | None:
    source = known.get(question.source)
    days = source if isinstance(source, tuple) else (source,) if isinstance(source, date) else None
    if question.kind in ("近", "连") and source == 0:
        return 0
    if question.kind == "连":
        return None if days is None else streaks(days, question.n)
    end = question.until if isinstance(question.until, date) else known.get(question.until or TODAY)
    if days is None or not isinstance(end, date):
        return None
    if question.kind == "近":
        return sum(within(day, end, question.n, question.mode) for day in days)
    if question.kind == "天":
        return Fraction((days[0] - end).days)
    return time_between(days[0], end, question.unit)


def _tree(tokens: list[str]) -> Tree:
    """A formula, read by the usual rules."""

    def part() -> Tree:
        token = tokens.pop(0)
        if token == "(":
            inside = sum_of_parts()
            tokens.pop(0)
            return inside
        if token == "-":
            return ("-", Fraction(0), part())
        if is_name(token):
            return token
        return number(token.rstrip("%")) / (100 if token.endswith("%") else 1)

    def product() -> Tree:
        value = part()
        while tokens and tokens[0] in "×÷/":
            value = (tokens.pop(0), value, part())
        return value

    def sum_of_parts() -> Tree:
        value = product()
        while tokens and tokens[0] in "+-":
            value = (tokens.pop(0), value, product())
        return value

    result = sum_of_parts()
    if tokens:
        raise Unread(f"rest of a formula: {tokens}")
    return result


def _calculate(tree: Tree, numbers: Mapping[str, Fraction]) -> Fraction:
    if isinstance(tree, str):
        return numbers[tree]
    if isinstance(tree, Fraction):
        return tree
    sign, first, second = tree
    a, b = _calculate(first, numbers), _calculate(second, numbers)
    if sign in "+-":
        return a + b if sign == "+" else a - b
    return a * b if sign == "×" else a / b


def as_number(value: Value) -> Fraction:
    """The number that a value is; of a list with dates how many items it has."""
    if type(value) is Fraction:
        return value
    if isinstance(value, tuple):
        return Fraction(len(value))
    if isinstance(value, str | date):
        raise Unread(f"not a number: {value}")
    return Fraction(value)


def rounded(value: Fraction, how: Rounding) -> Fraction:
    """sign(x) × k × u, after the rule."""
    steps = abs(value) / how.unit
    whole = steps // 1
    rest = steps - whole
    half = Fraction(1, 2)
    up = {
        "四舍五入": rest >= half,
        "进舍规则": rest > half or (rest == half and whole % 2 == 1),
        "舍去": False,
        "进一": rest > 0,
    }[how.rule]
    return (1 if value >= 0 else -1) * (whole + up) * how.unit
