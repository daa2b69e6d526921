"""The rows of 本地化 one by one, each as edits of the base's text, or as the error at that row."""

from collections.abc import Iterator

from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.compiler.variants.adapting_tables import TableRows
from zhunsheng.compiler.variants.edits import Edits, glue
from zhunsheng.compiler.variants.localise import Adaptation
from zhunsheng.compiler.variants.merged import Departure, Piece
from zhunsheng.compiler.variants.rewording import inside_fact, places_of
from zhunsheng.compiler.variants.targets import TABLES, Node, matching, near_titles, nodes, points_cell
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.dsl.variant import Reword, SetMark
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span


class Adapting:
    """What the rows of a variant do to its base; `found` has what cannot be done."""

    def __init__(
        self,
        parsed: Parsed,
        tables: Tables,
        base: Parsed,
        base_tables: Tables,
        base_resolved: Resolved,
        edits: Edits,
    ) -> None:
        self.parsed = parsed
        self.source = parsed.source
        self.base = base
        self.edits = edits
        self.nodes = nodes(base)
        self.own_nodes = nodes(parsed)
        self.rules = {
            rule.id: rule.segment
            for rule in (*(r for leaf in base_resolved.leaves for r in leaf.rules), *base_resolved.vetoes)
        }
        self.rows = TableRows(parsed, tables, base, base_tables, base_resolved, edits)
        self.found: list[Diagnostic] = []
        #: Headings of the variant that a row has announced, and the marks that rows have set in the base.
        self.announced: set[Node] = set()
        self.marks: dict[Node, ast.Mark] = {}
        self.verbs: set[Node] = set()

    def fault(self, code: str, message: str, span: Span, help: str) -> None:
        self.found.append(Diagnostic(code, message, self.source, span, help))

    def adapt(self, row: Adaptation) -> None:
        """Carries out one row."""
        section, _, rest = plain(row.target).partition("/")
        if section in TABLES:
            fault = self.rows.adapt(row, section, rest)
            self.found += [fault] if fault is not None else []
        elif row.verb is not None and row.verb.word == "新增":
            self.add(row)
        else:
            self.change(row)

    def put(self, row: Adaptation, span: Span, pieces: tuple[Piece, ...]) -> None:
        if not self.edits.put(span, pieces):
            self.twice(row)

    def twice(self, row: Adaptation) -> None:
        message = f"“{row.target}”已经由另一行改动了"
        self.fault("ZS0617", message, row.at, "合并成一行，或删去其中一行")

    # -- what a row is about

    def change(self, row: Adaptation) -> None:
        found = matching(row.target, self.nodes)
        wanted = plain(row.target)
        if not found:
            found = [node for node in self.nodes if node.heading.id and node.heading.id == wanted]
        if len(found) == 1:
            self.change_heading(row, found[0])
        elif found:
            paths = "；或 ".join(node.path for node in found[:4])
            self.fault("ZS0615", f"依据里有{len(found)}个“{row.target}”", row.at, f"写明路径：{paths}")
        elif wanted in self.rules:
            self.change_clause(row, self.rules[wanted])
        else:
            self.unknown(row)

    def unknown(self, row: Adaptation) -> None:
        near = self.holding(row.target) or near_titles(row.target, self.nodes)
        own = matching(row.target, self.own_nodes)
        self.announced |= set(own)
        if near:
            help_text = "是不是“" + "”或“".join(near) + "”？"
        else:
            help_text = "照抄依据里的标题，如“上级标题/本级标题”，或写编号（如3.3）"
        if own:
            help_text += "；依据里没有、要增加的，改动写“新增”"
        self.fault("ZS0615", f"依据里没有“{row.target}”", row.at, help_text)

    def holding(self, words: str) -> list[str]:
        """The one leaf whose clauses have some words, where an author took words of a clause for a title."""
        wanted = plain(words)
        spans = ((node.path, p.span) for node in self.nodes for p in node.heading.paragraphs)
        found = {path for path, span in spans if wanted in plain(self.base.source.slice(span))}
        return list(found) if len(found) == 1 else []

    def change_clause(self, row: Adaptation, segment: Span) -> None:
        other = next((c for c in row.changes if not isinstance(c, Reword)), None)
        if other is not None:
            help_text = "对一句话只能改字，如“加20分 → 加15分”；其他改动的对象写标题"
            self.fault("ZS0621", "对一句话不能这样改动", other.span, help_text)
            return
        for words in row.rewords:
            self.reword(row, words, [segment])

    def change_heading(self, row: Adaptation, node: Node) -> None:
        heading = node.heading
        for words in row.rewords:
            own = [heading.span] if heading.tabular else [p.span for p in heading.paragraphs]
            self.reword(row, words, own)
        if row.mark is not None:
            self.set_mark(row, row.mark, node)
        if row.verb is None:
            return
        if heading.tabular:
            help_text = "改写表格的，对象写表格所在的标题，改动写“替换”"
            message = "表格里的一行只能改分值和字"
            self.fault("ZS0621", message, row.verb.span, help_text)
            return
        if node in self.verbs:
            self.twice(row)
            return
        self.verbs.add(node)
        if row.verb.word == "删除":
            before = self.edits.base.slice(node.span)
            self.put(row, node.span, (self.edits.gone(row, row.verb.span, before),))
            return
        own_node = self.counterpart(row, node)
        if own_node is not None and row.verb.word == "替换":
            self.replace(row, node, own_node)
        elif own_node is not None:
            self.extend(row, node, own_node)

    def counterpart(self, row: Adaptation, node: Node) -> Node | None:
        """The variant's heading of the same path, with something under it."""
        same = [own for own in self.own_nodes if own.titles == node.titles]
        if not same:
            elsewhere = [own for own in self.own_nodes if own.heading.title == node.heading.title]
            self.announced |= set(elsewhere[:1])
            level = "#" * node.heading.level
            above = f"（在“{node.titles[-2]}”下）" if len(node.titles) > 1 else ""
            where = "，但它的位置不对" if elsewhere else ""
            message = f"这一行写了“{row.target}”，文件里没有这一节的条文{where}"
            help_text = f"写上标题“{level} {node.heading.title}”{above}和条文"
            self.fault("ZS0620", message, row.at, help_text)
            return None
        own = same[0]
        self.announced.add(own)
        heading = own.heading
        if not (heading.paragraphs or heading.children):
            help_text = "在标题下写上条文；要删去的，改动写“删除”"
            self.fault("ZS0620", f"“{heading.title}”下面没有条文", heading.title_span, help_text)
            return None
        self.same_mark(own, self.marks.get(node, node.heading.mark))
        return own

    # -- what is done to it

    def set_mark(self, row: Adaptation, change: SetMark, node: Node) -> None:
        mark = node.heading.mark
        told = change.before
        if told is not None and (mark is None or (mark.kind, mark.value) != (told.kind, told.value)):
            stands = f"依据里是{mark.text}" if mark is not None else "依据里没有写"
            self.fault("ZS0621", f"原来的数不对：{stands}", told.span, "照依据改，或只写改成的数")
            return
        if node in self.marks:
            self.twice(row)
            return
        self.marks[node] = change.mark
        if node.heading.tabular:
            self.set_cell(row, change, node)
            return
        before = self.edits.base.slice(mark.span) if mark is not None else ""
        words = self.mark_words(change.mark, self.edits.departure(row, change.span, before))
        if mark is not None:
            self.put(row, mark.span, words)
        else:
            end = node.heading.title_span.end
            self.put(row, Span(end, end), (self.glue("（"), *words, self.glue("）")))

    def set_cell(self, row: Adaptation, change: SetMark, node: Node) -> None:
        """The points of a row of a rule table, in their column."""
        place = points_cell(self.base.source, node)
        if place is None or change.mark.kind != "points":
            what = "这张表没有分值一列" if place is None else "这张表写的是分值"
            help_text = "写成“分值5分”；表里没有这一列的，改写整节：对象写表格所在的标题，改动写“替换”"
            self.fault("ZS0621", what, change.span, help_text)
            return
        departure = self.edits.departure(row, change.span, self.edits.base.slice(place))
        self.put(row, place, (self.edits.own(change.mark.span, departure),))

    def mark_words(self, mark: ast.Mark, departure: Departure | None) -> tuple[Piece, ...]:
        """The number of a row as it stands behind a title: 权重0.19, 6分."""
        words = self.source.slice(mark.span)
        number = self.edits.own(mark.span, departure)
        if mark.kind == "weight":
            return (Piece(f"权重{words}", self.source, mark.span, self.edits.standard, departure),)
        if words.endswith("分"):
            return (number,)
        return (Piece(f"{words}分", self.source, mark.span, self.edits.standard, departure),)

    def glue(self, text: str) -> Piece:
        return glue(text, self.source, self.edits.standard)

    def replace(self, row: Adaptation, node: Node, own: Node) -> None:
        assert row.verb is not None
        before = self.edits.base.slice(node.below)
        departure = self.edits.departure(row, row.verb.span, before)
        kept = [] if own.heading.quotes else list(self.quotes(node))
        pieces = (self.glue("\n"), *kept, self.edits.own(own.below, departure), self.glue("\n"))
        self.put(row, node.below, pieces)

    def quotes(self, node: Node) -> Iterator[Piece]:
        """The commentary of a base's leaf, which stays where the variant brings none."""
        assert self.base.file is not None
        if node.heading.children:
            return
        offset = len(self.base.source.text) - sum(map(len, self.base.file.blocks))
        for block in self.base.file.blocks:
            span = Span(offset, offset + len(block))
            offset = span.end
            if block.lstrip(" ").startswith(">") and node.body.start <= span.start < node.body.end:
                yield from self.edits.kept(span)
                yield self.glue("\n")

    def extend(self, row: Adaptation, node: Node, own: Node) -> None:
        assert row.verb is not None
        departure = self.edits.departure(row, row.verb.span, "")
        text = (self.edits.own(own.below, departure),)
        self.edits.insert(node.body.end, text, len(node.titles), headings=False)

    def reword(self, row: Adaptation, change: Reword, within: list[Span]) -> None:
        places = places_of(change.before, self.edits.base, within)
        if len(places) != 1:
            count = f"出现了{len(places)}次，不能确定改哪一处" if places else "没有这几个字"
            help_text = "多抄几个字，或把对象写成条款的编号" if places else "照抄依据里的字，不必带【】〖〗"
            message = (
                f"“{row.target}”里“{change.before[:40]}”{count}"
                if places
                else (f"“{row.target}”里{count}：“{change.before[:40]}”")
            )
            self.fault("ZS0621", message, change.span, help_text)
            return
        before = self.edits.base.slice(places[0])
        if inside_fact(places[0], self.edits.base):
            message = f"“{change.before[:40]}”在【】里，是数据项名称的一部分，不能改字"
            self.fault("ZS0621", message, change.span, "改写整节：改动写“替换”，并写上新的条文")
            return
        departure = self.edits.departure(row, change.span, before)
        self.put(row, places[0], (self.edits.own(change.after, departure),))

    def add(self, row: Adaptation) -> None:
        """新增: a heading of the variant goes behind all others of its parent."""
        assert row.verb is not None
        found = matching(row.target, self.own_nodes)
        if len(found) != 1:
            help_text = "在文件里写上这个标题和条文" if not found else "写明路径"
            what = "没有" if not found else f"有{len(found)}个"
            self.fault("ZS0620", f"要新增“{row.target}”，文件里{what}这个标题", row.at, help_text)
            return
        own = found[0]
        if own in self.announced:
            self.twice(row)
            return
        self.announced.add(own)
        if any(node.titles == own.titles for node in self.nodes):
            help_text = "改动写“替换”或“补充”"
            self.fault("ZS0621", f"依据里已经有“{row.target}”，不是新增", row.verb.span, help_text)
            return
        offset = self.place(row, own)
        if offset is None:
            return
        if row.mark is not None and own.heading.mark is not None:
            self.same_mark(own, row.mark.mark)
        departure = self.edits.departure(row, row.verb.span, "")
        text = tuple(self.marked(own, row.mark, departure))
        self.edits.insert(offset, text, len(own.titles) - 1, headings=True)

    def place(self, row: Adaptation, own: Node) -> int | None:
        """Where an added heading goes."""
        if len(own.titles) == 1:
            assert self.base.file is not None
            last = self.base.file.indicators[-1:] if own.heading.id else ()
            return last[0].span.end if last else self.edits.base_end
        above = [node for node in self.nodes if node.titles == own.titles[:-1]]
        if above:
            return above[0].span.end
        path = "/".join(own.titles[:-1])
        near = near_titles(path, self.nodes)
        help_text = f"是不是“{'”或“'.join(near)}”？" if near else "上级也是新增的，对象写最上面的那一级"
        self.fault("ZS0615", f"依据里没有上级标题“{path}”", row.at, help_text)
        return None

    def marked(self, own: Node, change: SetMark | None, departure: Departure) -> Iterator[Piece]:
        """An added heading, with the weight of its row where the heading itself has none."""
        heading = own.heading
        if change is None or heading.mark is not None:
            yield self.edits.own(own.span, departure)
            return
        end = heading.title_span.end
        yield self.edits.own(Span(own.span.start, end), departure)
        yield from (self.glue("（"), *self.mark_words(change.mark, departure), self.glue("）"))
        yield self.edits.own(Span(end, own.span.end), departure)

    # -- what no row speaks of

    def same_mark(self, own: Node, mark: ast.Mark | None) -> None:
        """A weight repeated in the variant's heading must be the one that holds."""
        repeated = own.heading.mark
        if repeated is None or (
            mark is not None and (mark.kind, mark.value) == (repeated.kind, repeated.value)
        ):
            return
        words = f"{'权重' if repeated.kind == 'weight' else ''}{repeated.text}"
        holds = f"，现在是{mark.text}" if mark is not None else ""
        message = f"标题上的“{words}”没有在“本地化”表中写明{holds}"
        example = f"权重{repeated.text}" if repeated.kind == "weight" else f"分值{repeated.text}分"
        self.fault(
            "ZS0619", message, repeated.span, f"在“本地化”表中加一行：| {own.path} | {example} | 理由 |"
        )

    def unannounced(self) -> Iterator[Diagnostic]:
        """Headings and rows of the variant that no row of 本地化 announces."""
        before = len(self.found)
        covered = {node.titles for node in self.announced}
        for own in self.own_nodes:
            if any(own.titles[: len(titles)] == titles for titles in covered):
                continue
            heading = own.heading
            same = next((node for node in self.nodes if node.titles == own.titles), None)
            if heading.tabular:
                continue
            if heading.paragraphs or not heading.children or heading.children[0].tabular:
                verb = "替换" if same is not None else "新增"
                message = f"“本地化”表没有写“{own.path}”这一节"
                help_text = f"在“本地化”表中加一行：| {own.path} | {verb} | 理由 |"
                self.fault("ZS0619", message, heading.title_span, help_text)
            elif same is not None:
                self.same_mark(own, self.marks.get(same, same.heading.mark))
        yield from self.found[before:]
        yield from self.rows.unannounced()
