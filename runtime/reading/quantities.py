"""Numbers with units (12家, 1,200, 86%, 1.5亿元) as people type them -> exact numbers in a fact's unit."""

import re
from fractions import Fraction

from attrs import frozen

from zhunsheng.runtime.facts import FactSpec, FactType
from zhunsheng.runtime.numbers import MAX_DIGITS, RATIO, decimal, read_numeral, shown
from zhunsheng.runtime.reading.typed_text import quoted, typed


@frozen
class Fault:
    """Why a text is no value: a diagnostic without its place. `message` goes on from 填的是“…”，."""

    code: str
    message: str
    help: str


@frozen
class Quantity:
    """A number in the fact's unit and how many decimals of it were printed (below zero for 3万)."""

    value: Fraction
    places: int


#: Decimals of a number that is not printed as one: what it is compared with has to agree with it exactly.
_EXACT = 12

#: Units that convert exactly, in units of the smallest.
_GROUPS: tuple[dict[str, int], ...] = (
    {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8},
    {"个月": 1, "月": 1, "个季度": 3, "季度": 3, "个半年": 6, "半年": 6, "年": 12},
    {"秒": 1, "分钟": 60, "小时": 3600},
    {"天": 1, "日": 1},
)
#: Two units of one time, the greater first; the second is smaller than one of the first.
_COMPOUND = re.compile(r"([^年小时个月分钟]+)(年|小时)零?([^年小时个月分钟]+)(?:个?月|分钟?)")
_COMPOUND_UNITS = ("年", "个月", "月", "小时", "分钟")
#: Longest text that is looked at as a number, unit included.
_MAX_TEXT = MAX_DIGITS + 24
_LARGE = {"百": 2, "千": 3, "万": 4, "亿": 8}
_NUMERAL = r"(?:\d[\d,. ]*[百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+)"
_SCIENTIFIC = re.compile(r"([+-]?[\d.,]+)e([+-]?\d+)(.*)", re.ASCII | re.IGNORECASE)
_ROUGH = re.compile(
    r"^(约|大约|大概|近|将近|接近|不到|不足|超过|超|至少|最多|[><≥≤~])|[余多几]|(左右|上下|以上|以下|以内|\+)$"
    r"|\d\s*[-~—至到]+\s*\d|^[一二三四五六七八九]{2}(?![〇零一二三四五六七八九十百千万])"
)


def unit_of(spec: FactSpec) -> str:
    """The unit a bare number of the fact is counted in."""
    if spec.type is FactType.PERCENT:
        return "%"
    if spec.type is FactType.POINTS:
        return "分"
    if spec.type is FactType.MONEY:
        return spec.unit or "元"
    return spec.unit


def read_quantity(text: str, spec: FactSpec) -> Quantity | Fault:
    """Reads a number of the fact, converted to its unit; a percentage comes back as a ratio."""
    plain = typed(text)
    if len(plain) > _MAX_TEXT:
        return _too_long(plain)
    sign, body = _signed(plain)
    if spec.type is FactType.PERCENT:
        result = _read_percentage(body, sign)
    elif spec.unit == RATIO:
        result = _read_ratio(body, sign)
    else:
        result = _read_with_unit(body, unit_of(spec), sign)
    return result or _why_no_number(plain, body, spec)


def _signed(text: str) -> tuple[int, str]:
    """The sign and the rest of the text."""
    if text[:1] in ("-", "负"):
        return -1, text[1:].lstrip()
    return 1, text[1:].lstrip() if text[:1] == "+" else text


def _read_percentage(body: str, sign: int) -> Quantity | Fault | None:
    printed = body.removesuffix("%") if body.endswith("%") else body.removeprefix("百分之")
    number = _numeral(printed.strip())
    if number is None:
        return None
    if printed == body and number.value:
        return _bare_percentage(sign * number.value)
    return Quantity(sign * number.value / 100, number.places)


def _read_ratio(body: str, sign: int) -> Quantity | Fault | None:
    """1:18, 1比18, 1/18; a number alone may be either side of it."""
    parts = re.split(r"\s*[:：/比]\s*", body)
    numbers = [_numeral(part.strip()) for part in parts]
    first = numbers[0]
    if first is None or len(numbers) > 2:
        return None
    if len(numbers) == 1:
        number = decimal(first.value).text
        help_text = f"填“1:{number}”或“{number}:1”这样的比"
        return Fault("ZS0929", f"没有写成几比几，可能是{number}:1，也可能是1:{number}", help_text)
    second = numbers[1]
    if second is None:
        return None
    if not second.value:
        return Fault("ZS0933", "比的后项不能是0", "核对这个比；没有的，空着并说明")
    return Quantity(sign * first.value / second.value, _EXACT)


def _bare_percentage(value: Fraction) -> Fault:
    ratio, number = f"{decimal(value * 100).text}%", decimal(value).text
    return Fault(
        "ZS0930",
        f"没有百分号，可能是{number}%，也可能是比值{number}（即{ratio}）",
        f"写明百分号：填“{number}%”或“{ratio}”",
    )


