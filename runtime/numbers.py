"""Printing exact numbers, and reading numerals (数字) as officials write them."""

import re
from fractions import Fraction

from attrs import frozen

#: Longest numeral that is read; longer ones are refused before any arithmetic.
MAX_DIGITS = 40

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}


@frozen
class Printed:
    """A printed number; `exact` is False where it had to be rounded, and `ratio` is then its fraction."""

    text: str
    exact: bool
    ratio: str


def decimal(value: int | Fraction, places: int = 6) -> Printed:
    """Prints a number as a decimal: exactly where it has a finite decimal, else rounded half up to `places`."""
    above, below = value.as_integer_ratio()
    ratio = f"{above}/{below}"
    exponent = _decimal_places(below)
    exact = exponent is not None
    if exponent is None:
        exponent = places
    twice = 2 * abs(above) * 10**exponent
    scaled = twice // (2 * below) if exact else (twice + below) // (2 * below)
    digits = str(scaled).rjust(exponent + 1, "0")
    text = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    if not exact:
        text = text.rstrip("0").rstrip(".")
    return Printed(("-" if above < 0 and scaled else "") + text, exact, ratio)


def _decimal_places(denominator: int) -> int | None:
    """How many decimals a fraction in lowest terms needs, None where no finite number is enough."""
    needed = 0
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator //= prime
            power += 1
        needed = max(needed, power)
    return needed if denominator == 1 else None


def shown(value: int | Fraction, unit: str = "") -> str:
    """A number for people: its decimal, with 约 in front and the fraction behind where it was rounded (约2.1次（21/10）)."""
    printed = decimal(value)
    return f"{printed.text}{unit}" if printed.exact else f"约{printed.text}{unit}（{printed.ratio}）"


def percent(value: int | Fraction) -> str:
    """A ratio as a percentage for people: 43/50 → 86%."""
    printed = decimal(Fraction(value) * 100)
    return f"{printed.text}%" if printed.exact else f"约{printed.text}%（{printed.ratio}%）"


#: The unit of facts that are a ratio of two numbers (1:20).
RATIO = "比"


def ratio(value: int | Fraction) -> str:
    """A ratio for people: 1/20 → 1:20."""
    value = Fraction(value)
    return f"{value.numerator}:{value.denominator}"


def read_numeral(text: str) -> Fraction | None:
    """Reads 1,200, 1.5, 一百二十, 3万, 十二 exactly; None where it is no well-formed numeral.

    两十, 一十百, 百百 and the like are refused rather than guessed. Digits are half-width here; callers
    normalise width first.
    """
    if len(text) > MAX_DIGITS:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([百千万亿]*)", text, re.ASCII)
    if match:
        value = Fraction(match[1].replace(",", "") + (match[2] or ""))
        for char in match[3]:
            value *= _UNITS.get(char) or _LARGE[char]
        return value
    whole = _read_chinese(text)
    return None if whole is None else Fraction(whole)


def _read_chinese(text: str) -> int | None:
    """A Chinese whole number below 10^12, or None."""
    if not text:
        return None
    for char in ("亿", "万"):
        if char in text:
            head, _, tail = text.partition(char)
            high = _read_chinese(head)
            if high is None or char in tail:
                return None
            if not tail:
                return high * _LARGE[char]
            low = _read_section(tail) if char == "万" else _read_chinese(tail)
            # 二万三 is said for 23,000; only 二万零三 is 20,003.
            gap = low is not None and low * 10 < _LARGE[char] and tail[0] not in "零〇"
            return None if low is None or gap or low >= _LARGE[char] else high * _LARGE[char] + low
    return _read_section(text)


def _read_section(text: str) -> int | None:
    """A Chinese numeral below 10,000, or a bare row of digits (二〇一七)."""
    if len(text) > 1 and all(c in _DIGITS for c in text):
        # 三五 means "three to five"; only a row of three or more can be a year or a code.
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) > 2 else None
    total, previous_unit, digit = 0, 10**4, None
    for index, char in enumerate(text):
        if char in _UNITS:
            unit = _UNITS[char]
            if digit is None and unit == 10 and index == 0:
                digit = 1
            if (
                not digit
                or unit >= previous_unit
                or (digit == 2 and char == "十" and text[index - 1] == "两")
            ):
                return None
            total, previous_unit, digit = total + digit * unit, unit, None
        elif char in _DIGITS:
            if char in "零〇" and len(text) > 1:
                if digit is not None or index == len(text) - 1:
                    return None
                continue
            if digit is not None:
                return None
            digit = _DIGITS[char]
        else:
            return None
    if digit and total and text[-2] not in "十零〇":
        return None  # 一百二 is said for 120; only 一百零二 is 102
    return total + (digit or 0)
