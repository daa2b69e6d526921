"""The pages of the library's standards, from their rule files: every character in its kind's colour."""

from collections.abc import Iterator
from pathlib import Path

from zhunsheng.compiler.compile import Compiled, compile_file
from zhunsheng.compiler.variants.merged import MergedSource
from zhunsheng.dsl import ast
from zhunsheng.dsl.formatting.marks import NAMES, counts, paragraphs
from zhunsheng.library import Standard, library
from zhunsheng.runtime.reading.values import range_text
from zhunsheng.runtime.rendering.render_html import render_html

from .cases import CLASSES, marked
from .patterns import LEGEND
from .text import html, md, table

NOTE = (
    "“待定”是官方文本没有定的权重、分值、细则，可以检查、生成填报表，不能评分；怎样填补，见[本地化](../variants.md)。"
    "还有几份文件的摘录里没有可以执行的条款，见[没有可执行条款的文件](../without-rules.md)。\n"
)
#: Sections shown behind the indicators, in this order.
SECTIONS = ("基本条件", "加分项", "减分项", "评定等级", "分级评价", "一票否决")


def example_of(path: Path) -> Path | None:
    """The filled-in facts that a standard's result page shows: its complete institution, else its first file."""
    found = sorted((path.parent / "examples").glob("*.yaml"))
    return next((file for file in found if file.stem == "institution"), found[0] if found else None)


def pages() -> tuple[dict[str, str], list[str]]:
    """An index, and for each standard its text and an example of its result."""
    rows = []
    made: dict[str, str] = {}
    missing = []
    for id, path in library().items():
        compiled = compile_file(path)
        if compiled.program is None or compiled.parsed is None:
            missing.append(f"标准 {id} 没有通过检查")
            continue
        meta = compiled.program.meta
        open_terms = compiled.program.open_terms
        example = None if open_terms else example_of(path)
        left = f"{len(open_terms)}项待定" if open_terms else "可以评分"
        rows.append((f"[{md(meta.title)}]({id}.md)", f"`{id}`", md(meta.number), md(meta.state), left))
        made[f"standards/{id}.md"] = page(compiled, id, result=example is not None)
        if example is not None:
            made[f"standards/{id}-result.md"] = _result_page(id, meta.title, example.name)
            made[f"standards/{id}-example.html"] = result_html(compiled, path, example)
    index = [
        "# 标准库\n",
        "库里的标准可以直接用：`zhunsheng score 标准的代号 填报文件`。各页的条文照官方文本，一个字不改，只加了括号。\n",
        table(("标准", "代号", "文号", "时效性", "状态"), rows),
        NOTE,
    ]
    return {"standards/index.md": "\n".join(index) + "\n", **made}, missing


def result_html(compiled: Compiled, path: Path, example: Path) -> str:
    """The example's result, as the tool writes it."""
    assert compiled.program is not None
    return render_html(Standard(compiled.program, path).score(example))


def _result_page(id: str, title: str, example: str) -> str:
    return (
        f"---\nhide:\n  - toc\n---\n\n# 评分说明示例\n\n机构和数据都是虚构的。这是《{md(title)}》的一份评分说明，"
        f"由 `zhunsheng score {id} standards/{id}/examples/{example} --format html -o 评分说明.html` 写出。"
        f"怎样读、怎样复算，见[怎样读评分说明](../reading-results.md)。\n\n"
        f"[单独打开这一页]({id}-example.html){{ .md-button }}\n\n"
        f'<iframe class="zs-result" src="{id}-example.html" title="评分说明示例"></iframe>\n'
    )


def page(compiled: Compiled, id: str, *, result: bool) -> str:
    """A standard as a page."""
    parsed, program = compiled.parsed, compiled.program
    assert parsed is not None and parsed.file is not None and program is not None
    file = parsed.file
    parts = [f"# {md(file.title)}", table(("项目", "内容"), [(md(e.key), md(e.value)) for e in file.head])]
    parts += _departures(compiled)
    if result:
        parts.append(f"[一份评分说明示例]({id}-result.md){{ .md-button }}")
    parts.append(_legend(compiled))
    for heading in file.indicators:
        parts += _heading(compiled, heading, 2)
    for name in SECTIONS:
        if name in file.sections:
            parts += _heading(compiled, file.sections[name], 2)
    if program.open_terms:
        parts += ["## 待定", "官方文本没有定、要由本地化的细则填补的内容："]
        parts.append("\n".join(f"- {md(term)}" for term in program.open_terms))
    if "解读" in file.sections:
        parts += ["## 解读", "条文有两种读法的地方，按下表采用的读法计算。"]
        parts += [_table(t) for t in file.sections["解读"].tables]
    if file.definitions:
        parts += ["## 计算", "\n".join(f"- {md(d.text)}" for d in file.definitions)]
    parts += ["## 数据项", *_facts(compiled)]
    if "术语解释" in file.sections:
        parts += ["## 术语解释", *(_quote(q) for q in file.sections["术语解释"].quotes)]
    return "\n\n".join(parts) + "\n"


