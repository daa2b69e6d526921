"""Shorter words of a leaf for the naive reader, written as the words that they stand for."""

import re
from decimal import Decimal

from naive_lists import LEVEL
from naive_logic import Unread
from naive_words import COUNTER, FACT, NUMBER, Marked, Marker, number

#: A number in a unit of counts, up to what ends a condition.
COUNTS = (
    rf"{NUMBER}(?!百分|%|(?:倍|平方米|亩|公里|吨|分|比|年|个?月|天|周|个?小时|分钟|[千万亿]?元|季度|半年)(?:的|[,;。]|$))"
    r"[一-鿿]{1,3}?(?=的|[,;。]|$)"
)
OFF_PRICE = re.compile(r"(?:得分)?打(?:(?P<half>对)|(?P<digits>[一二三四五六七八九]{1,2}|\d(?:\.\d)?))折")
LESS = re.compile(
    r"(?:(?P<own>本项|本指标)得分扣减|扣减(?P<own2>本项|本指标)得分的)(?P<share>\d+(?:\.\d+)?)%"
)
LEVEL_ONLY = re.compile(
    rf"(?<=[,、;])(?P<level>{LEVEL})(?P<each>每{COUNTER})?(?P<de>的?)(?P<points>{NUMBER}分)"
)
BEFORE_IT = re.compile(
    rf"(?:^|[。,;]|(?<=分)、)(?:荣获|获得|取得|发生)?(?P<fact>{FACT})(?P<each>每{COUNTER})?的?,?(?P<verb>[加得奖扣减]){NUMBER}分[,、;]$"
)


def write_short(marked: Marked, marker: Marker) -> None:
    """只有1个 as 恰为1个, 扣完5分为止 as 累计扣分不超过5分, and so on; the printed words stay."""
    _write(marked, rf"扣[完满](?P<n>{NUMBER}分)为止", "累计扣分不超过{n}")
    _write(marked, rf"(?:加分总计|总加分|加分合计)(?:不超过|不高于)(?P<n>{NUMBER}分)", "累计加分不超过{n}")
    _write(marked, rf"加分合计以(?P<n>{NUMBER}分)为限", "累计加分不超过{n}")
    _write(marked, rf"(?<=[,;])[少缺](?P<n>{NUMBER}{COUNTER})(?=的?,?扣)", "每少{n}")
    _write(marked, rf"封顶(?={NUMBER}分)|上限为?(?={NUMBER}分)", "最多")
    _write(marked, rf"(?<=[,;])(?:共计?|合计|总计)(?={NUMBER}分)", "最多")
    _write(marked, rf"每达到(?={NUMBER})", "每")
    _write(marked, "(?:双倍|翻倍)", "加倍")
    _write(marked, rf"[只仅]有(?={COUNTS})", "恰为")
    for found in reversed(list(re.finditer(f"[只仅]有(?={NUMBER})", marked.text))):
        marked.drop(found.start(), found.end())
    _write(marked, "(?<!总)(?<!本类)得分减半", "得分乘以0.5")
    for found in reversed(list(OFF_PRICE.finditer(marked.text))):
        marked.replace(found.start(), found.end(), f"得分乘以{_price(found)}")
    for less in reversed(list(LESS.finditer(marked.text))):
        left = 100 - Decimal(less["share"])
        own = less["own"] or less["own2"]
        marked.replace(less.start(), less.end(), f"{own}得分乘以{left}%")
        if len(re.findall("乘以|计分", marked.text)) > 1:
            raise Unread(f"what is taken off: {marked.text}")
    at = 0
    while only := LEVEL_ONLY.search(marked.text, at):  # each may stand behind the one before
        ahead = BEFORE_IT.search(marked.text[: only.start()])
        level = re.match(LEVEL, marker.name(ahead["fact"])) if ahead else None
        if not ahead or not level or bool(ahead["each"]) != bool(only["each"]):
            raise Unread(f"a level of what: {marked.text}")
        sign = marker.sign(only["level"] + marker.name(ahead["fact"])[level.end() :])
        text = f"{sign}{only['each'] or '的'}{ahead['verb']}{only['points']}"
        marked.replace(only.start(), only.end(), text)
        at = only.start() + len(text)


def _write(marked: Marked, pattern: str, text: str) -> None:
    for found in reversed(list(re.finditer(pattern, marked.text))):
        marked.replace(found.start(), found.end(), text.format(**found.groupdict()))


def _price(found: re.Match[str]) -> str:
    """八五 is 0.85, 8.5 too; 对 is 0.5."""
    if found["half"]:
        return "0.5"
    digits = found["digits"]
    if "." in digits or digits.isdigit():
        return "0." + digits.replace(".", "")
    return "0." + "".join(str(number(one)) for one in digits)
