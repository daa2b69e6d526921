"""Numbers said of each period, or of each of several in each period (每月【走访】不少于2次, 每户每月…).

As a condition they hold where the worst of them does, so the fact is that one, and its question says so: the least for
不少于, the greatest for 不超过. Where steps follow (每少1次扣1分) no single number tells how much is short in all: what one
falls short of no other makes up. The fact is then what is short, added up over all. Numbers of different periods are
never one fact."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler.resolve.mentions import Mentions, OfEach, Site, ends_reach
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import RuleNode
from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.period_words import each_of, one_number, one_of, period_of, told
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import COUNT_UNITS, PERCENT_POINTS

Numbered = tuple[ast.Segment, int]

_CODE = "ZS0287"
#: The names that :func:`_gap` gives.
_QUOTA = re.compile(r"(.+每.+)(?:不足.+的缺口|超过.+的部分)")


# ---- conditions


def with_question(site: Site, node: ast.Condition, fact: str) -> ast.Condition | None:
    """A condition whose question says which of several numbers is asked for; None where no one of them decides."""
    asked = site.scope.mentions.of_each.get(plain(fact))
    if not _of_one_period(site, node, fact, asked):
        return None
    each = each_of(node.fact.lead) if node.fact is not None else ()
    if node.fact is None:
        if asked is None or _goes_with(asked, node):
            return node
        _refuse(site, node, fact, asked.side)
        return None
    if not each or not node.edges:
        return node
    side = _side(node)
    if not side or node.share is not None or node.reference is not None:
        words = official(site.source.slice(node.span))
        message = f"“{words}”要逐一核对，填一个数说不清"
        help_text = f"只用不少于、不超过这样的一头；或改填达到要求的个数，如“【达到要求的{each[-1]}数】”"
        site.fault(_CODE, message, node.span, help_text)
        return None
    if asked is not None and asked.side != side:
        _refuse(site, node, fact, asked.side)
        return None
    said = asked.said if asked is not None else ()
    site.scope.mentions.of_each[plain(fact)] = OfEach(side, (*said, *node.edges))
    note = f"（{''.join(f'各{part}' for part in each)}不同的，填最{side}的{one_of(each)}）"
    return evolve(node, fact=evolve(node.fact, note=note))


def _of_one_period(site: Site, node: ast.Condition, fact: str, asked: OfEach | None) -> bool:
    """Whether a number is of the period that the fact's numbers before were of."""
    if not node.edges or node.share is not None or node.reference is not None:
        return True
    own = period_of(node.fact.lead if node.fact is not None else node.lead)
    periods = site.scope.mentions.periods
    known = periods.setdefault(plain(fact), own)
    opposite = asked is not None and not own and _goes_with(asked, node, same_side=False)
    if opposite or one_number(known, own, elided=node.fact is None):
        periods[plain(fact)] = known or own
        return True
    first = f"“{known}”的数" if known else "没有说“每”的数" if own.startswith("每") else "没有写时期的数"
    second = f"“{own}”的" if own else "没有写时期的"
    shown = node.fact.shown if node.fact is not None else fact
    name = f"{own or '全部'}{fact}"
    message = f"“{fact}”前面是{first}，这里是{second}，不能是一个数"
    help_text = f"这一处另用一个数据项，写明主语：{own}【{shown}｜{name}】"
    site.fault(_CODE, message, node.span, help_text)
    return False


def _goes_with(asked: OfEach, node: ast.Condition, *, same_side: bool = True) -> bool:
    """Whether an elided subject can be the same one of several numbers: said of the same side, or as the opposite of what
    was said (每月【走访】不少于2次的得5分；不足2次的不得分)."""
    opposite = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}
    said = {(opposite.get(e.comparison or ""), e.quantity.value, e.quantity.unit) for e in asked.said}
    own = {(e.comparison, e.quantity.value, e.quantity.unit) for e in node.edges}
    return (same_side and _side(node) == asked.side) or own <= said


