"""Pass 3, readings (解读): what the words leave open, and which answers the author has given."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler.resolve.resolved import Cap, Leaf, Rule
from zhunsheng.compiler.resolve.tables import CAP_FIRST, DOUBTS, FACTOR_FIRST, ReadingRow
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.dsl import ast
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Span


@frozen
class Question:
    """Something that the words leave open. `key` names it within its leaf, `ids` are the clauses it is about,
    `spans` the words that a 解读 may quote to answer it, `options` what may be adopted, the first by default; none where a number is."""

    doubt: str
    key: str
    leaf: str
    ids: tuple[str, ...]
    spans: tuple[Span, ...]
    at: Span
    options: tuple[str, ...]
    subject: str = ""
    #: The default would make the words idle, so they must mean something else: asked even without a witness.
    must: bool = False
    #: Whether an open question is put by itself; else something else is an error until it is answered, or the first
    #: reading holds.
    asks: bool = True
    #: Further facts that it is about.
    others: tuple[str, ...] = ()
    #: Words of which those that a 解读 quotes have to hold some; none where any of `spans` will do.
    ends: tuple[Span, ...] = ()
    #: Whether a 解读 of the whole indicator, or of 全文, answers it.
    wide: bool = True
    #: How it is put, where the words of its doubt do not fit.
    asked: str = ""
    #: Further answers, each of which comes to the same as one of the options.
    also: tuple[str, ...] = ()
    #: Further clauses whose trace tells the answer.
    noted: tuple[str, ...] = ()


def about(
    rule: Rule,
    leaf: str,
    doubt: str,
    at: Span,
    options: tuple[str, ...] | None = None,
    subject: str = "",
    *,
    must: bool = False,
) -> Question:
    """A question about one rule, answered by its id or its words; all that the doubt may adopt are its options
    unless others are given."""
    own = DOUBTS[doubt] if options is None else options
    return Question(doubt, rule.id, leaf, (rule.id,), (rule.segment,), at, own, subject, must)


@frozen
class Answer:
    """A question with the row that answers it."""

    question: Question
    row: ReadingRow


Answers = dict[tuple[str, str], str]


def answers_of(answered: Iterable[Answer]) -> Answers:
    """The options adopted, by doubt and key."""
    return {(answer.question.doubt, answer.question.key): answer.row.adopted for answer in answered}


def note_of(row: ReadingRow) -> str:
    """A reading as the trace prints it, with its reason."""
    reason = f"（{row.reason}）" if row.reason else ""
    return f"{row.doubt}：{row.adopted}{reason}"


def notes_of(answered: list[Answer]) -> dict[str, tuple[str, ...]]:
    """The readings to print at each rule, by its id."""
    notes: dict[str, list[str]] = {}
    for answer in answered:
        for id in dict.fromkeys((*answer.question.ids, *answer.question.noted)):
            notes.setdefault(id, []).append(note_of(answer.row))
    return {id: tuple(dict.fromkeys(texts)) for id, texts in notes.items()}


def leaf_questions(leaf: Leaf, facts: dict[str, Typed], full: Fraction | None) -> tuple[Question, ...]:
    """All that is open in a leaf; whether it matters is found out by scoring (``checks_readings``)."""
    found: list[Question] = []
    for rule in leaf.rules:
        found += _rule_questions(leaf, rule, facts)
    for number, cap in enumerate(leaf.caps):
        question = _cap_question(leaf, number, cap, full)
        if question is not None:
            found.append(question)
        found += _order_questions(leaf, number, cap, full)
    for node, segment in leaf.rounded[:1]:
        if node.rounded.rule is None:
            at = node.rounded.span
            found.append(Question("修约", "score", leaf.heading.id, (), (segment,), at, DOUBTS["修约"]))
    return tuple(found)


def _rule_questions(leaf: Leaf, rule: Rule, facts: dict[str, Typed]) -> Iterator[Question]:
    def ask(doubt: str, at: Span, options: tuple[str, ...] | None = None) -> Question:
        return about(rule, leaf.heading.id, doubt, at, options, rule.counted or "")

    node = rule.node
    yield from cell_questions(rule, leaf.heading.id, facts)
    joiners = [*rule.joiners, *(joiner for _, own in rule.listed or () for joiner in own)]
    if any(joiner.sense is None for joiner in joiners):
        yield ask("并列", next(j.span for j in joiners if j.sense is None))
    for part in rule.parts:
        if part.node.kind == "counted" and part.node.edges[0].comparison is None:
            yield ask("计次", part.node.span)
    if not isinstance(node, ast.ClauseNode) or node.award.points is None:
        return
    if isinstance(node.measure, ast.Target):
        yield ask("区间", rule.parts[0].node.edges[0].span)
    series = node.award.series
    if series is not None:
        if series.then is None:
            yield ask("后续", node.award.span)
        return
    for measure, name, points in _measures(rule, node):
        fact = facts.get(name)
        if fact is not None and fact.type.numeric and not rule.part_step:
            options = ("整步", "按比例", "进一") if points < 0 else ("整步", "按比例")
            open_steps = ask("步长", measure.quantity.span, options)
            if not fact.type.whole:
                yield open_steps
            elif measure.quantity.value != 1:
                # Whole steps of what is counted are not in doubt; what is said of these words alone holds all the same.
                yield evolve(open_steps, asks=False, wide=False)
        if isinstance(measure, ast.Step) and measure.quantity.unit == "%":
            yield ask("百分数", measure.quantity.span)
        if fact is not None and not fact.type.whole:
            return


def _measures(rule: Rule, node: ast.ClauseNode) -> Iterator[tuple[ast.Per | ast.Step, str, Fraction]]:
    """What a rule's points count along, its slopes first, with the points; the first that is open is asked about."""
    found = [(slope.measure, slope.fact, slope.points) for slope in rule.slopes]
    measure = node.measure
    open_steps = isinstance(measure, ast.Step) or (isinstance(measure, ast.Per) and not measure.manner)
    if open_steps and rule.counted is not None and node.award.points is not None:
        assert isinstance(measure, ast.Per | ast.Step)
        found.append((measure, rule.counted, node.award.points * node.award.sign))
    if isinstance(measure, ast.Per) and measure.times is not None and rule.times is not None:
        second = ast.Per(measure.times[0], measure.times[1], span=measure.span)
        found.append(
            (second, rule.times, node.award.points * node.award.sign if node.award.points else Fraction(0))
        )
    yield from found[:1] if rule.slopes else found


