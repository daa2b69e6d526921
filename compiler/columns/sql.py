"""The SQL back end: a plan as one SELECT, a common table expression a layer, written out by sqlglot for each dialect.

All arithmetic is on BIGINT, which the plan never leaves, and on quotients of numbers that are not negative, so that
every dialect gives the same. Words of a rule file become quoted names and comments through sqlglot, never SQL text.
"""

from collections.abc import Iterator
from functools import reduce
from hashlib import sha256
from typing import Literal, assert_never

from sqlglot import exp

from zhunsheng.compiler.columns.expressions import (
    Choice,
    Every,
    Expression,
    Fact,
    Field,
    Flag,
    Greatest,
    Least,
    Number,
    Opposite,
    Product,
    Quotient,
    Some,
    Sum,
    Test,
    Truth,
    Whole,
)
from zhunsheng.compiler.columns.facts import Input
from zhunsheng.compiler.columns.plan import READY, SOUND, Plan
from zhunsheng.runtime.facts import FactType

Dialect = Literal["duckdb", "spark", "postgres"]


def select(
    made: Plan,
    table: str,
    dialect: Dialect,
    keys: tuple[str, ...] = (),
    *,
    held: bool = False,
    clauses: bool = False,
) -> str:
    """The statement that scores every row of a table whose columns are the facts under their own names; with `held` the
    numbers in them are whole ones in the scales of the plan, with `clauses` it gives what each clause gives too."""
    kept = [name(key) for key in keys]
    before = "数据项"
    first = exp.select(*kept, *_inputs(made, held=held)).from_(exp.to_table(table, quoted=True))
    tables = [(before, first)]
    for after, columns in _layers(made, dialect):
        body = exp.select(exp.Star(), *columns).from_(exp.to_table(before, quoted=True))
        tables.append((after, body))
        before = after
    results = _results(made, dialect, clauses=clauses)
    final = exp.select(*kept, *results).from_(exp.to_table(before, quoted=True))
    # PostgreSQL would put the steps into one another, and what is read twice would be worked out twice at each step.
    apart = True if dialect == "postgres" else None
    for alias, body in tables:
        final = final.with_(exp.to_identifier(alias, quoted=True), body, materialized=apart)
    if dialect == "postgres":
        for identifier in final.find_all(exp.Identifier):
            identifier.set("this", short_name(identifier.name))
    return final.sql(dialect=dialect, pretty=True, comments=True, identify=True) + "\n"


def _layers(made: Plan, dialect: Dialect) -> Iterator[tuple[str, list[exp.Expr]]]:
    """The columns of each layer, with the name of its common table expression."""
    layers: dict[int, list[exp.Expr]] = {}
    for step in made.steps:
        column = exp.alias_(_expression(step.expression, dialect), step.name, quoted=True)
        if step.words:
            column.add_comments([_comment(step.words)])
        layers.setdefault(step.layer, []).append(column)
    for number in sorted(layers):
        yield f"第{number}步", layers[number]


def head(made: Plan, dialect: Dialect) -> str:
    """Comments on top of the statement: the table it reads, and how its numbers are to be read."""
    meta = made.program.meta
    lines = [
        f"{meta.title} {meta.number}".strip(),
        "每行一个评价对象，每个数据项一列，列名就是数据项的名称；没有的是 NULL。",
        "是否、评判：布尔；个数、清单：整数；数量、金额、时长、评分、百分比：十进制小数（百分比是比值，86%写0.86）；日期：日期；选项：文字。",
        "可以不适用的数据项另有一列“…不适用”（布尔）。",
        f"总分的单位是 1/{made.total_scale} 分，指标得分的单位是 1/{made.point_scale} 分；等级是从最低档数起的序号，0是最低档。",
        "“可按列计算”不是真的行（缺数据、超出范围、除数为0）没有结果，用 zhunsheng batch 逐条评分。",
    ]
    if dialect == "postgres":
        long = [name for name in _columns_read(made) if short_name(name) != name]
        lines += [f"PostgreSQL 的列名最长63字节，“{name}”在表里写作“{short_name(name)}”。" for name in long]
    tiers = "，".join(f"{number} {band.name}" for number, band in enumerate(made.program.tiers))
    return "".join(f"-- {_comment(line)}\n" for line in [*lines, *([f"等级：{tiers}"] if tiers else [])])


