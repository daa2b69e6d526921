"""Lowering of caps: what each binds, one clause, a group of clauses or the whole indicator."""

from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.alternatives import alternatives
from zhunsheng.compiler.lower.bands import Bands
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.patterns.best import lower_picks
from zhunsheng.compiler.readings.items import ITEM, WHOLE, item_clauses
from zhunsheng.compiler.readings.questions import cap_scopes, coefficients_before, main_fact, sign_of
from zhunsheng.compiler.resolve.resolved import Cap, Leaf
from zhunsheng.compiler.resolve.tables import CAP_FIRST


@frozen
class Capped:
    """The clauses of a leaf under the caps lowered so far, the groups they make, and the full mark."""

    clauses: tuple[ir.Clause, ...]
    groups: tuple[ir.Group, ...]
    full: Fraction | None
    #: Where the score ends once it is multiplied (先乘系数).
    ceiling: Fraction | None = None


def lower_caps(
    lowering: Lowering, leaf: Leaf, bands: Bands, clauses: tuple[ir.Clause, ...], full: Fraction | None
) -> Capped:
    """All caps of a leaf, the groups from the inside out."""
    picks = lower_picks(lowering, leaf)
    capped = Capped(clauses, (*picks, *alternatives(lowering, leaf, bands, clauses, picks)), full)
    for number, cap in enumerate(leaf.caps):
        capped = _cap(lowering, leaf, number, cap, capped)
    _check_nested(lowering, leaf, capped.groups)
    # Of a cap and 取最高分 over the same clauses the best is taken first: it stands before the caps here.
    return evolve(capped, groups=tuple(sorted(capped.groups, key=lambda group: len(group.clauses))))


def _cap(lowering: Lowering, leaf: Leaf, number: int, cap: Cap, capped: Capped) -> Capped:
    points, full = cap.node.points, capped.full
    words = lowering.source.slice(cap.span)
    if cap.node.whole and full is not None and points > full:
        message = f"“{words}”超过了本指标的满分{full}分"
        raise lowering.fault("ZS0507", message, cap.span, f"改为“直到满分{full}为止”")
    if cap.node.whole and (full is None or points == full):
        ceiling = _last(lowering, leaf, number, cap, points, of_all=True)
        return evolve(capped, full=points, ceiling=_lesser(capped.ceiling, ceiling))
    if cap.after is None:
        message = "这个上限前面没有可以限制的句子"
        raise lowering.fault(
            "ZS0221", message, cap.span, "移到它限制的句子后面；是本指标的满分的，写在标题后面，如“（15分）”"
        )
    rule = next(rule for rule in leaf.rules if rule.id == cap.after)
    if sign_of(rule) == 0 and not cap.node.item:
        message = f"“{words}”前面一句不加分也不扣分，限制的是哪几句不清楚"
        help_text = "移到它限制的计分句后面，在系数和“不得分”之前；限制本指标的，写成“本项最多得……分”"
        raise lowering.fault("ZS0221", message, cap.span, help_text)
    says_off = "扣" in words or "减" in words
    if says_off and not cap.node.item and rule.slopes:
        message = f"“{words}”前面的扣分是从达标的分数里减的，这样的扣分还不能另设上限"
        help_text = "不写达标得几分，只写扣分：“每发生1起【事故】扣2分，最多扣6分”，从满分里扣"
        raise lowering.fault("ZS0221", message, cap.span, help_text)
    if says_off and not cap.node.item and sign_of(rule) >= 0:
        message = f"“{words}”限制的是扣分，前面却没有扣分"
        raise lowering.fault("ZS0221", message, cap.span, "移到扣分的句子后面")
    scopes = cap_scopes(leaf, cap) if cap.node.together else {}
    default = WHOLE if cap.node.item else next(iter(scopes), "本句")
    scope = lowering.answer("上限", f"cap{number}", default)
    scope = "本数据项" if cap.node.of_fact else scope
    if cap.node.item and scope == ITEM:
        scopes = {ITEM: tuple(own.id for own in item_clauses(leaf, cap.item))}
    if scope == "本句" or (scope in scopes and scopes[scope] == scopes.get("本句")):
        if all(clause.id != rule.id for clause in capped.clauses):
            message = f"“{words}”前面一句的分数不是单独算的，不能限制"
            raise lowering.fault("ZS0221", message, cap.span, "移到它限制的计分句后面")
        bound = (
            evolve(clause, cap=_lesser(clause.cap, points)) if clause.id == rule.id else clause
            for clause in capped.clauses
        )
        return evolve(capped, clauses=tuple(bound))
    fact = main_fact(rule)
    mates = [
        (other.id, sign_of(other))
        for other in leaf.rules
        if sign_of(other)
        and (other.id in scopes[scope] if scope in scopes else scope == WHOLE or main_fact(other) == fact)
        and not (says_off and sign_of(other) > 0)
    ]
    if not mates or len({sign for _, sign in mates}) > 1:
        message = f"“{words}”限制的几句里既有加分又有扣分，不能确定限制哪一边"
        help_text = "写明“最多扣”或“最多加”；或在“解读”中采用“本句”"
        if not mates:
            message, help_text = f"“{words}”限制的是扣分，前面却没有扣分", "移到扣分的句子后面"
        raise lowering.fault("ZS0221", message, cap.span, help_text)
    giving = {other.id for other in leaf.rules if sign_of(other)}
    of_all = cap.node.item and not says_off and giving == {id for id, _ in mates}
    ceiling = _last(lowering, leaf, number, cap, points, of_all=of_all)
    if ceiling is not None:
        return evolve(capped, ceiling=_lesser(capped.ceiling, ceiling))
    group = ir.CapGroup(tuple(id for id, _ in mates), points, words, mates[0][1] < 0)
    return evolve(capped, groups=(*capped.groups, group))


