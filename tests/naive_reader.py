"""Reads a rule file the slow and obvious way, for the naive evaluator in `naive.py`.

Written from docs/developers/semantics.md alone. It shares no code and no vocabulary with the compiler, so that
the two can disagree. What the page does not describe is refused (`Unread`), never skipped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from naive_alike import stand_in
from naive_bands import settle_bands, settle_placed
from naive_clauses import LeafReader
from naive_cohort import write_values
from naive_dates import DAY, TODAY
from naive_facts import type_of
from naive_heads import HeadReader, full_of, settle_head
from naive_limits import CAPS
from naive_lists import write_levels
from naive_logic import Atom, Unread, atoms_of
from naive_model import Formula, Indicator, Per, Question, Reading, Standard, Steps, Threshold, Usage
from naive_requirements import SECTIONS, read_group, read_section
from naive_tables import read_graded_table, read_table, read_tier_table, starred, tables_below
from naive_tiers import TierReader
from naive_words import FACT, NUMBER, NUMBERING, Marker, flat, number, plain, rounding

RESERVED = ["基本条件", "加分项", "减分项", "一票否决", "评定等级", "分级评价", "数据项", "计算", "解读"]
RESERVED += ["案例", "本地化", "术语解释", "附注"]


@dataclass
class _Heading:
    level: int
    words: str
    lines: list[str] = field(default_factory=list)


def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    for line in text.splitlines():
        hashes = re.match(r"(#+)\s+(.*)", line)
        if hashes:
            found.append(_Heading(len(hashes.group(1)), hashes.group(2).strip()))
        elif found:
            found[-1].lines.append(line)
    return found


def _paragraphs(lines: list[str]) -> list[str]:
    """Paragraphs and list items; block quotes are commentary."""
    paragraphs = [""]
    for line in lines:
        if line.lstrip().startswith(("|", "```", "<")):
            raise Unread(f"not described on the page: {line}")
        item = re.match(r"\s*(?:[-+*]|(\d+)[.)])\s+(.*)", line)
        if not line.strip() or line.startswith(">"):
            paragraphs.append("")
        elif item:
            paragraphs.append((f"{item[1]}、" if item[1] else "•") + item[2])
        else:
            paragraphs[-1] += line
    return [p.strip() for p in paragraphs if p.strip()]


def _untabled(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.strip().startswith("|")]


def _tables(lines: list[str]) -> list[list[dict[str, str]]]:
    """Every table as a list of rows; a row maps the column's head to the cell."""
    tables: list[list[dict[str, str]]] = []
    head: list[str] | None = None
    for line in lines:
        if not line.strip().startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if head is None:
            head = cells
            tables.append([])
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            tables[-1].append(dict(zip(head, cells, strict=False)))
    return tables


FULL_WORDS = "(?:本项)?满分为?|标准分值?|分值|(?:本项)?共计?|计|合计|总计|最高|最多"


def _mark_of(words: str, extra: bool = False) -> tuple[str, Fraction | None, Fraction | None]:
    """A heading's title, weight and points; in 加分项 and 减分项 these say what is added or taken off."""
    words = NUMBERING.sub("", words.strip())
    found = re.search(r"[（(]([^（()）]*)[）)]$", words)
    if found:
        inner = flat(found.group(1))
        weight = re.fullmatch(r"权重(?:为|:)?(\d+(?:\.\d+)?)(%?)", inner)
        points = re.fullmatch(rf"(?:{FULL_WORDS})?{'[扣加]?' if extra else ''}:?(\d+(?:\.\d+)?)分?", inner)
        if weight:
            value = Fraction(weight.group(1)) / (100 if weight.group(2) else 1)
            return words[: found.start()].strip(), value, None
        if points:
            return words[: found.start()].strip(), None, Fraction(points.group(1))
    return words, None, None


#: A doubt is asked where its readings give different results; where they do not, the first is taken.
SUPPOSED = {
    "计次": ("每项", "一次"),
    "并列": ("且", "或"),
    "分段": ("分段择一", "分段累计"),
    "百分数": ("百分点", "相对"),
    "端外": ("零分", "端点分"),
}
FIRST = {doubt: choices[0] for doubt, choices in SUPPOSED.items()}


