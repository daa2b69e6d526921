"""Resolution of a rule's conditions: the fact of each, elided subjects, what negations and numbers reach."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve

from zhunsheng.compiler.lower.exemptions import relaxed_fact
from zhunsheng.compiler.patterns.periods import with_question
from zhunsheng.compiler.resolve.cohort import ranked
from zhunsheng.compiler.resolve.implied import measured, ratio
from zhunsheng.compiler.resolve.mentions import Site
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Exempt, Part, Role
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.vocabulary import OPTION_VERBS
from zhunsheng.dsl.words import PERCENT_POINTS
from zhunsheng.runtime.diagnostics import Label
from zhunsheng.runtime.reading.typed_text import option_named


def resolve_part(site: Site, node: ast.Condition) -> Part | None:
    """A condition with its fact, None where its subject cannot be told."""
    node = _within_period(site, node)
    if node.kind == "holds" and node.fact is not None and node.fact.aspect is not None:
        words = official(site.source.slice(node.span))
        help_text = f"写成“{words}1年以上的”，或“{words}每满1年加2分”"
        site.fault("ZS0242", f"“{words}”没有写多久", node.span, help_text)
        return None
    if node.kind == "lacking":
        return _lacking(site, node)
    quantities = tuple(edge.quantity for edge in node.edges)
    if node.place is not None:
        return _ranked(site, node, node.place)
    if node.share is not None or node.reference is not None:
        assert node.fact is not None
        if with_question(site, node, site.name(node.fact)) is None:
            return None
    if node.share is not None:
        return _share(site, node, node.share, quantities)
    if node.reference is not None:
        return _referred(site, node, node.reference, quantities)
    fact = site.name(node.fact) if node.fact is not None else _elided(site, node, quantities)
    if fact is None:
        return None
    asked = with_question(site, node, fact)
    if asked is None:
        return None
    node = _named_option(site, asked, fact)
    if node.kind == "chosen" and not _options_listed(site, node, fact):
        return None
    role: Role = "truth" if node.kind == "holds" else "choose" if node.kind == "chosen" else "compare"
    site.use(node.fact, fact, role, quantities, node.span)
    if quantities:
        site.measure(fact, quantities[-1].unit)
    exempt = resolve_exemptions(site, node.exemptions, fact)
    return None if exempt is None else Part(node, fact, node.fact is None, exempt)


def _lacking(site: Site, node: ast.Condition) -> Part | None:
    """【出口额】不适用的; of which facts 没有该项指标的 speaks is told only where an indicator gives or takes its points."""
    words = official(site.source.slice(node.span))
    if node.fact is None:
        help_text = "写明数据项：“【……】不适用的，……”"
        site.fault("ZS0582", f"“{words}”说的是哪个数据项？这里看不出来", node.span, help_text)
        return None
    fact = site.name(node.fact)
    if "不适用" in site.scope.mentions.options(fact):
        help_text = f"说选项的，写成“【{fact}】为不适用的”；数据项不适用的，选项换一个名称"
        message = f"“{words}”：“{fact}”有一个选项也叫“不适用”"
        site.fault("ZS0582", message, node.span, help_text)
        return None
    site.use(node.fact, fact, "lacking", (), node.span)
    exempt = resolve_exemptions(site, node.exemptions, fact)
    return None if exempt is None else Part(node, fact, exempt=exempt)


def resolve_exemptions(
    site: Site, exemptions: tuple[ast.Exemption, ...], fact: str = ""
) -> tuple[Exempt, ...] | None:
    """The facts of exemptions, None where one cannot be told; `fact` is what 不得重复计算 speaks of."""
    found = []
    for exemption in exemptions:
        if exemption.kind == "once":
            site.scope.mentions.counted_once.append((fact, exemption.span))
        parts = [resolve_part(site, condition) for condition in exemption.conditions]
        if None in parts:
            return None
        if exemption.kind == "relax" and plain(relaxed_fact(fact)) in site.scope.mentions.listed:
            site.use(None, relaxed_fact(fact), "truth", (), exemption.span)
        found.append(Exempt(exemption, tuple(part for part in parts if part is not None)))
    return tuple(found)


def _ranked(site: Site, node: ast.Condition, place: ast.Cohort) -> Part | None:
    """【营业收入】排名前3名, or 第2名 behind it: the place is a fact of its own, which nothing else refers back to."""
    name = ranked(site, node, place)
    if name is None:
        return None
    site.use(None, name, "compare", tuple(edge.quantity for edge in node.edges), node.span)
    exempt = resolve_exemptions(site, node.exemptions, name)
    return None if exempt is None else Part(node, name, node.fact is None, exempt)


def _share(
    site: Site, node: ast.Condition, share: ast.Share, quantities: tuple[ast.Quantity, ...]
) -> Part | None:
    """【甲】占【乙】的10%以上, 其中【甲】比例不低于70%: the ratio is a derived fact of its own."""
    assert node.fact is not None
    part = site.name(node.fact)
    if share.whole is not None:
        whole = site.name(share.whole)
    else:
        before = site.before()
        if len(before) != 1:
            known = f"前面量过“{'”和“'.join(before)}”" if before else "前面没有计量过数据项"
            site.fault(
                "ZS0305" if before else "ZS0304",
                f"“其中”说的是哪个数据项里的一部分？{known}",
                node.span,
                f"写明整体：【{node.fact.shown}】占【……】的比例",
            )
            return None
        whole = before[0]
    name = site.imply(ratio(part, whole, node.fact.span), part)
    # 占【乙】 and 高于【乙】 tell of one thing.
    site.scope.mentions.bases[name] = ("beside", part, whole)
    site.use(None, name, "compare", quantities, node.span)
    exempt = resolve_exemptions(site, node.exemptions, part)
    return None if exempt is None else Part(node, name, exempt=exempt)


def _referred(
    site: Site, node: ast.Condition, reference: ast.Reference, quantities: tuple[ast.Quantity, ...]
) -> Part | None:
    """【甲】达到【乙】的1.2倍, 比【乙】增长10%以上: what is compared is a derived fact of its own."""
    assert node.fact is not None
    one, other = site.name(node.fact), site.name(reference.fact)
    if one == other:
        words = f"{reference.fact.lead}{reference.fact.shown}"
        help_text = f"不同的两个数，后一个写成【{reference.fact.shown}｜{words if reference.fact.lead else '另一个名称'}】"
        site.fault("ZS0253", f"“{one}”和它自己比", node.span, help_text)
        return None
    if reference.fact.cohort is None and not _one_reference(site, one, other, reference.fact):
        return None
    unit = quantities[-1].unit
    # Only percentages differ by 百分点; what another unit says is of the difference alone.
    told = quantities if unit in PERCENT_POINTS else ()
    for mention, fact in ((node.fact, one), (reference.fact, other)):
        site.use(None if mention.cohort else mention, fact, "referred", told, mention.span)
    name = site.imply(measured(one, other, reference, unit), one)
    # 高于平均值 and 前3名 tell of one thing, and so do 高于【乙】 and 达到【乙】的90%.
    bases, among = site.scope.mentions.bases, site.scope.mentions.bases.get(other)
    bases[name] = among if among is not None and among[1] == one else ("beside", one, other)
    # The difference with which 不低于【乙】 compares is in the unit of the facts.
    site.use(None, name, "compare", quantities if unit else (), node.span)
    if unit:
        site.measure(name, unit)
    exempt = resolve_exemptions(site, node.exemptions, one)
    return None if exempt is None else Part(node, name, exempt=exempt)


def _one_reference(site: Site, one: str, other: str, mention: ast.FactMention) -> bool:
    """Whether two facts are not measured by the same words (高于【上年度】), which may be two facts."""
    mentions = site.scope.mentions
    first = mentions.referred.setdefault(plain(other), (one, mention.span))
    if first[0] == one or plain(other) in mentions.listed:
        return True
    mentions.fault(
        "ZS0301",
        f"“{first[0]}”和“{one}”都与“{other}”相比：是同一个数据项，还是两个？",
        mention.span,
        f"同一个：在“数据项”表中列出“{other}”；不同：写成【{mention.shown}｜{mention.shown}的{one}】",
        (Label(first[1], "另一处在这里"),),
    )
    return False


def _within_period(site: Site, node: ast.Condition) -> ast.Condition:
    """近三年内【获奖日期】的, where 获奖日期 is a 日期, asks whether it lies in those years."""
    if node.kind != "holds" or node.fact is None or node.fact.aspect is not None:
        return node
    dated = site.scope.mentions.dated
    aspect = dated.aspect(node.fact)
    if aspect is None or plain(node.fact.name) not in dated.dates:
        return node
    quantity = ast.Quantity(Fraction(1), "次", span=node.span)
    edge = ast.Edge(quantity, "lt" if node.negated else "ge", True, span=node.span)
    fact = evolve(node.fact, aspect=aspect)
    return evolve(node, kind="compared", negated=False, fact=fact, edges=(edge,))


def _named_option(site: Site, node: ast.Condition, fact: str) -> ast.Condition:
    """【律师事务所｜机构类别】, where 机构类别 is a 选项, asks whether that option was chosen; so does 为3年的."""
    copula = len(node.edges) == 1 and node.edges[0].word in OPTION_VERBS
    if node.kind == "compared" and copula and plain(fact) in site.scope.mentions.choices:
        words = plain(site.source.slice(node.edges[0].quantity.span))
        return evolve(node, kind="chosen", edges=(), options=(words,))
    if node.kind != "holds" or node.fact is None or plain(fact) not in site.scope.mentions.choices:
        return node
    return evolve(node, kind="chosen", options=(node.fact.shown,))


def _options_listed(site: Site, node: ast.Condition, fact: str) -> bool:
    """Whether 数据项 lists every option that a condition names."""
    listed = site.scope.mentions.options(fact)
    odd = [option for option in node.options if option_named(listed, plain(option)) is None]
    if odd:
        options = "、".join([*listed, *odd])
        site.fault(
            "ZS0315",
            f"“{fact}”没有“{odd[0]}”这个选项",
            node.span,
            f"核对这几个字；或在“数据项”表中把“{fact}”的类型写成“选项”，范围写成“{options}”",
        )
    return not odd


def _elided(site: Site, node: ast.Condition, quantities: tuple[ast.Quantity, ...]) -> str | None:
    """The last fact of the same sentence or the one before, compared in the same unit; two are an error."""
    facts = site.near(quantities[-1].unit)
    if len(facts) == 1:
        return facts[0]
    if site.scope.broken:
        return None
    words = site.source.slice(node.span)
    if not facts:
        unit, beyond = quantities[-1].unit, site.near(quantities[-1].unit, beyond=True)
        known = f"“{beyond[-1]}”在另一项，编号以后不再承前" if beyond else f"前面没有用“{unit}”计量的数据项"
        subject = beyond[-1] if beyond else "……"
        site.fault(
            "ZS0304",
            f"“{words}”说的是哪个数据项？{known}",
            node.span,
            f"写明主语：【{subject}】{words}",
        )
        return None
    both = "”和“".join(facts)
    site.fault(
        "ZS0305",
        f"“{words}”说的可能是“{both}”，不能确定是哪一个",
        node.span,
        "写明主语：" + "，或".join(f"【{fact}】{words}" for fact in facts),
    )
    return None


def check_negation(site: Site, joiners: Sequence[ast.Joiner], parts: list[Part]) -> None:
    """没有【A】或【B】的: whether B is negated too cannot be told."""
    for index, (part, following) in enumerate(pairwise(parts)):
        first, second = part.node, following.node
        if not first.negated or first.with_de or second.kind != "holds" or second.negated:
            continue
        if first.kind == "lacking" or not _close(joiners, index):
            continue
        words = site.source.slice(first.span.cover(second.span))
        one, other = part.fact, following.fact
        site.fault(
            "ZS0222",
            f"“{official(words)}”否定的只是“{one}”，还是也否定“{other}”？",
            first.span.cover(second.span),
            f"整个放进一个括号：【{official(words)}】，由人回答是或否；或分别写明“未【{one}】，且未【{other}】的”",
        )
        return


def distributed(site: Site, joiners: Sequence[ast.Joiner], parts: list[Part]) -> list[Part]:
    """【A】或者【B】不低于3家: whether the number holds for A too must be told by A's type."""
    parts = list(parts)
    for index, (part, following) in enumerate(pairwise(parts)):
        if part.node.kind != "holds" or part.node.with_de or following.node.kind != "compared":
            continue
        if part.node.negated or following.carried or not _close(joiners, index):
            continue
        declared = site.scope.mentions.declared_truth.get(plain(part.fact))
        if declared is None:
            bound = site.source.slice(following.node.edges[0].span)
            site.fault(
                "ZS0306",
                f"“{part.fact}”是只答是否，还是也要{bound}？",
                part.node.span,
                f"在数据项中写明“{part.fact}”的类型：是否，或个数",
            )
        elif not declared:
            edges = following.node.edges
            parts[index] = evolve(part, node=evolve(part.node, kind="compared", edges=edges))
            quantities = tuple(edge.quantity for edge in edges)
            site.scope.uses[:] = [
                evolve(use, role="compare", quantities=quantities) if use.span == part.node.span else use
                for use in site.scope.uses
            ]
    return parts


