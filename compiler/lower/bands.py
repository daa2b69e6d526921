"""Lowering of numeric conditions: the interval that their words say, alone and among the clauses of a leaf."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import Band, cumulative, exclusive, interval, meeting, overlap
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.readings.bands import (
    Banding,
    bandings,
    on_top,
    per_unit,
    several_of_one_sign,
    told_apart,
)
from zhunsheng.compiler.readings.questions import sign_of
from zhunsheng.compiler.readings.zero import DOUBT, zero_questions
from zhunsheng.compiler.resolve.bare_ends import open_key
from zhunsheng.compiler.resolve.resolved import END_KEY, Leaf, Part, Rule
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.dsl import ast
from zhunsheng.dsl.words import Comparison
from zhunsheng.runtime.diagnostics import Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Span

#: Which condition of which rule.
Place = tuple[str, Span]
#: The intervals of conditions, as the other rules of the leaf make them.
Bands = Mapping[Place, Band]


def place(rule: Rule, part: Part) -> Place:
    """What a condition is looked up by."""
    return rule.id, part.node.span


def band_of(lowering: Lowering, part: Part, rule: Rule) -> Band:
    """The interval of a condition, as its words say."""
    edges = tuple(met_end(lowering, edge) for edge in part.node.edges)
    if len(edges) == 2:
        return _two_sided(lowering, part, rule, edges)
    (edge,) = edges
    value = lowering.value(edge.quantity, part.fact)
    edge = _taken_back(lowering, edge, rule, 0)
    if edge.table is not None:
        edge = settled(lowering, edge, part.fact, rule.id)
    if edge.comparison is None:
        edge = _bare(lowering, edge, part.fact)
    if edge.comparison is None:
        words = lowering.source.slice(edge.span)
        message = f"“{words}”是达到、超过还是低于？没有写边界用语"
        raise lowering.fault("ZS0216", message, edge.span, f"写成“恰为{words}”“达到{words}”或“{words}以上”")
    if edge.comparison == "eq":
        return Band(value, True, value, True)
    upward = edge.comparison in ("ge", "gt")
    included = edge.comparison in ("ge", "le")
    far = "以下" if upward else "以上"
    if edge.behind is not None and lowering.answer("单值", part.fact, "") == far:
        value, included = lowering.value(edge.behind, part.fact), False
    return Band(value, included, None, False) if upward else Band(None, False, value, included)


def met_end(lowering: Lowering, edge: ast.Edge) -> ast.Edge:
    """A bare end where it meets another's as the 解读 本数 has it: read 含, the lower band has the number."""
    if not edge.meets or lowering.answer("本数", edge.meets, "不含") == "不含":
        return edge
    return evolve(edge, comparison="gt" if edge.comparison == "ge" else "le")


def _taken_back(lowering: Lowering, edge: ast.Edge, rule: Rule, number: int) -> ast.Edge:
    """An end whose number a 解读 本数 leaves to the band beside it."""
    if lowering.answer("本数", END_KEY.format(rule=rule.id, number=number), "含") == "含":
        return edge
    return evolve(edge, comparison="gt" if edge.comparison == "ge" else "lt")


#: What a number without boundary words means.
_SINGLE: dict[str, Comparison] = {"恰为": "eq", "以上": "ge", "以下": "le"}


def _bare(lowering: Lowering, edge: ast.Edge, fact: str) -> ast.Edge:
    """A number without boundary words as the 解读 单值 has it; open where that is not asked."""
    return evolve(edge, comparison=_SINGLE.get(lowering.answer("单值", fact, "")))


def band_of_edges(lowering: Lowering, edges: tuple[ast.Edge, ...], fact: str, rule: str, span: Span) -> Band:
    """The interval that a cell of a table sets for a fact."""
    condition = ast.Condition("compared", None, edges=edges, span=span)
    node = ast.ClauseNode((condition,), (), None, ast.Award(Fraction(0), 1, span=span), span=span)
    own = Rule(rule, node, (), (), None, None, "", 0, span, span)
    return band_of(lowering, Part(condition, fact), own)