def alike(made: Plan) -> tuple[str, str] | None:
    """Two names of columns that differ in the case of letters alone: DuckDB, and Spark unless it is told otherwise, takes
    one for the other."""
    names: dict[str, str] = {}
    for name in [*_columns_read(made), *(step.name for step in made.steps)]:
        other = names.setdefault(name.casefold(), name)
        if other != name:
            return other, name
    return None


def _columns_read(made: Plan) -> Iterator[str]:
    """The columns of the table that the statement reads."""
    for own in made.inputs:
        yield own.fact
        if own.na is not None:
            yield f"{own.fact}不适用"


#: The most bytes of a name in PostgreSQL.
_LONGEST = 63


def short_name(name: str) -> str:
    """A name as PostgreSQL can hold it: one that is too long ends with a hash of the whole, so that no two become one."""
    if len(name.encode()) <= _LONGEST:
        return name
    digest = sha256(name.encode()).hexdigest()[:8]
    kept = name.encode()[: _LONGEST - 9].decode(errors="ignore")
    return f"{kept}_{digest}"


def name(column: str) -> exp.Column:
    """A quoted column name."""
    return exp.column(exp.to_identifier(column, quoted=True))


def _comment(words: str) -> str:
    """Official words as a comment: nothing in them can end it."""
    return " ".join(words.split()).replace("*/", "＊／").replace("/*", "／＊")


def _results(made: Plan, dialect: Dialect, *, clauses: bool) -> list[exp.Expr]:
    """The columns of the result; without value where the row has to be scored one by one."""
    sound = exp.and_(name(READY), _truth(made.sound, dialect))
    columns: list[tuple[str, exp.Expr]] = [(SOUND, sound)]
    numbers = [*made.numbers, *((f"条款 {id}", own) for id, own in made.clauses.items() if clauses)]
    columns += [(alias, exp.Case().when(sound.copy(), _whole(node, dialect))) for alias, node in numbers]
    columns += [(alias, exp.Case().when(sound.copy(), _truth(node, dialect))) for alias, node in made.truths]
    return [exp.alias_(node, alias, quoted=True) for alias, node in columns]


# ---- facts


def _inputs(made: Plan, *, held: bool) -> list[exp.Expr]:
    """Every fact as a whole number or truth value without NULL, and whether all could be had."""
    columns: list[exp.Expr] = []
    ready: list[exp.Expr] = []
    for own in made.inputs:
        there: exp.Expr
        value, there = _input(own, held=held)
        if own.na is not None:
            absent = exp.Coalesce(this=name(f"{own.fact}不适用"), expressions=[exp.false()])
            columns.append(exp.alias_(absent, own.na, quoted=True))
            there = exp.or_(absent.copy(), there)
        columns.append(exp.alias_(value, own.name, quoted=True))
        ready.append(exp.Coalesce(this=exp.paren(there), expressions=[exp.false()]))
    columns.append(exp.alias_(exp.and_(*ready) if ready else exp.true(), READY, quoted=True))
    return columns


