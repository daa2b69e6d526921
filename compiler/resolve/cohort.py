"""What sentences ask of a fact among all that are scored together (排名, 平均值, 最高值): each is a fact of its own.

Such a fact is given like any other where one applicant is scored, and worked out where many are. A place among so
many (前15%) is derived from two of them, the place and the number of places.
"""

from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cohort_words import FALLING, PLACE_UNITS
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.facts import CohortKind
from zhunsheng.runtime.source import Span

if TYPE_CHECKING:
    from zhunsheng.compiler.resolve.mentions import Site


@frozen
class CohortFact:
    """A fact over all that are scored together: what it asks of the fact `of`, among those alone that have the same
    option of the fact `within`; `larger_first` as the words say it, None where they leave it open."""

    name: str
    kind: CohortKind
    of: str
    within: str
    larger_first: bool | None
    trim: int
    leaf: str
    clause: str
    at: Span


@frozen
class TieBreak:
    """A fact that decides between equal places of a ranking: of the fact `of`, within the options of `within`, in the
    order `ranked` as the words of the ranking say it."""

    of: str
    within: str
    ranked: bool | None
    fact: str
    larger_first: bool
    leaf: str
    at: Span


#: What facts that tell of one thing have in common: how a fact stands among those of a class, or beside another fact.
Basis = tuple[Literal["cohort", "beside"], str, str]

_NAMES: dict[CohortKind, str] = {
    "rank": "{of}{order}的名次",
    "last": "{of}{order}的倒数名次",
    "mean": "{of}的平均值",
    "trimmed": "{of}去掉{trim}个最高值和{trim}个最低值后的平均值",
    "max": "{of}的最高值",
    "min": "{of}的最低值",
    "size": "{of}排名的个数",
}
_ORDERS = {None: "", True: "由高到低", False: "由低到高"}


def cohort_fact(site: "Site", mention: ast.FactMention, cohort: ast.Cohort) -> str | None:
    """The fact that is asked for, None where the fact that parts the applicants has no options."""
    own = evolve(mention, cohort=None)
    of = site.name(own)
    # The fact itself is read where all are scored together.
    site.use(own, of, "cohort", (), mention.span)
    within = ""
    if cohort.within is not None:
        within = site.name(cohort.within)
        if plain(within) not in site.scope.mentions.choices:
            site.fault(
                "ZS0290",
                f"在同一“{within}”内比较，要知道有哪几种“{within}”",
                cohort.within.span,
                f"在“数据项”表中把“{within}”的类型写成“选项”，范围写上各个选项",
            )
            return None
        site.use(cohort.within, within, "choose", (), cohort.within.span)
    name = _noted(site, cohort.kind, of, within, cohort, mention.span)
    bases = site.scope.mentions.bases
    bases[name] = ("cohort", of, within)
    if not cohort.share:
        return name
    size = _noted(site, "size", of, within, evolve(cohort, larger_first=None), mention.span)
    share = _share(name, size, cohort.span)
    derived = site.imply(share, of)
    site.scope.mentions.place_shares[derived] = name
    bases[derived] = bases[name]
    return derived


def _noted(site: "Site", kind: CohortKind, of: str, within: str, cohort: ast.Cohort, at: Span) -> str:
    order = _ORDERS[cohort.larger_first]
    words = _NAMES[kind].format(of=of, order=order, trim=cohort.trim)
    name = f"同一{within}内{words}" if within else words
    mention = ast.FactMention(name, name, False, span=at)
    name = site.scope.mentions.name(mention)
    own = CohortFact(name, kind, of, within, cohort.larger_first, cohort.trim, site.scope.id, site.id, at)
    site.scope.mentions.cohorts.append(own)
    return name


def _share(rank: str, size: str, span: Span) -> ast.Definition:
    """The place as a part of the number of places."""
    name = f"{rank}占个数的比例"
    operands = [ast.Operand(ast.FactMention(n, n, False, span=span), span=span) for n in (rank, size)]
    fact = ast.FactMention(name, name, False, span=span)
    formula = ast.Binary("/", operands[0], operands[1], span=span)
    return ast.Definition(fact, formula, f"【{name}】＝【{rank}】÷【{size}】", span=span)


def ranked(site: "Site", node: ast.Condition, place: ast.Cohort) -> str | None:
    """The fact that a condition on a place is about; 第2名 alone is of the ranking before it."""
    scope = site.scope
    mention = node.fact
    if mention is None:
        words = site.source.slice(node.span)
        before = _ranking_before(site, node.span, f"写明主语：【……】排名{words}")
        if before is None:
            return None
        mention, said = before
        said_first = place.larger_first if place.larger_first is not None else said.larger_first
        place = evolve(place, within=said.within, larger_first=said_first)
    else:
        scope.ranked.append((mention, place, site.sentence, len(scope.items)))
    return cohort_fact(site, mention, place)


def _ranking_before(site: "Site", at: Span, help_text: str) -> tuple[ast.FactMention, ast.Cohort] | None:
    """The ranking in the same sentence or the one before, within the item; it is told where there is not just one."""
    scope = site.scope
    near = [
        (own, said)
        for own, said, sentence, item in scope.ranked
        if site.sentence - sentence <= 1 and item == len(scope.items)
    ]
    if len({(plain(own.name), said.within and plain(said.within.name)) for own, said in near}) == 1:
        return near[-1]
    if not scope.broken:
        known = "前面排名的不止一个数据项" if near else "前面没有排名的数据项"
        words = site.source.slice(at)
        site.fault("ZS0305" if near else "ZS0304", f"“{words}”说的是哪个数据项的名次？{known}", at, help_text)
    return None


def tie_break(site: "Site", node: ast.TieNode) -> None:
    """并列时按【利润】高者在前: what decides between equal places of the ranking before it."""
    found = _ranking_before(site, node.span, "紧接在它说的排名后面写，两个排名分两个指标写")
    if found is None:
        return
    mention, said = found
    fact = site.name(node.fact)
    site.use(node.fact, fact, "cohort", (), node.fact.span)
    of = site.name(evolve(mention, cohort=None))
    within = site.name(said.within) if said.within is not None else ""
    own = TieBreak(of, within, said.larger_first, fact, node.larger_first, site.scope.id, node.span)
    site.scope.mentions.tie_breaks.append(own)


def in_formula(site: "Site", formula: ast.Formula) -> ast.Formula:
    """A formula whose 平均值, 最高值 and the like are the facts of that name; without a fact of their own they are of the
    only fact of the formula."""
    own = {plain(m.name): m for m in _plain_facts(formula)}
    return _replaced(site, formula, tuple(own.values()))


def _replaced(site: "Site", formula: ast.Formula, own: tuple[ast.FactMention, ...]) -> ast.Formula:
    if isinstance(formula, ast.Binary):
        left, right = (_replaced(site, side, own) for side in (formula.left, formula.right))
        return evolve(formula, left=left, right=right)
    if not isinstance(formula, ast.Operand) or formula.fact.cohort is None:
        return formula
    mention, cohort = formula.fact, formula.fact.cohort
    if not mention.name:
        if len(own) != 1:
            words = site.source.slice(formula.span)
            help_text = f"写明数据项：【……】的{words}"
            site.fault("ZS0295", f"“{words}”是哪个数据项的？", formula.span, help_text)
            return formula
        mention = evolve(own[0], span=formula.span)
    name = cohort_fact(site, mention, cohort)
    fact = ast.FactMention(name or mention.name, name or mention.name, False, span=formula.span)
    return evolve(formula, fact=fact)


def _plain_facts(formula: ast.Formula) -> list[ast.FactMention]:
    """The facts of a formula that are no 平均值 or the like."""
    if isinstance(formula, ast.Binary):
        return [*_plain_facts(formula.left), *_plain_facts(formula.right)]
    if isinstance(formula, ast.Operand) and formula.fact.cohort is None:
        return [formula.fact]
    return []


def along_places(site: "Site", node: ast.ClauseNode, step: ast.Step, part: ast.Condition) -> ast.Step | None:
    """Steps as they stand, save those from a place: 每下降一个名次 is a rise of the place's number. None where the steps do
    not go with the condition."""
    places = step.quantity.unit in PLACE_UNITS
    if part.place is None and not places:
        return step
    falls = step.word in FALLING and step.quantity.unit in (*PLACE_UNITS, "名", "位")
    first = len(part.edges) == 1 and part.edges[0].comparison in ("eq", "le")
    best = first and (part.edges[0].comparison == "le" or part.edges[0].quantity.value == 1)
    simple = part.place is not None and part.place.kind == "rank" and not part.place.share
    if simple and falls and best and node.award.sign < 0:
        return evolve(step, below=False, quantity=evolve(step.quantity, unit="名"))
    words = site.source.slice(step.span)
    site.fault(
        "ZS0291",
        f"“{words}”从第几名起算，不清楚",
        step.span,
        "写成“【……】排名第1名得20分，每下降一个名次扣1分”，或“排名前3名得20分，每下降一个名次扣1分”",
    )
    return None


def from_best(part: ast.Condition) -> ast.Condition:
    """排名第1名 as the place from which steps count: no place comes before it."""
    if part.place is None or not part.edges or part.edges[0].comparison != "eq":
        return part
    return evolve(part, edges=(evolve(part.edges[0], comparison="le"),))
