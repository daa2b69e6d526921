"""Rule tables for the naive evaluator: rows written out as the clauses and bands that the semantics page says they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from naive_bands import band_of_words
from naive_clauses import LeafReader
from naive_conditions import ConditionReader
from naive_logic import Atom, Condition, End, Joined, Unread, opposite
from naive_model import Band, Clause, Flat, Indicator, Limit, Line, Per, Standard, Usage, Veto
from naive_tiers import TierReader
from naive_words import BEFORE_WORD, BEHIND_WORD, MARK, NUMBER, Marker, boundary, flat, number

NOTHING = {"", "—", "---", "/", "-"}
UNIT = re.compile(rf"每(?P<size>{NUMBER})?(?P<unit>[一-鿿]{{1,3}})")
LABEL_NUMBER = re.compile(r"^[*＊]?\d+(?:\.\d+)*[.、]?")
LABEL_UNIT = re.compile(r"(?:\([^()]*[元米率人家次个项天年%单][^()]*\)|/[^/]+)$")
#: What the heads of columns say, by the word that is used for them here.
HEADS = {
    "序号": "序号 编号",
    "指标": "指标 一级指标 二级指标 三级指标 四级指标 指标名称 评价指标 考核指标 评分指标 测评指标 指标项 评价项目"
    " 考核项目 评分项目 评分项 考核项 评价内容及指标 项目 类别 指标类别 指标内容",
    "积分单位": "积分单位 计分单位 计量单位 积分方式",
    "分值": "分值 分数 标准分 标准分值 满分 满分值 权重分 积分 基本分值",
    "备注": "备注 上限 封顶 说明及上限",
    "评分标准": "评分标准 评分细则 评分办法 评分方法 评分规则 计分标准 计分方法 计分办法 计分规则 得分标准 考核标准"
    " 考核细则 评价标准 评价细则 评价方法 扣分标准 加分标准 评分依据 符合即得分",
    "要求": "要求 评价内容 考核内容 评价要求 考核要求 指标要求 目标值 指标值 标准要求 工作要求",
    "基本要求": "基本要求 最低要求 合格要求 合格值 门槛值 基准值",
    "满分要求": "满分要求 满分值要求 优秀要求 满分标准",
    "说明": "指标说明 指标解释 评审依据 评审依据及其来源 数据来源 佐证材料 证明材料 评价要点 资料清单 填报说明"
    " 责任单位 考核部门",
}
COLUMN = {head: column for column, heads in HEADS.items() for head in heads.split()}


def rows_of(lines: list[str]) -> list[list[str]]:
    """The cells of a table, its head first; blanks as they stand."""
    rows = []
    for line in lines:
        if line.strip().startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                rows.append(cells)
    return rows


@dataclass
class _Tree:
    """The headings that the label columns of one table stand for."""

    node: Indicator
    labels: list[int]
    above: list[str] = field(default_factory=list)
    groups: dict[tuple[str, ...], Indicator] = field(default_factory=dict)

    def leaf(self, row: list[str]) -> tuple[Indicator, bool]:
        """The leaf of a row, and whether it is new; blanks carry down, not below a new label."""
        self.above = self.above or [""] * len(self.labels)
        self.groups.setdefault((), self.node)
        for place, column in enumerate(self.labels):
            if row[column]:
                self.above[place] = row[column]
                self.above[place + 1 :] = [row[c] for c in self.labels[place + 1 :]]
        path = tuple(self.above)
        new = path not in self.groups
        for depth in range(1, len(path) + 1):
            if path[:depth] not in self.groups:
                parent = self.groups[path[: depth - 1]]
                child = Indicator(f"{parent.id}.{len(parent.children) + 1}", path[depth - 1], None, None)
                parent.children.append(child)
                self.groups[path[:depth]] = child
        return self.groups[path], new


def read_table(standard: Standard, marker: Marker, node: Indicator, rows: list[list[str]]) -> None:
    """A table under a heading, by its heads."""
    head = [COLUMN.get(flat(cell), "") for cell in rows[0]]
    if "" in head:
        raise Unread(f"not described: a column of {rows[0]}")
    if "积分单位" in head and "分值" in head:
        read_point_table(standard, marker, node, rows)
        return
    if "分值" not in head:
        raise Unread(f"not described: a table of {head}")
    tree = _Tree(node, [place for place, words in enumerate(head) if words == "指标"])
    reader: LeafReader | None = None
    chosen: list[LeafReader] = []
    for cells in rows[1:]:
        row: dict[str, str] = {}
        for column, cell in zip(head, cells, strict=False):  # several columns of one kind are read in order
            row[column] = f"{row[column]}\n{cell}" if row.get(column) else cell
        if any(flat(cells[c]) in ("合计", "总计") for c in tree.labels):
            continue
        mark = flat(row["分值"])
        if mark or reader is None:
            leaf, _ = tree.leaf(cells)
            found = re.match(rf"({NUMBER})分?", mark)
            if not found:
                raise Unread(f"no mark: {cells}")
            leaf.full_mark = leaf.points = number(found[1])
            reader = LeafReader(standard, marker, leaf)
            if "选其中一项" in mark:
                chosen.append(reader)
        label = next(cells[c] for c in reversed(tree.labels) if cells[c])
        if "评分标准" in head:
            _read_rule_cell(reader, row["评分标准"], row.get("要求", ""))
        elif "满分要求" in head:
            _read_floor_and_target(reader, label, row)
        else:
            raise Unread(f"not described: a table of {head}")
    for reader in chosen:
        reader.leaf.limits.insert(0, Limit([clause.id for clause in reader.leaf.clauses], None, 1))


def _read_rule_cell(reader: LeafReader, rule: str, needs: str) -> None:
    """达到要求 in the rule cell is the conjunction of the 要求 cell, 未达到要求 its opposite."""
    rule = re.sub(r"<br\s*/?>", "\n", rule)
    if "达到要求" not in rule:
        reader.read(rule.split("\n"))
        return
    marked = reader.marker.mark(needs)
    words = flat(needs)
    parts = [
        reader.condition(text, f"{reader.leaf.id}.1", words)
        for text in re.split("[。;]", marked.text)
        if text.strip(",")
    ]
    joined: Condition = Joined("且", [p for p in parts if p is not None])
    for found in re.finditer(rf"(?P<no>未)?达到要求的?,?得({NUMBER})分[;。,]?", flat(rule)):
        clause = Clause(
            "", found.group(), 1, Flat(number(found[2])), opposite(joined) if found["no"] else joined
        )
        reader.enter(clause)
    if re.sub(rf"未?达到要求的?,?得{NUMBER}分[;。,]?", "", flat(rule)):
        raise Unread(f"a rule cell: {rule}")
    reader.begin()


def _ends(reader: ConditionReader, place: str, fact: str, cell: str, words: str) -> Atom:
    """A threshold cell: `≥1000`, or a bare number in the direction that is read."""
    found = re.fullmatch(
        rf"(?P<before>{BEFORE_WORD})?(?P<number>{NUMBER})(?P<unit>%|[一-鿿]{{0,3}}?)"
        rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?",
        flat(cell).replace(" ", ""),
    )
    if not found:
        raise Unread(f"a threshold: {cell}")
    side, included = boundary(found, words)
    if not side:
        choice = reader.reading(place, words, "方向")
        if choice not in ("不低于", "不高于"):
            raise Unread(f"方向 is open: {words}")
        side, included = ("low" if choice == "不低于" else "high"), True
    unit = found["unit"]
    if not unit and reader.standard.declared.get(fact, {}).get("类型") == "百分比":
        unit = "%"
    value = reader.measure(fact, found["number"], unit)
    return Atom(fact, **{side: End(value, included)})  # type: ignore[arg-type]


def _read_floor_and_target(reader: LeafReader, label: str, row: dict[str, str]) -> None:
    shown = label if "【" in label else f"【{bare(label)}】"
    sign = re.search("[\ue000-\uefff]", reader.marker.mark(shown).text)
    assert sign is not None
    fact = reader.marker.name(sign.group())
    unit = re.search(r"[（(]([^（()）]+)[）)]$", label.strip())
    if unit and fact not in reader.standard.declared:
        reader.standard.declared[fact] = {"名称": fact, "单位": flat(unit[1])}
    words = flat(label)
    place = f"{reader.leaf.id}.{reader.rules + 1}"
    floor_cell, target_cell = row.get("基本要求", ""), row["满分要求"]
    points = reader.leaf.full_mark
    assert points is not None
    cell_of_mark = re.match(NUMBER, flat(row["分值"]))
    points = number(cell_of_mark.group()) if cell_of_mark else points
    target = _ends(reader, place, fact, target_cell, words)
    floor = None if flat(floor_cell) in NOTHING else _ends(reader, place, fact, floor_cell, words)
    choice = reader.reading(place, words, "区间") if floor else "全得或不得"
    clause = Clause("", words, 1, Flat(points), target)
    if choice in ("自零线性", "自基本分线性"):
        assert floor is not None
        if floor.low is None or target.low is None:
            raise Unread(f"smaller is better, and not 全得或不得: {words}")
        f, t = floor.low.number, target.low.number
        first = Fraction(0) if choice == "自零线性" else points * f / t
        clause.amount = Line(fact, [(f, first), (t, points)], Fraction(0), points)
        clause.condition = None
    elif choice != "全得或不得":
        raise Unread(f"区间 is open: {words}")
    clause.cap = points
    reader.enter(clause)
    if label.strip().lstrip("\\").startswith(("*", "＊")) and floor is not None:
        reader.standard.starred.append((words, floor))


def starred(standard: Standard, tiers: TierReader, paragraph: str) -> bool:
    """带“*”的为否定性指标，未达到基本要求即不合格: a veto for every starred row."""
    found = re.fullmatch(
        r"带“?\\?[*＊]?”?的为否定性指标,未达到基本要求即(?:为)?(?P<tier>.+?)。?",
        flat(paragraph.replace("＊", "")),
    )
    if not found:
        return False
    for words, floor in standard.starred:
        tiers.counts["否决"] += 1
        standard.vetoes.append(
            Veto(
                f"否决{tiers.counts['否决']}",
                words,
                opposite(floor),
                effect="评为",
                tier=tiers.tier(found["tier"]),
            )
        )
    return True


def read_graded_table(standard: Standard, marker: Marker, rows: list[list[str]]) -> None:
    """分级评价: a column a level, lowest first; a level holds where all its cells hold."""
    reader = ConditionReader(standard, marker)
    asked: dict[str, list[Condition]] = {flat(name): [] for name in rows[0][1:]}
    for n, row in enumerate(rows[1:], start=1):
        label, cells = row[0], row[1:]
        sign = re.search("[\ue000-\uefff]", marker.mark(f"【{bare(label)}】").text)
        assert sign is not None
        fact = marker.name(sign.group())
        unit = re.search(r"[/／]([^/／]+)$", label.strip())
        standard.declared.setdefault(fact, {"名称": fact, "单位": flat(unit[1]) if unit else ""})
        place, words = f"级{n}", flat(label)
        numbers = any(re.search(r"\d", cell) for cell in cells)
        for level, cell in zip(asked, cells, strict=True):
            if flat(cell) in NOTHING:
                continue
            if flat(cell) != "√":
                asked[level].append(_ends(reader, place, fact, cell, words))
            elif not numbers:
                standard.usages.append(Usage(fact, "是否"))
                asked[level].append(Atom(fact))
            elif (choice := reader.reading(place, words, "打勾")) == "有":
                standard.usages.append(Usage(fact, "比较", "", Fraction(0)))
                asked[level].append(Atom(fact, low=End(Fraction(0), False)))
            elif choice != "不限":
                raise Unread(f"打勾 is open: {words}")
    standard.levels = [(level, Joined("且", conditions)) for level, conditions in asked.items()]


def read_point_table(standard: Standard, marker: Marker, node: Indicator, rows: list[list[str]]) -> None:
    """积分单位 and 分值: groups and leaves below the heading, a clause a row."""
    head = [COLUMN.get(flat(cell), "") for cell in rows[0]]
    unit_at, points_at = head.index("积分单位"), head.index("分值")
    tree = _Tree(node, [place for place, words in enumerate(head) if words == "指标"])
    readers: dict[str, LeafReader] = {}
    for row in rows[1:]:
        leaf, _ = tree.leaf(row)
        reader = readers.setdefault(leaf.id, LeafReader(standard, marker, leaf))
        note = row[points_at + 1] if len(row) > points_at + 1 else ""
        _point_row(reader, tree.above[-1], row[unit_at], row[points_at], note)


def _point_row(reader: LeafReader, label: str, unit: str, points: str, note: str) -> None:
    fact = label if "【" in label else f"【{bare(label)}】"
    cap = "" if flat(note) in NOTHING else f"，{note}"
    counted = UNIT.fullmatch(flat(unit))
    if flat(unit).startswith("每连续"):
        reader.read([f"{unit}{fact}加{points}分{cap}。"])
    elif "【" in unit:
        sign = reader.marker.mark(unit).text
        reader.add(Clause("", label, 1, Per("", Fraction(1), number(points))), sign, "1", "", cap)
    elif counted:
        sign = reader.marker.mark(fact).text
        clause = Clause("", label, 1, Per("", Fraction(1), number(points)))
        reader.add(clause, sign, counted["size"] or "1", counted["unit"], cap)
    else:
        reader.read([f"{fact}的，加{points}分{cap}。"])


def bare(label: str) -> str:
    """A row label without number, star and unit: it names the row's fact."""
    return LABEL_UNIT.sub(
        "",
        LABEL_NUMBER.sub("", label.strip().replace("（", "(").replace("）", ")").lstrip("\\").lstrip("*＊")),
    )


