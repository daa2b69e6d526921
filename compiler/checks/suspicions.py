"""Words in brackets that look as if they should count: a number in 〖〗, a condition within 【】."""

from collections.abc import Iterator

from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.paragraphs import Suspicion
from zhunsheng.dsl.strong_words import BARE_WORDS, NEGATED
from zhunsheng.runtime.diagnostics import Diagnostic


def suspicions(standard: Standard) -> Iterator[Diagnostic]:
    """Each suspicion that no 解读 and no 备注 answers."""
    for suspicion in standard.parsed.suspicions:
        fault = (
            _in_description(standard, suspicion)
            if suspicion.kind == "description"
            else _in_fact(standard, suspicion)
        )
        if fault is not None:
            yield fault


def _in_description(standard: Standard, suspicion: Suspicion) -> Diagnostic | None:
    if (bare := _bare(suspicion)) is not None:
        message = f"〖〗里的“{suspicion.words}”会影响计算，不能只当说明"
        return Diagnostic("ZS0204", message, standard.source, suspicion.span, bare)
    if standard.readings.harmless(suspicion.whole):
        return None
    message = f"〖〗里的“{suspicion.words}”会影响计算，不能只当说明"
    if NEGATED.match(suspicion.words) and len(suspicion.words) > 1:
        message = f"“{suspicion.words}”说的是后面数据项的哪一些，只当说明就会全都算进去"
        help_text = f"移进后面的括号，写成【{suspicion.words}……】；确实不影响计算的，在“解读”表中加一行：| {plain(suspicion.words)[:20]} | 说明 | 不计 | 理由 |"
        return Diagnostic("ZS0204", message, standard.source, suspicion.span, help_text)
    quoted = plain(standard.source.slice(suspicion.whole)).strip("〖〗（），、")[:20]
    help_text = f"移到括号外面；确实不参与计算的，在“解读”表中加一行：| {quoted} | 说明 | 不计 | 理由 |"
    return Diagnostic("ZS0204", message, standard.source, suspicion.span, help_text)


def _in_fact(standard: Standard, suspicion: Suspicion) -> Diagnostic | None:
    if (bare := _bare(suspicion)) is not None:
        message = f"“{suspicion.words}”会影响计算，放进【】就成了一个数据项"
        return Diagnostic("ZS0548", message, standard.source, suspicion.span, bare)
    fact = standard.typed.get(standard.resolved.names.get(plain(suspicion.name), ""))
    if fact is None or fact.holistic:
        return None
    message = f"【】里的“{suspicion.words}”不参与计算"
    help_text = f"要计算的移到括号外面；整体判断的，在“数据项”表中列出“{fact.name}”，备注写“整体判断”"
    return Diagnostic("ZS0205", message, standard.source, suspicion.span, help_text)


def _bare(suspicion: Suspicion) -> str | None:
    """What to write where a bracket holds, or ends in, words that work only in front of the number behind it."""
    if not BARE_WORDS.search(suspicion.words):
        return None
    if suspicion.words in ("不", "未"):
        return "后面说明怎样不合要求的字，一起移进括号，如【材料不齐全】"
    if "不" in suspicion.words:
        return f"“{suspicion.words}”移到括号外面；说的是加扣分的上限的，写成“累计不超过5分”，不加括号"
    return "去掉括号，写成“每少1次扣2分”，前面写明应有多少（如“不少于4次”）"