def _compound(parts: re.Match[str], unit: str, sign: int) -> Quantity | Fault | None:
    """1年6个月, 2小时30分钟 in the fact's unit, exactly."""
    high, low = _numeral(parts[1].strip()), _numeral(parts[3].strip())
    factors = dict(convertible(unit))
    smaller = "个月" if parts[2] == "年" else "分钟"
    if high is None or low is None or parts[2] not in factors or smaller not in factors:
        return None
    if high.places or not 0 <= low.value * factors[smaller] < factors[parts[2]]:
        return Fault("ZS0933", "不是规范的时长", f"填“1{parts[2]}6{smaller}”或“18{smaller}”这样的时长")
    value = high.value * factors[parts[2]] + low.value * factors[smaller]
    return Quantity(sign * value, _coarser(low.places, factors[smaller]))


def _read_with_unit(body: str, unit: str, sign: int) -> Quantity | Fault | None:
    """A numeral with the unit, with one that converts into it, or bare."""
    if body.startswith("¥"):
        body = body[1:].strip() + ("" if body.endswith("元") else "元")
    if (parts := _COMPOUND.fullmatch(body)) is not None and unit in _COMPOUND_UNITS:
        return _compound(parts, unit, sign)
    for name, factor in convertible(unit):
        if name and body.endswith(name):
            number = _numeral(body.removesuffix(name).strip())
            if number is not None:
                return Quantity(sign * number.value * factor, _coarser(number.places, factor))
    number = _numeral(body)
    if number is None:
        return None
    if body[-1] in _LARGE and unit[:1] in _LARGE:
        plain = body + unit.lstrip("".join(_LARGE))
        return Fault(
            "ZS0931",
            f"可能是{plain}，也可能是{body}个“{unit}”",
            f"写明单位：填“{plain}”，或只填以{unit}计的数",
        )
    return Quantity(sign * number.value, number.places)


def convertible(unit: str) -> list[tuple[str, Fraction]]:
    """The units that may be typed for `unit` with their factors, longest name first."""
    for group in _GROUPS:
        if unit in group:
            names = sorted(group, key=len, reverse=True)
            return [(name, Fraction(group[name], group[unit])) for name in names]
    return [(typed(unit), Fraction(1))]


def _coarser(places: int, factor: Fraction) -> int:
    """The decimals that are still meant after a conversion, rounded towards fewer."""
    while factor > 1:
        places, factor = places - 1, factor / 10
    while factor * 10 <= 1:
        places, factor = places + 1, factor * 10
    return places


def _numeral(text: str) -> Quantity | None:
    """A numeral by itself; 1 200 is 1,200."""
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:\.\d+)?", text, re.ASCII):
        text = text.replace(" ", "")
    value = read_numeral(text)
    if value is None:
        return None
    head = text.rstrip("百千万亿")
    places = len(head.partition(".")[2]) - sum(_LARGE[char] for char in text[len(head) :])
    return Quantity(value, places)


# -- Faults


def _too_long(text: str) -> Fault:
    if text[:1].isdigit() or text[:1] in "+-.":
        return Fault("ZS0932", f"这个数太长（超过{MAX_DIGITS}位）", "检查是否多打了数字")
    return Fault("ZS0933", "不是数", "只填一个数，说明写到“佐证材料”或“理由”里")


def _why_no_number(plain: str, body: str, spec: FactSpec) -> Fault:
    unit = unit_of(spec)
    example = f"填“12{unit}”这样的数"
    if parting := re.search("[、;]", body):
        message = f"里面有“{parting[0]}”，像是列出的几项，这里只要一个数"
        return Fault("ZS0933", message, "只填一个数；要合计的，加好再填")
    if match := _SCIENTIFIC.fullmatch(plain):
        return Fault("ZS0934", "是科学记数法，不能作为填报值", _plain_number(match[1], match[2]) or example)
    if len(body) > MAX_DIGITS and re.match(r"[\d.]{20}", body, re.ASCII):
        return _too_long(plain)
    if _ROUGH.search(plain) and re.search(_NUMERAL, plain):
        return Fault("ZS0935", "不是一个确切的数", f"填一个确切的数，如“12{unit}”")
    if match := re.fullmatch(rf"({_NUMERAL})\s*([^\d\s,.].*)", body, re.ASCII):
        other = foreign_unit(body) or match[2]
        asked = f"单位应为“{unit}”" if unit else "该数据项没有单位"
        return Fault("ZS0936", f"单位是{quoted(other)}，{asked}", f"换算后填“…{unit}”" if unit else "只填数")
    return Fault("ZS0933", "不是数", f"{example}；不知道就留空")


def foreign_unit(text: str) -> str:
    """What stands behind the numeral that the text begins with, empty where it begins with none."""
    match = re.match(_NUMERAL, text, re.ASCII)
    if not match:
        return ""
    for end in range(match.end(), 0, -1):
        if _numeral(text[:end].strip()) is not None:
            return text[end:].strip()
    return ""


def _plain_number(digits: str, exponent: str) -> str:
    """Help that writes the number out, empty where it would be long."""
    number = read_numeral(digits.lstrip("+-"))
    if number is None or len(exponent) > 3 or abs(int(exponent)) > 15:
        return ""
    value = number * Fraction(10) ** int(exponent)
    return f"写出全部数字：“{'-' if digits.startswith('-') else ''}{shown(value)}”"
