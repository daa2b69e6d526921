"""Words in brackets that look as if they should count: a number in 〖〗, a condition within 【】."""

from collections.abc import Iterator

from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.paragraphs import Suspicion
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
    if standard.readings.harmless(suspicion.whole):
        return None
    message = f"〖〗里的“{suspicion.words}”会影响计算，不能只当说明"
    quoted = plain(standard.source.slice(suspicion.whole)).strip("〖〗（），、")[:20]
    help_text = f"移到括号外面；确实不参与计算的，在“解读”表中加一行：| {quoted} | 说明 | 不计 | 理由 |"
    return Diagnostic("ZS0204", message, standard.source, suspicion.span, help_text)


def _in_fact(standard: Standard, suspicion: Suspicion) -> Diagnostic | None:
    fact = standard.typed.get(standard.resolved.names.get(plain(suspicion.name), ""))
    if fact is None or fact.holistic:
        return None
    message = f"【】里的“{suspicion.words}”不参与计算"
    help_text = f"要计算的移到括号外面；整体判断的，在“数据项”表中列出“{fact.name}”，备注写“整体判断”"
    return Diagnostic("ZS0205", message, standard.source, suspicion.span, help_text)