def _close(joiners: Sequence[ast.Joiner], index: int) -> bool:
    """Whether no comma sets a condition apart from the next."""
    return index < len(joiners) and not joiners[index].word.startswith("，")


def two_sided(
    parts: list[Part], joiners: Sequence[ast.Joiner]
) -> tuple[tuple[Part, ...], tuple[ast.Joiner, ...]]:
    """达到60%，且不足70%的: two ends said one after the other, the second without subject, are one range."""
    parts, kept = list(parts), list(joiners)
    index = 0
    while index + 1 < len(parts):
        first, second = parts[index], parts[index + 1]
        one_range = second.carried and second.fact == first.fact and kept[index].sense != "or"
        if one_range and {_side(first.node), _side(second.node)} == {"low", "high"}:
            edges = first.node.edges + second.node.edges
            node = evolve(first.node, edges=edges, span=first.node.span.cover(second.node.span))
            parts[index : index + 2] = [evolve(first, node=node)]
            del kept[index]
        else:
            index += 1
    return tuple(parts), tuple(kept)


def _side(node: ast.Condition) -> str:
    """Which end a condition with a single boundary sets."""
    if node.kind != "compared" or len(node.edges) != 1:
        return ""
    comparison = node.edges[0].comparison
    return "low" if comparison in ("ge", "gt") else "high" if comparison in ("le", "lt") else ""
