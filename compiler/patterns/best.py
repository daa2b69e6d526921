"""One of several (择高): 取最高分不累计, 就高不就低, 不重复计算: which clauses it is about, and what it does to them."""

from collections.abc import Iterator, Mapping, Sequence

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.readings.questions import Question, sign_of
from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.resolved import Leaf, Pick, Rule
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.dsl import ast
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Span

#: What parts the clauses of a sentence.
_SEMICOLON = frozenset("；;")


def pick(mentions: Mentions, node: ast.BestNode, sentence: int, rules: Sequence[Rule]) -> Pick:
    """The words with the rules of their own part of the sentence between ；, where those are several; else of the sentence,
    or of the one before where they are a sentence of their own."""
    if node.whole:
        return Pick(node, tuple(rule.id for rule in _clauses(rules)), node.span)
    mates = [rule for rule in _clauses(rules) if rule.sentence == sentence]
    before_words = [rule for rule in mates if rule.span.end <= node.span.start]
    ahead = [rule.id for rule in before_words]
    near = [
        rule.id
        for rule in before_words
        if not _SEMICOLON & {*mentions.source.slice(Span(rule.span.end, node.span.start))}
    ]
    # Behind two clauses the words look back at them; a clause that follows is none of theirs.
    own = near if len(near) > 1 else ahead if len(ahead) > 1 else [rule.id for rule in mates]
    before = [rule.id for rule in _clauses(rules) if rule.sentence == sentence - 1]
    same = mentions.name(node.same) if node.same is not None else None
    return Pick(node, tuple(own or before), node.span, same)


def _clauses(rules: Sequence[Rule]) -> list[Rule]:
    """The clauses that give or take points of their own, which 不得分 does not."""
    return [rule for rule in rules if sign_of(rule)]


def pick_questions(leaf: Leaf, facts: Mapping[str, Typed]) -> Iterator[Question]:
    """How far the words reach, and whether repeats were left out of the counts already."""
    every = tuple(rule.id for rule in _clauses(leaf.rules))
    spans = {rule.id: rule.segment for rule in leaf.rules}
    for number, found in enumerate(leaf.picks):
        if len(every) < 2 or _identity(leaf, found, facts):
            continue
        at = (found.span, *(spans[id] for id in found.together))
        if len(found.together) > 1 and found.together != every:
            ids = found.together
            yield Question("取高", f"pick{number}", leaf.heading.id, ids, at, found.span, ("本句", "本指标"))
        counted = [r for r in leaf.rules if r.id in (found.together or every) and r.counted is not None]
        if found.node.once and counted:
            options = ("取最高", "已剔除")
            ids = tuple(rule.id for rule in counted)
            yield Question("重复", f"pick{number}", leaf.heading.id, ids, at, found.span, options)


def _identity(leaf: Leaf, found: Pick, facts: Mapping[str, Typed]) -> bool:
    """Whether 不重复计算 is about a 清单, whose names are counted once each, so that nothing is left to do."""
    if not found.node.once:
        return False
    counted = {rule.counted for rule in leaf.rules if rule.id in found.together}
    if found.same is not None:
        counted &= {found.same}
    fact = next(iter(counted), None) if len(counted) == 1 else None
    return fact is not None and fact in facts and facts[fact].type is FactType.LIST


def lower_picks(lowering: Lowering, leaf: Leaf) -> tuple[ir.BestGroup, ...]:
    """The groups of which the best clause counts."""
    return tuple(
        group
        for number, found in enumerate(leaf.picks)
        if (group := _group(lowering, leaf, number, found)) is not None
    )


def _group(lowering: Lowering, leaf: Leaf, number: int, found: Pick) -> ir.BestGroup | None:
    words = lowering.source.slice(found.span)
    if _identity(leaf, found, lowering.facts):
        return None
    if lowering.answer("重复", f"pick{number}", "取最高") == "已剔除":
        return None
    every = _clauses(leaf.rules)
    narrow = len(found.together) > 1 and lowering.answer("取高", f"pick{number}", "本句") == "本句"
    mates = [rule for rule in every if not narrow or rule.id in found.together]
    if len(mates) < 2:
        message = f"“{words}”不起作用：这里只有一句，没有可以比较的"
        help_text = "写在几句的后面"
        if found.node.once:
            help_text = (
                "数的是一个个名目的，在“数据项”表中把它的类型写成“清单”（同名只计一次）；否则写在几句的后面"
            )
        raise lowering.fault("ZS0224", message, found.span, help_text)
    signs = {sign_of(rule) for rule in mates}
    if len(signs) > 1:
        message = f"“{words}”管的几句里既有加分又有扣分，不能确定取哪一边"
        raise lowering.fault("ZS0224", message, found.span, "把加分和扣分分成两段写")
    return ir.BestGroup(tuple(rule.id for rule in mates), words, signs == {-1})
