"""What looks like a rule in 附注 or 术语解释, where nothing is computed: a veto or points that a draft left there."""

import re
from collections.abc import Iterator

from zhunsheng.compiler.readings.remarks import remark_spans
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.reserved import COMMENTARY
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span

_TIER = (
    "不?(?:合格|达标|称职|通过)|基本(?:合格|达标|称职)|优秀|良好|优良|中等|一般|较差|差|[一二三四五][星级等]"
)
#: Words that would change a score or a tier.
_OPERATIVE = re.compile(
    r"(?:加|得|计|奖|记|扣|减|扣除|扣减|核减|减去|倒扣|最高|最多|不超过|满分)(?:为|计)?\d+(?:\.\d+)?分(?!之|钟)"
    "|不得分|不计分|扣完为止|酌情(?:加|扣|得|减)分|一票否决"
    "|(?:降低?|下调|调低)(?:评定|评价)?(?:等级|等次)?[一1两二2](?:个?(?:等级|等次|档次|级别)|级|档)|降低(?:评定|评价)?(?:等级|等次)"
    rf"|(?:视|评|评定|确定|认定|判定|定|列|降|即)为“?(?:{_TIER})|直接不合格|不[得能可](?:被)?(?:评|评定|确定|认定|定)为"
    "|取消[^，。；]{0,10}资格|不[得能](?:参与|参加)?(?:评优|评定|参评)"
)
_LONGEST = 30


def commentary(standard: Standard) -> Iterator[Diagnostic]:
    """Each such sentence of the file's own that no 说明：不计 answers."""
    source = standard.source
    newest = source.origin(standard.file.title_span)
    for name in COMMENTARY:
        for span in remark_spans(standard.parsed, name):
            found = _OPERATIVE.search(source.slice(span))
            if found is None or source.origin(span) != newest or standard.readings.harmless(span):
                continue
            at = Span(span.start + found.start(), span.start + found.end())
            words = source.slice(span)[:_LONGEST]
            message = f"“{name}”一节不参与计算，这一句却有“{found[0]}”"
            help_text = (
                "起作用的，移到“一票否决”“评定等级”“加分项”“减分项”或指标下；"
                f"确实只作说明的，在“解读”表中加一行：| {words} | 说明 | 不计 | 理由 |"
            )
            yield Diagnostic("ZS0597", message, source, at, help_text)
