"""Labelled options (A. B. C.) for the naive reader, written out as conditions on one fact."""

import re

from naive_logic import Unread
from naive_model import Indicator, Standard
from naive_words import NUMBER, flat

LABEL = r"[（(]?(?P<letter>[A-Za-z])(?:[.．、:：]|[)）])\s*"
ITEM = re.compile(
    r"(?P<front>(?:【(?P<fact>[^】]*)】[:：]?\s*|(?<=[；;。\n：:•])|^)[\n•\s]*)"
    + LABEL
    + r"(?P<text>[^；;。\n]*?)[，,]?(?P<open>[（(])?"
    + rf"(?P<points>(?:得|计|加|扣|记)?{NUMBER}分(?!钟)|不得分)(?P<close>[)）])?"
)


def write_options(paragraphs: list[str], leaf: Indicator, standard: Standard) -> list[str]:
    """`【A】A. x，得N分；B. y，得M分` as `【A. x｜A】的，得N分；…`, and the options of A noted."""
    text = "\n".join(paragraphs)
    fact, last, silent = "", "", False
    found: dict[str, list[str]] = {}

    def written(item: re.Match[str]) -> str:
        nonlocal fact, last, silent
        letter, line = item["letter"], "\n" if "\n" in item["front"] else ""
        if letter in "Aa":
            shown, _, name = (item["fact"] or "").partition("｜")
            fact = re.sub(r"[\s*]", "", name or shown) or _title(leaf, standard)
            kind = standard.declared.get(fact, {}).get("类型", "")
            silent = "【" in item["text"] or kind not in ("", "选项")
        elif not last or ord(letter) != ord(last) + 1 or item["fact"]:
            raise Unread(f"an option out of order: {item.group()}")
        last = letter
        points = item["points"] if re.match("得|计|加|扣|记|不", item["points"]) else f"得{item['points']}"
        if silent:  # the letters say nothing
            front = f"【{fact}】" if letter in "Aa" and item["fact"] else ""
            return f"{line}{front}{item['text'].removesuffix('的')}的，{points}"
        option = f"{letter}. {item['text'].strip().removesuffix('的')}"
        found.setdefault(fact, []).append(option)
        return f"{line}【{option}｜{fact}】的，{points}"

    text = ITEM.sub(written, text)
    for name, options in found.items():
        if len(options) < 2:
            raise Unread(f"one option: {options}")
        standard.labelled[name] = options
    return text.split("\n")


def _title(leaf: Indicator, standard: Standard) -> str:
    twins = [node for node in standard.leaves() if flat(node.title) == flat(leaf.title)]
    return f"{leaf.id} {leaf.title}" if len(twins) > 1 else leaf.title


def options_of(standard: Standard, fact: str) -> list[str]:
    """The options of a 选项, none for other facts."""
    row = standard.declared.get(fact, {})
    if fact in standard.labelled:
        return standard.labelled[fact]
    if row.get("类型") != "选项":
        return []
    return [name for name in re.split("[、,]", flat(row.get("范围", ""))) if name]


def names_of(standard: Standard, fact: str) -> dict[str, str]:
    """What an option can be called, and which it is: as listed, or by its letter or its words alone."""
    names = {flat(option): option for option in options_of(standard, fact)}
    if fact in standard.labelled:
        names |= {option[0]: option for option in options_of(standard, fact)}
        names |= {flat(option[3:]): option for option in options_of(standard, fact)}
    return names