def cell_questions(rule: Rule, leaf: str, facts: dict[str, Typed]) -> Iterator[Question]:
    """What the bare numbers of a table leave open: which way they bound, whether they are percentages."""
    ids = (rule.row or rule.id,)
    edges = [(part.fact, edge) for part in rule.parts for edge in part.node.edges]
    if isinstance(rule.node, ast.ClauseNode) and isinstance(rule.node.measure, ast.Target):
        edges += [(part.fact, rule.node.measure.edge) for part in rule.parts]
    for fact, edge in edges:
        if edge.table is None:
            continue
        if edge.comparison is None and len(edges) <= 2:
            span = (rule.segment,)
            yield Question("方向", rule.id, leaf, ids, span, edge.span, DOUBTS["方向"], fact, must=True)
        if not edge.quantity.unit and fact in facts and facts[fact].type is FactType.PERCENT:
            yield Question(
                "单位", fact, leaf, ids, (rule.segment,), edge.span, DOUBTS["单位"], fact, must=True
            )


def _cap_question(leaf: Leaf, number: int, cap: Cap, full: Fraction | None) -> Question | None:
    """Which clauses 最多N分 binds; 直到满分N is the indicator's where N is its full mark, else it is asked too."""
    if (
        cap.after is None
        or cap.node.item
        or cap.node.of_fact
        or (cap.node.whole and (full is None or cap.node.points >= full))
    ):
        return None
    rule = next(rule for rule in leaf.rules if rule.id == cap.after)
    if sign_of(rule) == 0:
        return None  # Lowering refuses it.
    fact = main_fact(rule)
    idle = False
    also: tuple[str, ...] = ()
    if cap.node.together:
        scopes = cap_scopes(leaf, cap)
        options = [own for own in scopes if own == next(o for o in scopes if scopes[o] == scopes[own])]
        also = tuple(own for own in scopes if own not in options)
    else:
        options = ["本句"]
        mates = [other for other in leaf.rules if fact is not None and main_fact(other) == fact]
        if len(mates) > 1:
            options.append("本数据项")
        vacuous = _vacuous(rule, cap.node.points)
        if len(leaf.rules) > 1 and (cap.own_segment or vacuous or cap.node.whole):
            options.append("本指标")
        idle = vacuous and isinstance(rule.node, ast.ClauseNode) and rule.node.award.points != cap.node.points
    if len(options) == 1 and not idle:
        return None
    spans = (cap.segment, rule.segment)
    id, key = leaf.heading.id, f"cap{number}"
    asked = Question("上限", key, id, (rule.id,), spans, cap.span, tuple(options), fact or "", idle)
    return evolve(asked, also=also)


