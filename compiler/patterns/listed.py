"""Lists (列举): conditions of which some number must hold (满足2项的), or each gives points (每满足一项)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import Band, cumulative, exclusive
from zhunsheng.compiler.lower.bands import met_end
from zhunsheng.compiler.lower.conditions import join, own_part
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.readings.bands import beside
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.bare_ends import held_in
from zhunsheng.compiler.resolve.conditions import resolve_part
from zhunsheng.compiler.resolve.mentions import Site
from zhunsheng.compiler.resolve.resolved import Leaf, ListedParts, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Label
from zhunsheng.runtime.source import Span

# ---- resolution


def counts_a_list(node: ast.ClauseNode) -> bool:
    """Whether a clause counts the conditions of a list."""
    return isinstance(node.measure, ast.Tally) or any(c.kind == "held" for c in node.conditions)


def resolve_list(site: Site, node: ast.ClauseNode) -> ListedParts | None:
    """The list of a clause with its facts: its own, or that of the clause before in the same sentence."""
    own = node.listed
    if own is not None and own.entries:
        site.scope.lists.append((own, site.sentence))
    near = [listed for listed, sentence in site.scope.lists if site.sentence - sentence <= 1]
    if not near:
        message = "“满足几项”说的是哪几项？前面、后面都没有列出来"
        site.fault("ZS0226", message, node.span, "写成“满足以下条件中2项的得3分：①【……】；②【……】”")
        return None
    listed = near[-1]
    stated = own.stated if own is not None else None
    if stated is not None and stated != len(listed.entries):
        message = f"说的是{stated}项，列出了{len(listed.entries)}项，对不上"
        site.fault("ZS0226", message, listed.span, "补上漏掉的，或核对项数")
        return None
    if not _joined_by_and(site, node):
        return None
    if isinstance(node.measure, ast.Tally) and node.measure.plain and not _answered_yes_or_no(site, listed):
        return None
    entries = []
    for entry in listed.entries:
        site.scope.enter(entry.numbering)
        parts = [
            part for condition in entry.conditions if (part := resolve_part(site, condition)) is not None
        ]
        if len(parts) < len(entry.conditions):
            return None
        entries.append((tuple(parts), entry.joiners))
    return tuple(entries)


def _joined_by_and(site: Site, node: ast.ClauseNode) -> bool:
    """Whether the number that must hold, and what a clause asks for besides, are all asked for (满足2项且【C】的)."""
    odd = next((joiner for joiner in node.joiners if joiner.sense != "and"), None)
    if odd is None or not any(condition.kind == "held" for condition in node.conditions):
        return True
    message = f"“满足几项”和另外的条件用“{odd.word}”连接：要都符合，还是符合一样就行，这里只能是都符合"
    help_text = "都要符合的，写“且”；符合一样就行的，拆成两句，在后面写“取最高分”"
    site.fault("ZS0589", message, odd.span, help_text)
    return False


def _answered_yes_or_no(site: Site, listed: ast.Listed) -> bool:
    """Whether 数据项 says that the facts of 【甲】、【乙】，每项得2分 are answered 是 or 否."""
    for entry in listed.entries:
        for condition in entry.conditions:
            assert condition.fact is not None
            declared = site.scope.mentions.declared_truth.get(plain(condition.fact.name))
            if declared:
                continue
            name = condition.fact.name
            counted = "，".join(
                f"【{e.conditions[0].fact.name}】" for e in listed.entries if e.conditions[0].fact
            )
            message = f"“每项”是这几项中有几项算几项，还是“{name}”等各自有几个算几个？"
            help_text = (
                "有几项算几项：写成“每满足一项”，或在“数据项”表中把它们的类型写成“是否”；"
                f"各自计数：写成“{counted.replace('，', '、')}的，每项分别加几分、几分”"
            )
            site.fault("ZS0226", message, listed.span, help_text)
            return False
    return True


# ---- questions


def _groups(leaf: Leaf) -> Iterator[list[Rule]]:
    """The clauses that set numbers on one list, where there are several."""
    groups: dict[ListedParts, list[Rule]] = {}
    for rule in leaf.rules:
        if rule.listed is not None and held_in(rule) is not None:
            groups.setdefault(rule.listed, []).append(rule)
    yield from (rules for rules in groups.values() if len(rules) > 1)


def list_questions(leaf: Leaf) -> Iterator[Question]:
    """满足2项得3分，满足1项得1.5分: whether both count where two hold."""
    for rules in _groups(leaf):
        spans = tuple(rule.segment for rule in rules)
        ids = tuple(rule.id for rule in rules)
        options = ("分段累计", "分段择一")
        key = f"list{rules[0].id}"
        yield Question("分段", key, leaf.heading.id, ids, spans, _span(rules[0]), options)


def _span(rule: Rule) -> Span:
    held = held_in(rule)
    return held.span if held is not None else rule.span


# ---- lowering


def entries_of(lowering: Lowering, rule: Rule) -> tuple[ir.Condition, ...]:
    """The conditions of a rule's list."""
    found = []
    for parts, joiners in rule.listed or ():
        conditions = [own_part(lowering, part, rule) for part in parts]
        found.append(join(lowering, rule.id, conditions, joiners))
    return tuple(found)