def _last(
    lowering: Lowering, leaf: Leaf, number: int, cap: Cap, points: Fraction, *, of_all: bool
) -> Fraction | None:
    """The end of a multiplied score: caps over several clauses come before coefficients; one of the whole indicator said
    behind a coefficient comes after it where the 解读 先后 says so."""
    before = coefficients_before(leaf, cap)
    if not before:
        return None
    words = lowering.source.slice(cap.span)
    message = f"“{words}”写在系数后面：先封顶再乘系数，还是先乘系数再封顶？结果不同"
    help_text = "先封顶的，把上限移到系数前面；先乘系数的，把乘好的分数直接写进各句，再写上限"
    if not of_all:
        raise lowering.fault("ZS0466", message, cap.span, help_text)
    if lowering.answer("先后", f"cap{number}", CAP_FIRST) == CAP_FIRST:
        return None
    for rule in before:
        fact = lowering.facts.get(rule.counted or "")
        if fact is not None and not fact.low:
            message = f"“{fact.name}”可以是0：乘到多少才到上限说不清"
            raise lowering.fault("ZS0466", message, cap.span, "在“数据项”表里把系数的范围写成大于0，如0.5～1")
    return points


def _lesser(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return min((end for end in (first, second) if end is not None), default=None)


def _check_nested(lowering: Lowering, leaf: Leaf, groups: tuple[ir.Group, ...]) -> None:
    """Caps and 取最高分 over several clauses lie one within another, or apart."""
    for first in groups:
        for second in groups:
            one, two = set(first.clauses), set(second.clauses)
            if one & two and not (one <= two or two <= one):
                places = [*(cap.span for cap in leaf.caps), *(pick.span for pick in leaf.picks)]
                said = {lowering.source.slice(place): place for place in places}
                # 分段择一 is a reading, and stands in no sentence.
                at = said.get(second.text) or said.get(first.text) or leaf.heading.title_span
                message = f"“{first.text}”和“{second.text}”各管几句，又有一句同时归两处管"
                raise lowering.fault("ZS0221", message, at, "改写，使几处不交叉")
            if (
                isinstance(first, ir.BestGroup)
                and isinstance(second, ir.CapGroup)
                and two < one
                and len(two) > 1
            ):
                spans = [cap.span for cap in leaf.caps if lowering.source.slice(cap.span) == second.text]
                at = (*spans, leaf.heading.title_span)[0]
                message = f"“{first.text}”只取一句，“{second.text}”却限制其中几句合起来的分：这几句算一句，还是各算各的？"
                help_text = "各句都有上限的，在每句后面各写一个；这几句合起来只算一句的，改写成一句"
                raise lowering.fault("ZS0221", message, at, help_text)
