"""Each indicator in the trace: from its clauses' points to its score and its share of the total."""

from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.explain.calculation import condition_words
from zhunsheng.compiler.explain.clauses import clause_result
from zhunsheng.compiler.explain.derived import rounding_words
from zhunsheng.compiler.explain.dropped import dropped_clauses
from zhunsheng.compiler.explain.facts import Basis, Ends, fact_shown, total_of
from zhunsheng.compiler.explain.sums import clamp_words, term_words, through
from zhunsheng.compiler.explain.total import rescaled
from zhunsheng.compiler.explain.vetoes import bar_result, item_veto_result, set_words
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import ClauseResult, IndicatorResult, Number
from zhunsheng.runtime.support import Trace


def indicator_result(basis: Basis, node: ir.Indicator) -> IndicatorResult:
    """An indicator with all below it."""
    if not node.leaf:
        return _group(basis, node)
    absent = basis.scoring.absent.get(node.id, False)
    if absent:
        return _absent(basis, node)
    index = basis.index[node.id]
    trace = basis.traces[index]
    module = basis.module
    names = [name for name in ir.indicator_facts(node) if name not in basis.values]
    ends = Ends(module.points(trace[0]), module.points(trace[0]))
    if names:
        ends = Ends(*basis.scoring.leaf_interval(node))
    clauses = tuple(clause_result(basis, node, n, trace) for n in range(len(node.clauses)))
    dropped = dropped_clauses(node, clauses)
    clauses = tuple(evolve(clause, dropped=dropped.get(clause.id, "")) for clause in clauses)
    barred: dict[str, tuple[ir.ItemVeto, list[str]]] = {}
    for clause in node.clauses:
        for bar in clause.bars:
            barred.setdefault(bar.id, (bar, []))[1].append(clause.id)
    bars = tuple(bar_result(basis, ids, bar) for bar, ids in barred.values())
    vetoes = (*(item_veto_result(basis, veto) for veto in node.vetoes), *bars)
    share = ends.times(node.weight)
    if absent is None:
        share = Ends(_least(share.low), share.high)
    most = None if node.full is None else node.full * node.weight
    return IndicatorResult(
        node.id,
        node.title,
        node.printed_weight,
        node.full if node.floor == 0 else None,
        ends.value,
        ends.low,
        ends.high,
        share.value,
        share.low,
        share.high,
        (),
        clauses,
        vetoes,
        tuple(_steps(basis, node, clauses, trace, bool(names))),
        share.low,
        _lost(node, most, share.high),
        None if share.high is None or share.low is None else share.high - share.low,
        absent,
    )


def _least(low: Number | None) -> Number | None:
    """The least of a number and of nothing."""
    return None if low is None else min(Fraction(0), Fraction(low))


def _absent(basis: Basis, node: ir.Indicator) -> IndicatorResult:
    """An indicator that does not apply: no score, and nothing lost."""
    assert node.absent is not None
    facts = [fact_shown(basis, atom.fact) for atom in ir.atoms(node.absent)]
    reasons = "".join(f"，理由：{fact.reason}" for fact in facts if fact.reason)
    words = condition_words(node.absent, basis.specs, basis.values)
    zero = Fraction(0)
    return IndicatorResult(
        node.id, node.title, node.printed_weight, node.full, None, None, None, zero, zero, zero, (), (), (),
        (f"缺项，不参加评分：{words}{reasons}",), zero, zero, zero, True,
    )  # fmt: skip


def _lost(node: ir.Indicator, most: Fraction | None, high: Number | None) -> Number | None:
    """What cannot be earned any more; of a bonus nothing is lost."""
    if node.bonus:
        return Fraction(0)
    return None if most is None or high is None else most - high


def _group(basis: Basis, node: ir.Indicator) -> IndicatorResult:
    results = {child.id: indicator_result(basis, child) for child in node.children}
    children = tuple(results.values())
    summed, ruled = ([results[child.id] for child in part] for part in node.parts)
    raw = Ends(total_of(c.contribution_min for c in summed), total_of(c.contribution_max for c in summed))
    done = through(basis, node.steps, raw.low, total_of(c.contribution_min for c in ruled))
    asked = done.left is not None and bool(basis.scoring.asked_of((node,)))
    ends = Ends(*basis.scoring.share(node)) if node.steps or asked else _cut(node.clamp, raw)
    still_open = done.left is None and raw.low is not None
    lines = [*done.lines, "" if still_open else clamp_words(node.clamp, done.left)]
    if (node.clamp is not None or node.steps) and not node.extra and raw.low is not None and len(summed) > 1:
        terms = " ＋ ".join(term_words(c.contribution_min) for c in summed)
        lines.insert(0, f"{terms} = {shown(raw.low)}")
    if still_open and ends.low is not None:
        lines.append(f"合起来最低{shown(ends.low, '分')}")
    if asked:
        cut = _cut(node.clamp, Ends(done.left, done.left)).low
        if cut is not None and ends.low is not None and cut != ends.low:
            lines.append(f"各项不能同时取到最低，合起来最低{shown(ends.low, '分')}")
    told = "；".join(filter(None, lines))
    if basis.program.rescale is not None and basis.program.rescale.groups and "." not in node.id:
        ends, told = rescaled(basis, (node,), raw, told)
    return IndicatorResult(
        node.id,
        node.title,
        node.printed_weight,
        node.full,
        None,
        None,
        None,
        ends.value,
        ends.low,
        ends.high,
        children,
        (),
        (),
        (told,) if told else (),
        ends.low,
        _lost_below(node, children, ends),
        None if ends.high is None or ends.low is None else ends.high - ends.low,
    )