def held_condition(lowering: Lowering, leaf: Leaf | None, rule: Rule) -> ir.Condition:
    """How many of the list must hold; without `leaf` as the clause's own words say, whatever 分段 is."""
    node = held_in(rule)
    if node is None:
        return ir.ALWAYS
    parts = entries_of(lowering, rule)
    band = _band(lowering, node, len(parts))
    for rules in _groups(leaf) if leaf is not None else ():
        if rule in rules:
            bands: Mapping[str, Band] = {
                r.id: _band(lowering, held, len(parts)) for r in rules if (held := held_in(r)) is not None
            }
            alone = lowering.answer("分段", f"list{rules[0].id}", "分段累计") == "分段择一"
            if alone:
                _check_apart(lowering, rules)
            band = (exclusive(bands) if alone else cumulative(bands))[rule.id]
    return _between(band, parts)


def _check_apart(lowering: Lowering, rules: list[Rule]) -> None:
    """Clauses on one list of which one applies have to ask for the same besides (满足2项且【C】 beside 满足1项): else where
    the number of one is reached and its other conditions do not hold, it would cut off the only one that does."""
    odd = [rule for rule in rules if beside(rule, None) != beside(rules[0], None)]
    if odd:
        message = "采用“分段择一”，这几句除了满足几项，还有不同的条件：项数够了、另外的条件不成立的，归哪一句不能确定"
        help_text = "取分数高的一句的，在后面写“取最高分”，“分段”采用“分段累计”"
        label = Label(_span(rules[0]), "另一句在这里")
        raise lowering.fault("ZS0588", message, _span(odd[0]), help_text, (label,))


def _band(lowering: Lowering, node: ast.Condition, size: int) -> Band:
    """The number of conditions that must hold; a bare number is the least."""
    if not node.edges:
        return Band(Fraction(size), True, None, False)
    low, high = Band(None, False, None, False), Band(None, False, None, False)
    for edge in _ends(lowering, node):
        number = edge.quantity.value
        if number.denominator != 1 or not 0 <= number <= size:
            message = f"一共{size}项，不能要求{lowering.source.slice(edge.span)}"
            raise lowering.fault("ZS0226", message, edge.span, "核对项数")
        if edge.comparison in ("le", "lt"):
            high = Band(None, False, number, edge.comparison == "le")
        elif edge.comparison == "eq":
            return Band(number, True, number, True)
        else:
            low = Band(number, edge.comparison != "gt", None, False)
    if low.low is not None and high.high is not None and low.low > high.high:
        message = "这个范围不可能成立：下限高于上限"
        raise lowering.fault("ZS0217", message, node.span, "核对两个数")
    return Band(low.low, low.low_included, high.high, high.high_included)


def _ends(lowering: Lowering, node: ast.Condition) -> Iterator[ast.Edge]:
    """The ends of such a number; of a range without boundary words (1～2项) both are of it."""
    for edge in node.edges:
        edge = met_end(lowering, edge)
        if edge.comparison is None and len(node.edges) == 2 and edge.quantity is node.edges[1].quantity:
            edge = evolve(edge, comparison="le")
        yield edge


def _between(band: Band, parts: tuple[ir.Condition, ...]) -> ir.Condition:
    """So many of the parts as a band has."""
    least, most = 0, None
    if band.low is not None:
        least = int(band.low) + (0 if band.low_included else 1)
    if band.high is not None:
        most = int(band.high) - (0 if band.high_included else 1)
    if least > len(parts) or (most is not None and most < least):
        return ir.NEVER
    if most is None or most >= len(parts):
        return ir.both(*parts) if least == len(parts) else ir.AtLeast(least, parts) if least else ir.ALWAYS
    return ir.AtLeast(least, parts, most)


def tally(lowering: Lowering, rule: Rule, node: ast.ClauseNode) -> ir.Tally:
    """每满足一项得2分: points for each condition of the list that holds."""
    assert isinstance(node.measure, ast.Tally) and node.award.points is not None
    if node.measure.quantity.value != 1:
        words = lowering.source.slice(node.measure.span)
        raise lowering.fault(
            "ZS0226", f"“{words}”：只能每一项计一次分", node.measure.span, "写成“每满足一项”"
        )
    return ir.Tally(node.award.points * node.award.sign, entries_of(lowering, rule))