def _departures(compiled: Compiled) -> Iterator[str]:
    """What a local variant adapts, and where it departs from it."""
    assert compiled.program is not None
    meta, source = compiled.program.meta, compiled.source
    if not isinstance(source, MergedSource):
        return
    yield f"依据[《{md(meta.base_title)}》]({meta.base}.md)，下面是合成的全文。与依据不同的地方："
    found = dict.fromkeys(d for piece in source.pieces if (d := piece.departure) is not None and d.reason)
    rows = [(md(d.target), md(d.change), md(d.reason)) for d in found]
    yield table(("对象", "改动", "理由"), rows)


def _legend(compiled: Compiled) -> str:
    assert compiled.parsed is not None
    total: dict[ast.MarkKind, int] = dict.fromkeys(NAMES, 0)
    for _, paragraph in paragraphs(compiled.parsed):
        for kind, number in counts(paragraph).items():
            total[kind] += number
    names: dict[ast.MarkKind, str] = {
        "operative": "参与计算的",
        "fact": "数据项",
        "description": "只是说明的",
    }
    shares = "，".join(f"{name}{total[kind]}字" for kind, name in names.items())
    return (
        f"{LEGEND}\n\n细则的每个字都属于其中一种，没有例外；连括号和标点，{shares}。"
        "括号是本项目加的，其余是官方文本原有的字；｜后面是数据项的名称。"
    )


def _heading(compiled: Compiled, heading: ast.Heading, level: int) -> Iterator[str]:
    """A heading with what stands under it."""
    mark = ""
    if heading.mark is not None:
        name = "权重" if heading.mark.kind == "weight" else "满分"
        mark = f"（{name}{heading.mark.text}）"
    anchor = f" {{ #i{heading.id.replace('.', '-')} }}" if heading.id else ""
    yield f"{'#' * level} {md(f'{heading.id} {heading.title}{mark}'.strip())}{anchor}"
    yield from (_quote(quote) for quote in heading.quotes)
    yield from (_rule(compiled, paragraph) for paragraph in heading.paragraphs)
    yield from map(_table, heading.tables)
    for child in heading.children:
        yield from _heading(compiled, child, level + 1)


def _rule(compiled: Compiled, paragraph: ast.Paragraph) -> str:
    source, start = compiled.source, paragraph.span.start
    runs = [(m.span.start - start, m.span.end - start, CLASSES[m.kind]) for m in paragraph.marks]
    return f'<p class="zs-rule">{marked(source.slice(paragraph.span), runs)}</p>'


def _quote(text: str) -> str:
    return "\n".join(f"> {md(line)}<br>" for line in text.splitlines() if line).removesuffix("<br>")


def _table(rows: ast.Table) -> str:
    return table(
        tuple(md(cell.text) for cell in rows.head),
        [tuple(md(cell.text) for cell in row) for row in rows.rows],
    )


def _facts(compiled: Compiled) -> Iterator[str]:
    """The data dictionary: a row a fact, with the clauses that use it."""
    assert compiled.program is not None
    yield "填报表就按这张表生成：`zhunsheng form`。“用在”是条款的编号。"
    head = "".join(f"<th>{name}</th>" for name in ("数据项", "类型", "要回答的问题", "佐证材料", "用在"))
    rows = []
    for spec in compiled.program.facts:
        kind = spec.type.value + (f"（{spec.unit}）" if spec.unit not in ("", "%") else "")
        bounds = range_text(spec) if spec.low is not None or spec.high is not None else ""
        about = "，".join(part for part in (bounds, "可填不适用" if spec.allows_na else "") if part)
        uses = "、".join(use.id for use in spec.uses)
        note = f"<br><small>{html(spec.note)}</small>" if spec.note else ""
        cells = (
            f'<span class="zs-fact">{html(spec.name)}</span>',
            html(kind) + (f"<br><small>{html(about)}</small>" if about else ""),
            html(spec.question) + note,
            html(spec.evidence),
            html(uses),
        )
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    yield (
        f'<div class="zs-facts"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )
