"""What resolution has seen: the names of a file's facts, their uses in an indicator, the place of a rule."""

from collections.abc import Iterable

from attrs import Factory, field, frozen

from zhunsheng.compiler.resolve.cohort import Basis, CohortFact, TieBreak, cohort_fact
from zhunsheng.compiler.resolve.implied import Implied, Listed, asked, streak
from zhunsheng.compiler.resolve.resolved import Role, Use
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import ALIKE_UNITS, LETTERS, PERCENT_POINTS
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.source import Source, Span


@frozen
class OfEach:
    """Which of several numbers a fact is, the least or the greatest (少, 多, 低, 高), and what it is compared with."""

    side: str
    said: tuple[ast.Edge, ...]


@frozen
class Mentions:
    """The facts of a file: `listed` are those of 数据项, `names` maps a comparable name to the name shown."""

    source: Source
    listed: dict[str, str]
    names: dict[str, str]
    #: Listed facts with a type: whether it is a yes or no.
    declared_truth: dict[str, bool]
    #: The options of the listed 选项 facts, and of those whose options a sentence lists.
    choices: dict[str, tuple[str, ...]]
    #: The types of listed facts, as written.
    types: dict[str, str]
    #: Which listed facts are dates or have them.
    dated: Listed
    #: What sentences ask of other facts, by name.
    implied: dict[str, Implied] = field(default=Factory(dict))
    diagnostics: list[Diagnostic] = field(default=Factory(list))
    #: What the other fact of a comparison is compared with, first, and where.
    referred: dict[str, tuple[str, Span]] = field(default=Factory(dict))
    counted_once: list[tuple[str, Span]] = field(default=Factory(list))
    #: Facts that are one of several numbers (每月【走访】).
    of_each: dict[str, OfEach] = field(default=Factory(dict))
    #: The period that the numbers of each fact are of (每月, 全年), "" where none was named.
    periods: dict[str, str] = field(default=Factory(dict))
    #: What sentences ask of facts among all that are scored together, each time, and the derived places of 前15%.
    cohorts: list[CohortFact] = field(default=Factory(list))
    tie_breaks: list[TieBreak] = field(default=Factory(list))
    place_shares: dict[str, str] = field(default=Factory(dict))
    #: What the facts that sentences ask for tell of, where several tell of one thing (`Leaf.bases`).
    bases: dict[str, Basis] = field(default=Factory(dict))

    def fault(
        self, code: str, message: str, span: Span, help: str = "", labels: tuple[Label, ...] = ()
    ) -> None:
        """Notes a mistake of the author's."""
        self.diagnostics.append(Diagnostic(code, message, self.source, span, help, labels))

    def name(self, mention: ast.FactMention) -> str:
        """The fact that a mention names, under the first name it was shown by."""
        return self.names.setdefault(plain(mention.name), mention.name)

    def imply(self, definition: ast.Definition, base: str, leaf: str, clause: str) -> str:
        """The fact that a sentence asks for in other words, defined from the fact `base`."""
        name = self.name(definition.fact)
        self.implied.setdefault(name, Implied(definition, base, leaf, clause, definition.span))
        return name

    def base(self, fact: str) -> str:
        """The fact that is asked about, a fact itself unless it is implied."""
        return self.implied[fact].base if fact in self.implied else fact

    def options(self, name: str) -> tuple[str, ...]:
        """The options of a 选项 fact, none where it is not listed as one."""
        return self.choices.get(plain(name), ())


def mentions_of(source: Source, tables: Tables) -> Mentions:
    """The facts that 数据项 lists, before any clause is read."""
    listed = {plain(row.name): row.name for row in tables.dictionary}
    declared_truth = {
        plain(row.name): row.row.text("类型") in ("是否", "评判")
        for row in tables.dictionary
        if row.row.text("类型")
    }
    choices = {plain(row.name): row.choices for row in tables.dictionary if row.row.text("类型") == "选项"}
    types = {plain(row.name): row.row.text("类型") for row in tables.dictionary}
    return Mentions(source, listed, dict(listed), declared_truth, choices, types, _listed(tables))


def _listed(tables: Tables) -> Listed:
    return Listed(
        frozenset(plain(row.name) for row in tables.dictionary if row.row.text("类型") == "日期"),
        frozenset(plain(row.name) for row in tables.dictionary if row.dated),
    )