def settled(lowering: Lowering, edge: ast.Edge, fact: str, rule: str) -> ast.Edge:
    """A threshold of a table with its boundary: a bare number means what the 解读 方向 says."""
    if edge.comparison is not None:
        return edge
    adopted = lowering.answer("方向", rule, "")
    if adopted:
        return evolve(edge, comparison="ge" if adopted == "不低于" else "le")
    words = lowering.source.slice(edge.span)
    unit = lowering.facts[fact].unit
    higher = f"{shown(edge.quantity.value + 1)}{unit}"
    message = f"“{words}”没有写“≥”还是“≤”：例如“{fact}”为{higher}，按“不低于”达到了，按“不高于”没有达到"
    help_text = f"只管这一行的，条款写“{rule}”；全表一样的，{ROW}{rows_to_add('全文', '方向')}"
    raise lowering.fault("ZS0461", message, edge.span, help_text)


def _two_sided(lowering: Lowering, part: Part, rule: Rule, edges: tuple[ast.Edge, ...]) -> Band:
    first, second = (_taken_back(lowering, edge, rule, number) for number, edge in enumerate(edges))
    if part.borrows and lowering.answer("本数", part.borrows, "含") == "含":
        first = evolve(first, comparison="gt")
    if first.comparison in ("le", "lt") or second.comparison in ("ge", "gt"):
        first, second = second, first
    low, high = lowering.value(first.quantity, part.fact), lowering.value(second.quantity, part.fact)
    if first.comparison in ("le", "lt") or second.comparison in ("ge", "gt") or low > high:
        message = "这个范围不可能成立：下限高于上限，或两头方向相同"
        raise lowering.fault("ZS0217", message, part.node.span, "核对两个数和边界用语")
    if second.comparison is None:
        high_included = lowering.answer("本数", open_key(rule.id, part.fact, second), "") == "含"
    else:
        high_included = second.comparison == "le"
    if low == high and not (high_included and first.comparison != "gt"):
        message = "这个范围里没有一个数"
        raise lowering.fault("ZS0217", message, part.node.span, "核对两个数和边界用语")
    return Band(low, first.comparison != "gt", high, high_included)


def try_band(lowering: Lowering, part: Part, rule: Rule) -> Band | None:
    """The interval of a condition, None where its words make none."""
    try:
        return band_of(lowering, part, rule)
    except Fault:
        return None


def is_each(part: Part) -> bool:
    """2家【……】的, a number before the fact and no boundary: points once, or for every two."""
    return part.node.kind == "counted" and part.node.edges[0].comparison is None


def leaf_bands(lowering: Lowering, leaf: Leaf) -> Bands:
    """The intervals of clauses on the same facts, as 分段累计 or 分段择一 has them."""
    result: dict[Place, Band] = {}
    for banding in bandings(leaf):
        for fact in banding.facts:
            own = worded_bands(lowering, banding, fact)
            if not one_applies(lowering, banding):
                # Places are no amounts to be cut up: 第4～10名 does not reach those before the 4th or behind the 10th.
                # Nor is a single range beside so much each, or other numbers, a schedule: its words say where it ends.
                own = own if _alone(banding, fact, own) or _places(banding.rules, fact) else cumulative(own)
            elif by_numbers(lowering, banding):
                own = exclusive(own)
                _check_apart(lowering, leaf, own)
            result |= own
    return result | _above_zero(lowering, leaf, result)