def read(text: str, supposed: Mapping[str, str] | None = None) -> Standard:
    """Read a rule file; `supposed` settles the doubts that its 解读 leave open."""
    headings = _headings(text)
    standard = Standard(headings[0].words if headings else "", supposed=supposed or {})
    for line in headings[0].lines if headings else []:
        if flat(line) == "比较方法:修约值比较法":
            standard.compares_rounded = True
    sections: dict[str, list[str]] = {}
    nodes: list[tuple[_Heading, Indicator]] = []
    path: list[Indicator] = []
    inside = ""
    extra: list[tuple[_Heading, str, Indicator]] = []
    for heading in headings[1:]:
        within = heading.level > 2 and inside in EXTRA
        title, weight, points = _mark_of(heading.words, within or heading.words.startswith(tuple(EXTRA)))
        if heading.level == 2:
            inside = title if title in RESERVED else "基本条件" if title in SECTIONS else ""
        if inside in EXTRA:
            extra.append((heading, inside, Indicator("", title, weight, points)))
            continue
        if inside:
            sections.setdefault(inside, []).extend(["", *heading.lines])
            continue
        path = path[: heading.level - 2]
        siblings = path[-1].children if path else standard.indicators
        place = f"{path[-1].id}.{len(siblings) + 1}" if path else str(len(siblings) + 1)
        node = Indicator(place, title, weight, points)
        siblings.append(node)
        path.append(node)
        nodes.append((heading, node))

    if any(line.strip() and not line.startswith(">") for line in sections.get("本地化", [])):
        raise Unread("a variant that is not merged")
    marker = Marker()
    _read_dictionaries(standard, marker, sections)
    standard.titles = [flat(node.title) for _, node in nodes]
    tiers = TierReader(standard, marker)
    graded = sections.get("评定等级", [])
    tiers.read_tiers(_paragraphs(_untabled(graded)))
    settle_bands(standard)
    for rows in tables_below(graded):
        read_tier_table(standard, rows)

    standard.weighted = any(node.weight is not None for _, node in nodes)
    for heading, node in nodes:
        heading.lines = write_levels(heading.lines, node.title)
        for rows in tables_below(heading.lines):
            read_table(standard, marker, node, rows)
        paragraphs = read_group(standard, marker, node, _paragraphs(_untabled(heading.lines)))
        if node.children:
            if paragraphs:
                head = HeadReader(standard, marker, node)
                head.read(paragraphs)
                head.finish()
            continue
        node.full_mark = Fraction(100) if standard.weighted else node.points
        LeafReader(standard, marker, node).read(paragraphs)
    _round_each(standard)
    vetoes = _paragraphs(sections.get("一票否决", []))
    tiers.read_vetoes([p for p in vetoes if not starred(standard, tiers, p)], "否决")
    read_section(standard, marker, sections.get("基本条件", []))
    _read_absences(standard)
    _weigh(standard)
    for _, node in reversed(nodes):  # the inner first
        if node.children:
            settle_head(standard, node)
    settle_placed(standard, sum((full_of(node) for node in standard.indicators), Fraction(0)))
    _read_extras(standard, marker, extra, tiers)
    if standard.scales and standard.highest is None and standard.above_full == "计满分":
        standard.highest = sum(
            (leaf.factor * (leaf.full_mark or 0) for leaf in standard.leaves()), Fraction(0)
        )
    for rows in tables_below(sections.get("分级评价", [])):
        read_graded_table(standard, marker, rows)
    _only_whole_steps(standard)
    for leaf, fact, instead, reach in standard.alike.copy():
        standard.alike.remove((leaf, fact, instead, reach))
        asks = any(atom.fact == fact for c in leaf.clauses for atom in atoms_of(c.condition))
        missed = {r.choice for r in standard.readings if r.doubt == "视同达到"}
        if len(missed) > 1:
            raise Unread("视同达到 both ways")
        stand_in(standard if reach == "全文" or not asks else leaf, fact, instead, "".join(missed))
    return standard


def _only_whole_steps(standard: Standard) -> None:
    """Whole numbers have no parts of a step that count in proportion."""
    for leaf in standard.all_leaves():
        for amount in [clause.amount for clause in leaf.clauses]:
            steps = [*amount.adds, *amount.offs] if isinstance(amount, Threshold) else [amount]
            for step in steps:
                if isinstance(step, Per | Steps) and type_of(standard, step.fact) in ("个数", "清单"):
                    step.parts = "整步" if step.parts == "按比例" else step.parts


def _read_dictionaries(standard: Standard, marker: Marker, sections: dict[str, list[str]]) -> None:
    """解读, 数据项, 案例 and 计算."""
    for row in (row for table in _tables(sections.get("解读", [])) for row in table):
        standard.readings.append(Reading(plain(row["条款"]), flat(row["疑义"]), flat(row["采用"])))
    for row in (row for table in _tables(sections.get("数据项", [])) for row in table):
        standard.declared[re.sub(r"[【】\s*]", "", row["名称"])] = row
    standard.cases = _tables(sections.get("案例", []))
    marker.names.extend(standard.declared)
    for formula in sections.get("计算", []):  # one a line
        formula = re.sub(r"^\s*[-+*]\s+", "", formula)
        if formula.strip() and not formula.startswith(">"):
            _read_formula(formula, marker, standard)


EXTRA = {"加分项": "加", "减分项": "减"}