def _refuse(site: Site, node: ast.Condition, fact: str, side: str) -> None:
    message = f"“{fact}”前面填的是最{side}的，这里要的不是它，不能是一个数"
    shown = node.fact.shown if node.fact is not None else fact
    other = {"少": "多", "多": "少", "低": "高", "高": "低"}[side]
    site.fault(_CODE, message, node.span, f"这一处另用一个数据项，写明主语：【{shown}｜最{other}的{fact}】")


def holds_of_all(site: Site, node: RuleNode) -> bool:
    """Whether what a rule says of each of several numbers can be told by one of them: where it gives points, all must
    reach the number; where it takes off, one or as many as do not may be meant."""
    gives = isinstance(node, ast.TierNode) or (isinstance(node, ast.RequirementNode) and node.mood == "must")
    if isinstance(node, ast.ClauseNode):
        # Of steps along it another mistake is told.
        gives = (node.award.sign > 0 and not node.award.nothing) or isinstance(node.measure, ast.Step)
    for condition in () if gives else node.conditions:
        each = each_of(condition.fact.lead) if condition.fact is not None and condition.edges else ()
        if each:
            words = official(site.source.slice(condition.span))
            message = f"“{words}”是有一个{each[-1]}这样就算，还是有几个{each[-1]}算几次？"
            assert condition.fact is not None
            name = f"{condition.fact.shown}不合要求的{each[-1]}数"
            help_text = (
                f"有几个算几次的，写成“每有1个【{name}】扣……分”；有一个就算的，写成“【{name}】1个以上的，……”"
            )
            site.fault(_CODE, message, condition.span, help_text)
            return False
    return True


def _side(node: ast.Condition) -> str:
    """Which of several numbers decides: the least where all must reach a number."""
    ends = {edge.comparison for edge in node.edges}
    percent = any(edge.quantity.unit in ("%", *PERCENT_POINTS) for edge in node.edges)
    if len(node.edges) == 1 and (ends <= {"ge", "gt"} or (ends == {None} and node.kind == "counted")):
        return "低" if percent else "少"
    if len(node.edges) == 1 and ends <= {"le", "lt"}:
        return "高" if percent else "多"
    return ""


def told_of_one(site: Site, fact: str, measure: ast.Step) -> bool:
    """Whether steps run along a fact that is one of several numbers, which is refused."""
    if plain(fact) not in site.scope.mentions.of_each:
        return False
    words = official(site.source.slice(measure.span))
    message = f"“{words}”是每一个都算、加在一起，还是只算“{fact}”里最差的一个？"
    help_text = "都算的，写成“每户每月【走访】不少于2次，每少1次扣1分”这样紧接着的一句；只算一个的，写成【最少的一个月的……】"
    site.fault(_CODE, message, measure.span, help_text)
    return True


# ---- steps