def _input(own: Input, *, held: bool) -> tuple[exp.Expr, exp.Expr]:
    """A fact's value, and the test whether it has one that the plan holds."""
    raw = name(own.fact)
    if own.truth:
        return exp.Coalesce(this=raw, expressions=[exp.false()]), raw.copy().is_(exp.null()).not_()
    if own.spec.type is FactType.CHOICE:
        code = exp.Case(this=raw)
        for place, option in enumerate(own.spec.choices):
            code = code.when(exp.Literal.string(option), exp.Literal.number(place))
        known = raw.copy().isin(*(exp.Literal.string(option) for option in own.spec.choices))
        return code.else_(exp.Literal.number(0)), known
    if own.spec.type is FactType.DATE:
        first = exp.Cast(this=exp.Literal.string("0001-01-01"), to=exp.DataType.build("date"))
        days = exp.DateDiff(this=raw, expression=first, unit=exp.var("day"))
        ordinal = _big(exp.Add(this=days, expression=_number(1)))
        # Databases have days before the year 1 and behind 9999.
        inside = exp.Between(this=ordinal, low=_number(own.low), high=_number(own.high))
        return exp.Case().when(inside, ordinal.copy()).else_(_number(0)), inside.copy()
    scaled = raw if held or own.scale == 1 else exp.Mul(this=raw, expression=_number(own.scale))
    within = exp.Between(this=scaled.copy(), low=_number(own.low), high=_number(own.high))
    zero = [exp.EQ(this=scaled.copy(), expression=_number(0))] if own.spec.or_zero else []
    whole = exp.EQ(this=scaled.copy(), expression=exp.Floor(this=scaled.copy()))
    there = exp.and_(exp.or_(within, *zero), whole)
    return exp.Case().when(there, _big(scaled)).else_(_number(0)), there.copy()


def _big(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("bigint"))


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value) if value >= 0 else exp.paren(exp.Neg(this=exp.Literal.number(-value)))


# ---- expressions


def _expression(node: Expression, dialect: Dialect) -> exp.Expr:
    return _truth(node, dialect) if isinstance(node, Truth) else _whole(node, dialect)


def _whole(node: Whole, dialect: Dialect) -> exp.Expr:
    # DuckDB's own least() leaves NULL out, and no value here is ever NULL.
    nulls = {"ignore_nulls": True} if dialect == "duckdb" else {}
    match node:
        case Number(value):
            return _big(_number(value)) if abs(value) >= 2**31 else _number(value)
        case Field(column):
            return name(column)
        case Sum(parts):
            return reduce(_plus, (_inner(part, dialect) for part in parts))
        case Product(left, right):
            return exp.Mul(this=_inner(left, dialect), expression=_inner(right, dialect))
        case Quotient(number, size):
            return _divided(_whole(number, dialect), _whole(size, dialect), dialect)
        case Least(left, right):
            return exp.Least(this=_whole(left, dialect), expressions=[_whole(right, dialect)], **nulls)
        case Greatest(left, right):
            return exp.Greatest(this=_whole(left, dialect), expressions=[_whole(right, dialect)], **nulls)
        case Choice(test, then, other):
            return (
                exp.Case()
                .when(_truth(test, dialect), _big(_whole(then, dialect)))
                .else_(_whole(other, dialect))
            )
        case _:
            assert_never(node)


def _plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Add(this=left, expression=right)


def _inner(node: Whole, dialect: Dialect) -> exp.Expr:
    """A part of a sum or product, in parentheses where it is itself one."""
    made = _whole(node, dialect)
    return exp.paren(made) if isinstance(node, Sum | Product | Quotient) else made


def _divided(number: exp.Expr, size: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whole-number division; PostgreSQL's / is that for whole numbers, the others have an operator of its own."""
    above, below = exp.paren(number), exp.paren(size)
    if dialect == "postgres":
        return exp.Div(this=above, expression=below, typed=True, safe=False)
    return exp.IntDiv(this=above, expression=below)


def _truth(node: Truth, dialect: Dialect) -> exp.Expr:
    match node:
        case Fact(value):
            return exp.true() if value else exp.false()
        case Flag(column):
            return name(column)
        case Test(operator, left, right):
            kinds = {">=": exp.GTE, ">": exp.GT, "<=": exp.LTE, "<": exp.LT, "==": exp.EQ}
            return kinds[operator](this=_whole(left, dialect), expression=_whole(right, dialect))
        case Every(parts):
            return exp.and_(*(_truth(part, dialect) for part in parts))
        case Some(parts):
            return exp.or_(*(_truth(part, dialect) for part in parts))
        case Opposite(part):
            return exp.not_(_truth(part, dialect))
        case _:
            assert_never(node)