def coefficients_before(leaf: Leaf, cap: Cap) -> tuple[Rule, ...]:
    """The coefficients of an indicator that are said in front of a cap."""
    rules = (rule for rule in leaf.rules if rule.span.start < cap.span.start)
    return tuple(rule for rule in rules if isinstance(rule.node, ast.ScaleNode) and not rule.node.group)


def _order_questions(leaf: Leaf, number: int, cap: Cap, full: Fraction | None) -> Iterator[Question]:
    """Whether a cap of the whole indicator behind a coefficient cuts its sum before it is multiplied."""
    before = coefficients_before(leaf, cap)
    own = cap.node.item or (cap.node.whole and (full is None or cap.node.points == full))
    if own and before:
        spans = (cap.segment, *(rule.segment for rule in before))
        ids = tuple(rule.id for rule in before)
        options = (CAP_FIRST, FACTOR_FIRST)
        yield Question("先后", f"cap{number}", leaf.heading.id, ids, spans, cap.span, options)


def _vacuous(rule: Rule, cap: Fraction) -> bool:
    """Whether a clause never gives more than its cap."""
    return (
        isinstance(rule.node, ast.ClauseNode)
        and rule.node.measure is None
        and not rule.slopes
        and rule.node.award.points is not None
        and rule.node.award.points <= cap
        and not any(part.node.kind == "counted" for part in rule.parts)
    )


def cap_scopes(leaf: Leaf, cap: Cap) -> dict[str, tuple[str, ...]]:
    """The clauses that 累计不超过N分 may bind, by reading: the clause before it, those of the sentence before it, all
    before it, those of its numbered item, all of the indicator; of one sign with the clause before it."""
    at = next(number for number, rule in enumerate(leaf.rules) if rule.id == cap.after)
    last = leaf.rules[at]
    alike = [rule for rule in leaf.rules if sign_of(rule) == sign_of(last)]
    before = [rule for rule in leaf.rules[: at + 1] if rule in alike]
    sentence = [rule for rule in before if rule.sentence == last.sentence]
    own = [rule for rule in alike if rule.item == last.item] if last.item else []
    found = {"本句": [last], "整句": sentence, "以上各句": before, "本小项": own, "本指标": alike}
    return {reading: tuple(rule.id for rule in rules) for reading, rules in found.items() if rules}


def sign_of(rule: Rule) -> int:
    """Whether a rule gives points or takes them off; 0 for what does neither, or sets the score."""
    node = rule.node
    if not isinstance(node, ast.ClauseNode) or node.award.nothing or node.waives:
        return 0
    return node.award.sign


def main_fact(rule: Rule) -> str | None:
    """The fact whose number a rule is about: the counted one, else the last compared one."""
    if rule.counted is not None:
        return rule.counted
    compared = [part.fact for part in rule.parts if part.node.edges]
    return compared[-1] if compared else rule.judged
