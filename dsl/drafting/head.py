"""The head of a draft: title, number, office and dates, taken only where the official text leaves no doubt."""

import re
from collections.abc import Iterator

from attrs import frozen

from zhunsheng.dsl.drafting.official_text import Element, Line
from zhunsheng.dsl.drafting.outline import numbering

_NUMBER = re.compile(r"[\u4e00-\u9fff（）()]{2,20}\s*[〔﹝［\[（(](?:19|20)\d{2}[〕﹞］\])）]\s*第?\d+号")
_CODE = re.compile(r"(?:GB|DB\d{2}|[A-Z]{2,3})(?:/T)?\s?\d{2,5}(?:\.\d+)?\s?[-—－]\s?(?:19|20)\d{2}")
_DAY = re.compile(
    r"((?:19|20)\d{2})\s*[年.-]\s*(\d{1,2})\s*[月.-]\s*(\d{1,2})\s*日?\s*(印发|发布|公布|实施|施行)?"
)
_DAYS = re.compile(r"((?:19|20)\d{2}-\d{2}-\d{2})\s*(发布|实施|施行)")
_OFFICE = re.compile("[\u4e00-\u9fff、（）]{2,30}(?:厅|局|委|部|政府|委员会|办公室|办|院|会|中心)")
_TITLE = re.compile(
    "(?:办法|标准|指标|指标体系|体系|细则|指南|导则|要求|规范|规程|规定|制度|评价表|考核表|方案)(?:[（(][^（()）]{1,8}[)）])?$"
)
_ISSUED = re.compile("关于(?:印发|发布|公布|下发)《(.+)》")
#: What law databases put in front: 【文号】…•【公布日期】….
_LABEL = re.compile("【(文号|字号|制定机关|发布机关|发布部门|公布日期|发布日期|施行日期|实施日期)】([^【•]+)")
_LABELS = {"字号": "文号", "制定机关": "发布机关", "发布部门": "发布机关", "公布日期": "发布日期"}
#: Lines of the head are shorter.
_LONGEST = 500
_KEYS = {"印发": "发布日期", "发布": "发布日期", "公布": "发布日期", "实施": "实施日期", "施行": "施行日期"}
_SENTENCE = re.compile("[。；，：:！？]")


@frozen
class DraftHead:
    """What stands above the first section; `used` are the places of the elements whose words went into it."""

    title: str
    entries: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    used: frozenset[int]


def read_head(elements: tuple[Element, ...]) -> DraftHead:
    """The head of a document; what has no or several candidates is left to the author."""
    lines = [
        (index, e.text) for index, e in enumerate(elements) if isinstance(e, Line) and len(e.text) <= _LONGEST
    ]
    texts = dict(lines)
    found: dict[str, list[tuple[int, str]]] = {}
    for key, index, value in _candidates(lines):
        found.setdefault(key, []).append((index, value))
    entries, notes = [], []
    used: set[int] = set()
    for key in ("文号", "标准编号", "发布机关", "发布日期", "实施日期", "施行日期"):
        values = {re.sub(r"\s", "", value): index for index, value in reversed(found.get(key, ()))}
        if len(values) == 1:
            entries.append((key, next(iter(values))))
            used |= {index for index, value in found[key] if len(texts[index]) < len(value) + 12}
        elif values:
            notes.append(f"{key}有几种可能：{'、'.join(reversed(values))}，选一个写在文件头：{key}：……")
    title, place = _title(lines, used)
    if title:
        used |= {index for index, text in lines if text == title and index <= place}
    else:
        notes.append("没有认出标题，写在第一行")
    if title.endswith(("（试行）", "(试行)")):
        entries.append(("时效性", "试行"))
    else:
        notes.append("文件头写明时效性：现行、试行或失效")
    if not any(key in ("文号", "标准编号") for key, _ in entries) and "文号" not in found:
        notes.append("原文里没有认出文号；有的，写在文件头")
    return DraftHead(title, tuple(entries), tuple(notes), frozenset(used))


def _candidates(lines: list[tuple[int, str]]) -> Iterator[tuple[str, int, str]]:
    texts = {text for _, text in lines}
    for position, (index, text) in enumerate(lines):
        if _NUMBER.fullmatch(text):
            yield "文号", index, text
        elif _CODE.fullmatch(text):
            yield "标准编号", index, text
        elif text.endswith("文件") and _OFFICE.fullmatch(text[:-2]) and text[:-2] in texts:
            yield "发布机关", index, text[:-2]
        elif (day := _DAY.fullmatch(text)) is not None:
            yield _KEYS[day[4] or "发布"], index, f"{day[1]}年{int(day[2])}月{int(day[3])}日"
            before = lines[position - 1] if position else None
            if before is not None and _OFFICE.fullmatch(before[1]):
                yield "发布机关", before[0], before[1]
        elif "【" in text:
            for label in _LABEL.finditer(text):
                yield _LABELS.get(label[1], label[1]), index, label[2].strip()
        elif len(text) < 80:
            for match in _DAYS.finditer(text):
                yield _KEYS[match[2]], index, match[1]


def _title(lines: list[tuple[int, str]], used: set[int]) -> tuple[str, int]:
    """The title and the place of its last line: what the notice says it issues, or the first line that ends
    like one."""
    for _, text in lines:
        issued = _ISSUED.search(text)
        if issued:
            places = [index for index, own in lines if own == issued[1]]
            return issued[1], places[0] if places else -1
    for index, text in lines[:40]:
        if (
            index in used
            or len(text) > 50
            or _SENTENCE.search(text)
            or text.endswith("文件")
            or numbering(text)[1]
        ):
            continue
        if _TITLE.search(text):
            return text, index
    first = next(
        ((i, t) for i, t in lines if i not in used and len(t) <= 50 and not _SENTENCE.search(t)), None
    )
    return (first[1], first[0]) if first else ("", -1)