def _read_extras(
    standard: Standard, marker: Marker, found: list[tuple[_Heading, str, Indicator]], tiers: TierReader
) -> None:
    """加分项 and 减分项: leaves of their own, whose points are points of the total."""
    for heading, section, node in found:
        paragraphs = _paragraphs(_without_ends(heading.lines, tiers))
        top = standard.bonus if section == "加分项" else standard.malus
        if heading.level == 2:
            top = node
            if section == "加分项":
                standard.bonus = top
            else:
                standard.malus = top
            limits = [CAPS.fullmatch(flat(p).rstrip("。")) for p in paragraphs]
            if not paragraphs or all(limits):
                caps = [number(m["number1"] or m["number2"]) for m in limits if m]
                top.points = min([*caps, *([top.points] if top.points is not None else [])], default=None)
                continue
            node = Indicator("", section, None, None)
        if top is None or heading.level > 3:
            raise Unread(f"not described on the page: {heading.words}")
        node.id = f"{EXTRA[section]}{len(top.children) + 1}"
        own = node.points if node.points is not None else top.points
        node.full_mark = own
        reader = LeafReader(standard, marker, node)
        reader.started = True  # from 0
        reader.read(paragraphs)
        if section == "减分项":
            for clause in node.clauses:
                clause.sign = -1
        top.children.append(node)


def _without_ends(lines: list[str], tiers: TierReader) -> list[str]:
    """The lines without sentences that say where the total ends."""
    kept = []
    for line in lines:
        sentences = re.split("(?<=[。；;])", line)
        kept.append("".join(s for s in sentences if not tiers.read_end(flat(s).rstrip("。;"))))
    return kept


def _read_formula(line: str, marker: Marker, standard: Standard) -> None:
    marked = marker.mark(NUMBERING.sub("", line))
    write_values(marked, standard, marker)
    text = marked.text.rstrip(";。")
    left, _, right = text.partition("=")
    if not re.fullmatch(FACT, left):
        raise Unread(f"not a formula: {line}")
    name = marker.name(left)
    streak = re.fullmatch(rf"({FACT})的连续({NUMBER})[天日]次数", right)
    recent = re.fullmatch(rf"近({NUMBER})年的({FACT})", right)
    dates = re.fullmatch(rf"(?P<end>{TODAY}|{FACT})-(?:(?P<start>{FACT})|{DAY})", right)
    if streak:
        standard.questions[name] = Question("连", marker.name(streak[1]), n=int(number(streak[2])))
        return
    if recent:
        mode = next((r.choice for r in standard.readings if r.doubt == "近年"), "")
        standard.questions[name] = Question("近", marker.name(recent[2]), n=int(number(recent[1])), mode=mode)
        return
    is_date = dates is not None and (
        dates["end"] == TODAY
        or any(
            standard.declared.get(marker.name(s), {}).get("类型") == "日期"
            for s in (dates["end"], dates["start"])
            if s and s != TODAY
        )
    )
    if dates and is_date and dates["start"]:
        until = "" if dates["end"] == TODAY else marker.name(dates["end"])
        unit = standard.declared.get(name, {}).get("单位", "")
        standard.questions[name] = Question("距", marker.name(dates["start"]), until, unit=unit)
        return
    words, _, phrase = right.partition(",")
    rows = [
        r.choice
        for r in standard.readings
        if r.doubt == "修约" and (r.where in plain(line) or r.where == "全文")
    ]
    said = rounding(phrase, rows[0] if rows else None) if phrase else None
    tokens = re.findall(rf"{FACT}|\d+(?:\.\d+)?%?|[-+×÷/()]", words)
    if not tokens or "".join(tokens) != words or (phrase and not said):
        raise Unread(f"not a formula: {line}")
    standard.formulas[name] = Formula([marker.name(t) if re.fullmatch(FACT, t) else t for t in tokens], said)


def _round_each(standard: Standard) -> None:
    """各指标得分保留一位小数: every leaf, as a sentence in it would."""
    if standard.each_rounding is not None:
        level, how = standard.each_rounding
        if level == 1 and any(node.children for node in standard.indicators):
            raise Unread("rounding of headings with others below them")
        for leaf in standard.leaves():
            leaf.rounding = leaf.rounding or how
    if standard.rounding is not None and any(leaf.rounding for leaf in standard.leaves()):
        raise Unread("a total rounded after its scores")


def _read_absences(standard: Standard) -> None:
    """Where no leaf says when it is absent, a judgement TITLE缺项 does for each."""
    leaves = standard.leaves()
    if not standard.rescaling or any(leaf.absent for leaf in leaves):
        return
    titles = [flat(leaf.title) for leaf in leaves]
    for leaf in leaves:
        twin = titles.count(flat(leaf.title)) > 1
        name = f"{leaf.id} {leaf.title}缺项" if twin else f"{leaf.title}缺项"
        standard.usages.append(Usage(name, "是否"))
        leaf.absent = Atom(name)


def _weigh(standard: Standard) -> None:
    """Give every leaf the factor its score enters the total with."""
    if not standard.weighted:
        return
    own = [leaf.weight for leaf in standard.leaves()]
    if None not in own and sum(w for w in own if w is not None) == 1:
        for leaf in standard.leaves():
            assert leaf.weight is not None
            leaf.factor = leaf.weight
        return

    def descend(node: Indicator, factor: Fraction) -> None:
        if node.weight is None:
            raise Unread(f"no weight: {node.title}")
        node.factor = factor * node.weight
        for child in node.children:
            descend(child, node.factor)

    for top in standard.indicators:
        descend(top, Fraction(1))