def _above_zero(lowering: Lowering, leaf: Leaf, bands: Bands) -> dict[Place, Band]:
    """The conditions open below that the 解读 零值 does not say of 0, and what is below."""
    changed: dict[Place, Band] = {}
    for question in zero_questions(leaf, lowering.facts):
        if lowering.answer(DOUBT, question.key, "计") == "计":
            continue
        for rule in leaf.rules:
            for part in rule.parts if rule.id in question.ids else ():
                if part.fact == question.key and part.node.edges:
                    band = bands.get(place(rule, part)) or band_of(lowering, part, rule)
                    if band.low is None:
                        changed[place(rule, part)] = evolve(band, low=Fraction(0), low_included=False)
    return changed


def beside_bands(lowering: Lowering, leaf: Leaf, rule: Rule) -> ir.Condition:
    """Of 每次扣2分，5次以上的扣15分, where one applies: so much each counts where no number of the others of its sign
    holds."""
    fact = per_unit(rule)
    for banding in bandings(leaf) if fact is not None else ():
        if fact in banding.facts and one_applies(lowering, banding) and told_apart(banding):
            alike = {other.id for other in banding.rules if sign_of(other) == sign_of(rule)}
            bands = worded_bands(lowering, banding, fact)
            return ir.both(
                *(ir.negated(interval(fact, band)) for (id, _), band in bands.items() if id in alike)
            )
    return ir.ALWAYS


def one_applies(lowering: Lowering, banding: Banding) -> bool:
    """Whether of some clauses a single one applies."""
    return lowering.answer("分段", banding.key, "分段累计") == "分段择一"


def by_numbers(lowering: Lowering, banding: Banding) -> bool:
    """Whether the numbers alone tell clauses apart once open ends stop where others begin. 第2名 and 第2～5名 they do not,
    nor 60%～80% and 70%以上, nor 每次扣2分 and 每次扣5分."""
    for fact in banding.facts:
        each = [rule for rule in banding.rules if per_unit(rule) == fact]
        if several_of_one_sign(each) and not any(map(on_top, each)):
            return False
        bands = exclusive(worded_bands(lowering, banding, fact))
        if overlap(bands.values(), whole=lowering.facts[fact].type.whole):
            return False
    return told_apart(banding)


def _alone(banding: Banding, fact: str, own: Mapping[Place, Band]) -> bool:
    """Whether a range is the only one of its fact, beside so much each of it or clauses on other numbers."""
    conditioned = [rule for rule in banding.rules if any(p.fact == fact and p.node.edges for p in rule.parts)]
    return len(own) == 1 and (len(conditioned) == 1 or any(per_unit(rule) == fact for rule in banding.rules))


def worded_bands(lowering: Lowering, banding: Banding, fact: str) -> dict[Place, Band]:
    """The intervals of the conditions on one fact, as their words say."""
    own: dict[Place, Band] = {}
    for rule in banding.rules:
        for part in rule.parts:
            if part.fact != fact or not part.node.edges:
                continue
            if is_each(part):
                # Also a band where its points count along the fact: 发布1项得1分 beside 发布2项以上得2分.
                least = lowering.value(part.node.edges[0].quantity, fact)
                own[place(rule, part)] = Band(least, True, None, False)
            elif part.node.kind in ("compared", "counted"):
                own[place(rule, part)] = band_of(lowering, part, rule)
    return own


def _places(rules: tuple[Rule, ...], fact: str) -> bool:
    """Whether clauses are about a place among all that are scored together."""
    return any(part.node.place is not None for rule in rules for part in rule.parts if part.fact == fact)


def _check_apart(lowering: Lowering, leaf: Leaf, bands: Bands) -> None:
    """Bands of which one applies may not share a number."""
    met = meeting(bands)
    if met is None:
        return
    rules = {rule.id: rule for rule in leaf.rules}
    words = lowering.source.slice(rules[met[0][0]].span)
    message = f"两段都包括同一个数：“{words[:40]}”的上限也是另一段的下限"
    label = Label(rules[met[0][0]].span, "另一段在这里")
    help_text = "写明（含）或（不含），如“10家（不含）以下”"
    raise lowering.fault("ZS0512", message, rules[met[1][0]].span, help_text, (label,))