#: 80≤总分<90
SIGNED = r"[≤<≥>]"


def read_tier_table(standard: Standard, rows: list[list[str]]) -> None:
    """Pairs of cells are bands."""
    single = {row.choice for row in standard.readings if row.doubt == "单值"}
    for row in rows[1:]:
        for left, right in zip(row[::2], row[1::2], strict=True):
            words, tier = (right, left) if re.search(SIGNED, flat(right)) else (left, right)
            if flat(words):
                standard.bands.append(_tier_band(flat(words), tier, single))


def _tier_band(words: str, tier: str, single: set[str]) -> Band:
    if re.search(SIGNED, words):
        return band_of_words(words, tier)
    numbers = [number(found) for found in re.findall(NUMBER, words)]
    if re.fullmatch(rf"{NUMBER}[-~]{NUMBER}", words):
        return Band(tier, words, End(numbers[0], True), End(numbers[1], True))
    if words.endswith("以上"):
        return Band(tier, words, End(numbers[0], True))
    if len(numbers) == 1 and words == words.strip("以上下") and single == {"以下"}:
        return Band(tier, words, None, End(numbers[0], True))
    if len(numbers) == 1 and single == {"恰为"}:
        return Band(tier, words, End(numbers[0], True), End(numbers[0], True))
    raise Unread(f"a cell of tiers: {words}")


def tables_below(lines: list[str]) -> Iterator[list[list[str]]]:
    """The rule tables among some lines, one after the other."""
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip().startswith("|"):
            block.append(line)
        elif block:
            yield rows_of(block)
            block = []