def with_gaps(mentions: Mentions, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
    """The segments of a leaf with their sentences; quotas of each, and the steps behind them, speak of what is short."""
    segments = list(numbered)
    places = [
        (number, at) for number, (segment, _) in enumerate(segments) for at in range(len(segment.items))
    ]
    items = {place: segments[place[0]][0].items[place[1]] for place in places}
    for index, place in enumerate(places):
        item = items[place]
        if not isinstance(item, ast.ClauseNode) or not isinstance(item.measure, ast.Step):
            continue
        if item.conditions:
            items[place] = _short(mentions, item, item.measure, item)[0]
            continue
        cut = place[1] == 0 and ends_reach(segments[place[0]][0].numbering)
        anchor = _anchor(items, places[:index])
        if anchor is None or cut or segments[place[0]][1] - segments[anchor[0]][1] > 1:
            continue
        threshold = items[anchor]
        assert isinstance(threshold, ast.ClauseNode)
        items[anchor], items[place] = _short(mentions, threshold, item.measure, item)
    for number, (segment, sentence) in enumerate(segments):
        yield evolve(segment, items=tuple(items[number, at] for at in range(len(segment.items)))), sentence


def _anchor(items: dict[tuple[int, int], ast.Item], before: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The clause that steps without conditions belong to, behind which other steps may stand."""
    for place in reversed(before):
        item = items[place]
        if not isinstance(item, ast.ClauseNode):
            return None
        if not item.attached:
            return place
    return None


def _short(
    mentions: Mentions, clause: ast.ClauseNode, step: ast.Step, stepped: ast.ClauseNode
) -> tuple[ast.ClauseNode, ast.ClauseNode]:
    """A quota of each with its steps, both about what is short of it (or beyond it) in all; as they are where it is none."""
    if not clause.conditions:
        return clause, stepped
    condition = clause.conditions[-1]
    each = each_of(condition.fact.lead) if condition.fact is not None else ()
    edge = condition.edges[0] if condition.edges else None
    fits = (
        len(condition.edges) == 1 and edge is not None and edge.comparison == ("ge" if step.below else "le")
    )
    if not each or not fits or stepped.award.sign > 0 or condition.kind != "compared":
        return clause, stepped
    assert edge is not None and condition.fact is not None
    unit = edge.quantity.unit
    if condition.share is not None or condition.reference is not None or unit in ("%", *PERCENT_POINTS):
        return clause, stepped
    _refuse_long(mentions, condition.fact, each, step)
    gap = _gap(mentions, condition.fact, each, edge, below=step.below)
    nothing = ast.Edge(
        ast.Quantity(Fraction(0), unit, span=edge.quantity.span), "le", True, edge.word, span=edge.span
    )
    own = evolve(condition, fact=gap, edges=(nothing,))
    measure = evolve(step, below=False)
    changed = evolve(clause, conditions=(*clause.conditions[:-1], own))
    if clause is stepped:
        changed = evolve(changed, measure=measure)
        return changed, changed
    return changed, evolve(stepped, measure=measure)


def differ_in_quota(one: str, other: str) -> bool:
    """Whether two facts are what is short of, or beyond, two quotas of the same number (走访每户每月不足2次的缺口, …3次的…)."""
    first, second = (_QUOTA.fullmatch(name) for name in (one, other))
    return first is not None and second is not None and first[1] == second[1] and one != other


def _refuse_long(mentions: Mentions, fact: ast.FactMention, each: tuple[str, ...], step: ast.Step) -> None:
    """Refuses steps of more than one (每少2次) along what all are short of together: those of each are others, since a
    part of a step of one makes up no whole with a part of another's. Of one thing at a time, there are no parts."""
    if step.quantity.value == 1 and step.quantity.unit in COUNT_UNITS:
        return
    words, number = (official(mentions.source.slice(span)) for span in (step.span, step.quantity.span))
    kind = "缺口" if step.below else "超出"
    one, total = (
        f"每个{each[-1]}" if len(each) == 1 else f"逐{'逐'.join(each)}",
        f"【{fact.shown}{kind}合计】",
    )
    message = f"“{words}”是全部{kind}加起来算，还是{one}分别算？不满{number}的零头，两种算法不一样"
    own = f"【{fact.shown}{kind}折算数】"
    help_text = (
        f"加起来算的，整句写成“{total}不超过0{step.quantity.unit}的，……，每超过{number}扣……分”；"
        f"分别算的，写成“{own}不超过0个的，……，每超过1个扣……分”，说明里写{one}每{number}折算1个"
    )
    mentions.fault(_CODE, message, step.span, help_text)


def _gap(
    mentions: Mentions, fact: ast.FactMention, each: tuple[str, ...], edge: ast.Edge, *, below: bool
) -> ast.FactMention:
    """走访每户每月不足2次的缺口, or 投诉每月超过2件的部分: what is short of a quota, or beyond it, in all."""
    number = official(mentions.source.slice(edge.quantity.span))
    unit, every = edge.quantity.unit, told(each)
    short, rest = ("不足", "缺口") if below else ("超过", "部分")
    name = f"{fact.name}{every}{short}{number}的{rest}"
    difference = "差" if below else "多"
    note = (
        f"（{''.join(f'逐{part}' for part in each)}核对：{short}{number}的，{difference}几{unit}算几{unit}，全部相加，"
        f"{'多出来的不能补别处的' if below else '不足的不能抵别处的'}）"
    )
    return evolve(fact, shown=name, name=name, renamed=True, lead="", verb="", note=note)
