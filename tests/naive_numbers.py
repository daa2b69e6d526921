"""Fractions, ratios and numbers below zero, written as plain numbers for the naive reader."""

import re
from fractions import Fraction

from naive_logic import Unread
from naive_words import BEFORE_WORD, FACT, HAN_NUMBER, MINUS, Marked, number

#: 三分之二, 百分之六十, 2/3; no part of a formula.
PARTS = re.compile(rf"(?P<below>{HAN_NUMBER}|\d+)分之(?P<above>{HAN_NUMBER}|\d+(?:\.\d+)?)")
SLASH = re.compile(r"(?<![\d.×÷+/(\-])(?P<above>\d+)/(?P<below>\d+)(?![\d.×÷/)%])")
#: 1:20, 1比20; what stands for it is a number in 比.
RATIO = re.compile(r"(?<![\d.])(?P<above>\d+(?:\.\d+)?)(?:比|:)(?P<below>\d+(?:\.\d+)?)(?![\d:])")
#: A minus sign in front of a number with a unit that is no points; 0 needs none.
BELOW_ZERO = re.compile(
    r"(?P<sign>[-负])(?=[\d.零一二两三四五六七八九十百千万亿/]+(?:%|(?!分(?!钟))[一-鿿]))"
)
MAY_STAND_BEHIND = re.compile(rf"(?:{FACT}|在|为|~|至|{BEFORE_WORD})$")


def write_shares_of_places(marked: Marked) -> None:
    """前三分之一 and 后1/3 as shares of the places."""
    for pattern in (SLASH, PARTS):
        for found in reversed(list(pattern.finditer(marked.text))):
            if marked.text[found.start() - 1 : found.start()] in ("前", "后"):
                share = number(found["above"]) / number(found["below"]) * 100
                marked.replace(found.start(), found.end(), f"{share}%")


def write_numbers(marked: Marked) -> None:
    """Fractions become percentages (三分之二 is 200/3%), ratios numbers in 比 (1/20比), minus signs a sign of their own."""
    for pattern in (SLASH, PARTS, RATIO):
        for found in reversed(list(pattern.finditer(marked.text))):
            above, below = number(found["above"]), number(found["below"])
            if not below:
                continue
            text = f"{above / below}比" if pattern is RATIO else f"{above / below * 100}%"
            if "/" not in text and pattern is RATIO:
                text = text.replace("比", "/1比")
            marked.replace(found.start(), found.end(), text)
    for found in reversed(list(BELOW_ZERO.finditer(marked.text))):
        sentence = re.split("[。;]", marked.text[: found.start()])[-1]
        if MAY_STAND_BEHIND.search(sentence) and "=" not in sentence:
            marked.replace(found.start(), found.end(), MINUS)


def ratio(words: str) -> Fraction | None:
    """1:18, 1比18, 1/18 as an applicant writes it."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:比|:|/)(\d+(?:\.\d+)?)", words)
    return Fraction(found[1]) / Fraction(found[2]) if found else None


def in_full(first: str, last: str) -> str:
    """5万 for the 5 of 5～20万户 and of 5≤【A】<20万: 万 and 亿 are said of both, unless the first would be the greater."""
    if not number(first) or re.search("[万亿]", first):
        return first
    large = re.search("[万亿]*$", last)
    unit = large.group() if large else ""
    counted = last.removesuffix(unit)
    small = re.fullmatch(r"(\d+(?:\.\d+)?|[一二两三四五六七八九])[百千]+", counted)
    if small and not re.search("[百千]", first) and number(first) < number(small[1]):
        raise Unread(f"{first} may be in the hundreds or thousands of {last}")
    return first + unit if unit and number(first) < number(counted) else first