def _lost_below(node: ir.Indicator, children: tuple[IndicatorResult, ...], ends: Ends) -> Number | None:
    """What cannot be earned any more of a heading; where its sum has ends, less than of its indicators."""
    if (node.clamp is None and not node.steps) or node.extra:
        return total_of(c.lost for c in children)
    top = ir.most(node)
    return None if top is None or ends.high is None else max(Fraction(0), top - ends.high)


def _cut(clamp: ir.Clamp | None, ends: Ends) -> Ends:
    """Ends of a sum within the ends that the standard gives it."""
    if clamp is None:
        return ends
    low, high = (None if end is None else Fraction(end) for end in (ends.low, ends.high))
    return Ends(*clamp.within(low, high))


def _steps(
    basis: Basis, node: ir.Indicator, clauses: tuple[ClauseResult, ...], trace: Trace, open_facts: bool
) -> list[str]:
    """The lines from the clauses' points to the indicator's score, as the low end has them."""
    if not clauses or basis.scoring.bottomless(node):
        return []
    lines = ["以下按未提供的数据项对得分最不利计算"] if open_facts else []
    points = {clause.id: clause.points_min or Fraction(0) for clause in clauses}
    module = basis.module
    for number, (_held, _raw, capped) in enumerate(trace[3]):
        points[node.clauses[number].id] = module.points(capped)
    raw = module.points(trace[1])
    # Coefficients come between the sum and the full mark.
    room = None if node.full is None or node.scalings else max(Fraction(0), node.full - max(Fraction(0), raw))
    # A clause in a group is told by the group's capped sum; groups lie one within another, inner first.
    owner = {id: id for id in points}
    terms = dict(points)
    for group in node.groups:
        names = list(dict.fromkeys(owner[id] for id in group.clauses))
        if not names:
            continue
        members = [terms[name] for name in names]
        told, left = _group_words(group, members, room)
        lines.append(told)
        terms = {n: left if n == names[0] else v for n, v in terms.items() if n == names[0] or n not in names}
        owner = {id: names[0] if own in names else own for id, own in owner.items()}
    start = [f"起评分{shown(node.start)}"] if node.start else []
    alone = {id for id, own in owner.items() if id == own} - {
        id for group in node.groups for id in group.clauses
    }
    endless = {clause.id for clause in clauses if clause.points_min is None} & alone
    words = ["（扣分不限）" if id in endless else term_words(left) for id, left in terms.items()]
    summed = " ＋ ".join([*start, *words])
    if endless and node.floor is not None and raw < node.floor:
        # The number from which on nothing changes any more would tell nothing.
        lines.append(summed if len(words) + len(start) > 1 else "扣分不限")
    else:
        lines.append(f"{summed} = {shown(raw, '分')}" if len(words) + len(start) > 1 else shown(raw, "分"))
    if node.floor is not None and raw < node.floor:
        if node.floor == 0:
            lines.append("低于0分，按0分计")
        else:
            taken = "" if endless else f"扣{shown(-raw, '分')}，"
            lines.append(f"最多扣{shown(-node.floor, '分')}：{taken}只计{shown(-node.floor, '分')}")
    elif node.floor is None and raw < 0 and node.full:
        lines.append("可以为负分")
    early = node.full if node.ceiling is None else None
    late = min((end for end in (node.full, node.ceiling) if end is not None), default=None)
    if early is not None and not node.own and (node.floor == 0 or (node.floor is None and early > 0)):
        reached = raw if node.floor is None else max(raw, Fraction(0))
        lines.append(_full_words(reached, early, "上限" if node.bonus else "满分"))
    low = raw if node.floor is None else max(raw, node.floor)
    low = low if early is None else min(low, early)
    done = through(basis, node.scalings, low, None)
    lines += done.lines
    scaled = done.left
    if scaled is not None and late is not None and scaled > late:
        lines.append(f"超过{'满分' if late == node.full else '上限'}，按{shown(late)}分计")
        scaled = late
    if node.rounding is not None and scaled is not None:
        lines.append(rounding_words(scaled, node.rounding, "分"))
    if trace[2] >= 0:
        veto = node.vetoes[trace[2]]
        lines.append(f"{veto.id}成立：{set_words(veto)}")
    return lines


def _group_words(group: ir.Group, members: list[Number], room: Fraction | None) -> tuple[str, Number]:
    """What a group does to the points of its members, and what is left of them; `room` is what the indicator lacks to its
    full mark."""
    told = "、".join(group.clauses)
    match group:
        case ir.BestGroup(_, text, takes_off):
            best = min(members) if takes_off else max(members)
            return f"{text}（{told}取一）：{'、'.join(map(shown, members))}，计{shown(best, '分')}", best
        case ir.CapGroup(_, limit, text, takes_off):
            total = sum(members, Fraction(0))
            capped = max(total, -limit) if takes_off else min(total, limit)
            spare = limit - total if room is None else min(limit - total, room)
            left = f"，还可计{shown(spare, '分')}" if spare > 0 and not takes_off else ""
            verdict = f"超过上限，计{shown(capped, '分')}" if capped != total else f"未超过上限{left}"
            sums = " ＋ ".join(map(shown, members))
            return f"{text}（{told}合计）：{sums} = {shown(total)}，{verdict}", capped


def _full_words(raw: Fraction, full: Fraction, word: str) -> str:
    if raw > full:
        over = f"{shown(raw, '分')}超过{word}，计{shown(full, '分')}，多出的{shown(raw - full, '分')}不计"
        return f"{word}{shown(full, '分')}：{over}"
    if raw == full:
        return f"{word}{shown(full, '分')}：正好{'满分' if word == '满分' else '达到'}"
    return f"{word}{shown(full, '分')}：未到{word}，差{shown(full - raw, '分')}"