@frozen
class Scope:
    """What resolution has seen in one leaf (or in the vetoes)."""

    mentions: Mentions
    id: str
    #: A segment could not be read, so a missing subject may stand in it.
    broken: bool = False
    #: Whether it is an indicator, whose facts 没有该项指标的 speaks of.
    leaf: bool = False
    uses: list[Use] = field(default=Factory(list))
    #: Facts compared or counted so far: name, unit class, sentence, numbered item.
    measured: list[tuple[str, str, int, int]] = field(default=Factory(list))
    #: Facts ranked so far: the mention, what was asked, sentence, numbered item.
    ranked: list[tuple[ast.FactMention, ast.Cohort, int, int]] = field(default=Factory(list))
    #: The numbers of the items so far (①, （一）), beyond which no elided subject refers back.
    items: list[str] = field(default=Factory(list))
    #: Lists of conditions so far, each with its sentence.
    lists: list[tuple[ast.Listed, int]] = field(default=Factory(list))

    def enter(self, numbering: str) -> None:
        """Notes what stands in front of a sentence or of an entry of a list: a number begins an item."""
        if ends_reach(numbering):
            self.items.append(numbering)


@frozen
class Site:
    """The place of one rule: its scope, its id, the number of its sentence in the scope."""

    scope: Scope
    id: str
    sentence: int

    @property
    def source(self) -> Source:
        """The text of the file."""
        return self.scope.mentions.source

    def fault(self, code: str, message: str, span: Span, help: str) -> None:
        """Notes a mistake of the author's."""
        self.scope.mentions.fault(code, message, span, help)

    def name(self, mention: ast.FactMention) -> str:
        """The fact that a mention names, or the one that it asks for."""
        if mention.cohort is not None:
            return cohort_fact(self, mention, mention.cohort) or mention.name
        base = self.scope.mentions.name(mention)
        dated = self.scope.mentions.dated
        aspect = dated.aspect(mention)
        if aspect is None:
            return base
        several = plain(base) in dated.dated_lists
        return self.imply(asked(mention, base, aspect, several=several), base)

    def streak(self, mention: ast.FactMention, days: int) -> str:
        """The fact that counts the streaks of the days that a mention names."""
        base = self.scope.mentions.name(mention)
        return self.imply(streak(mention, base, days), base)

    def imply(self, definition: ast.Definition, base: str) -> str:
        """The fact that this rule asks for in other words."""
        return self.scope.mentions.imply(definition, base, self.scope.id, self.id)

    def use(
        self,
        mention: ast.FactMention | None,
        fact: str,
        role: Role,
        quantities: tuple[ast.Quantity, ...],
        span: Span,
    ) -> None:
        """Notes a use of a fact by this rule."""
        self.scope.uses.append(Use(fact, role, quantities, self.scope.id, self.id, mention, span))

    def measure(self, fact: str, unit: str) -> None:
        """Notes a fact to which an elided subject may refer back."""
        scope = self.scope
        scope.measured.append((fact, unit_class(unit), self.sentence, len(scope.items)))

    def before(self) -> list[str]:
        """The facts measured so far in this sentence."""
        implied = self.scope.mentions.implied
        own = [fact for fact, _, at, _ in self.scope.measured if at == self.sentence]
        return [
            fact
            for fact in dict.fromkeys(own)
            if fact not in implied or not isinstance(implied[fact].definition.formula, ast.Measured)
        ]

    def near(self, unit: str, *, beyond: bool = False) -> list[str]:
        """The facts measured in a unit, in this sentence or the one before, within its numbered item; with
        `beyond` in other items too."""
        own, item = unit_class(unit), len(self.scope.items)
        found = [
            fact
            for fact, of, at, within in self.scope.measured
            if of == own and self.sentence - at <= 1 and (beyond or within == item)
        ]
        return list(dict.fromkeys(found))


def check_shared(mentions: Mentions, uses: Iterable[Use]) -> None:
    """The same words under two headings, or behind two verbs, are one fact only where 数据项 lists them."""
    first: dict[str, Use] = {}
    for use in uses:
        if use.mention is None or use.role in ("formula", "total"):
            continue
        key = plain(mentions.base(use.fact))
        other = first.setdefault(key, use)
        if other is use or key in mentions.listed or other.mention is None:
            continue
        same_leaf = other.leaf == use.leaf
        alike = (other.mention.verb, other.mention.lead) == (use.mention.verb, use.mention.lead)
        if same_leaf and alike:
            continue
        where = "两处标题下" if not same_leaf else "不同的词后面"
        mentions.fault(
            "ZS0301",
            f"“{mentions.base(use.fact)}”出现在{where}：是同一个数据项，还是两个？",
            use.mention.span,
            f"同一个：在“数据项”表中列出“{mentions.base(use.fact)}”；不同：写成【{use.mention.shown}｜另一个名称】",
            (Label(other.mention.span, "另一处在这里"),),
        )
        first[key] = use


def ends_reach(numbering: str) -> bool:
    """Whether numbering in front of a sentence is a number; a bullet, or the letter of a band, begins no item."""
    return (
        bool(numbering) and numbering not in ("-", "+", "*") and not numbering.strip("（").startswith(LETTERS)
    )


def unit_class(unit: str) -> str:
    """What a unit measures, percentages and percentage points alike, 场次 and 场 too."""
    return "%" if unit in PERCENT_POINTS else ALIKE_UNITS.get(unit, unit)
