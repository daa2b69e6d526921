"""Starting a rule file: a draft from official text, or a local variant."""

import re
from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import RULES_WRONG, USAGE_WRONG, say, stop, tell, write
from zhunsheng.commands.outputs import guard, rule_files

_ID = re.compile(r"[A-Za-z0-9\u4e00-\u9fff](?:[\w.-]{0,62}[\w])?")
#: Paragraphs and tables of an official text; the longest in the library has some hundreds.
_MOST_ELEMENTS = 3_000
#: Names that Windows keeps for devices.
_DEVICES = re.compile(r"(?:con|nul|prn|aux|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@click.command(cls=ChineseCommand)
@click.argument("id", metavar="代号")
@click.option(
    "--from", "official", type=click.Path(path_type=Path), metavar="文件", help="官方文本：.txt、.md 或 .docx"
)
@click.option("--variant-of", "base", metavar="标准", help="为这个标准起草本地细则")
@click.option(
    "-o", "folder", type=click.Path(path_type=Path), default=Path(), metavar="文件夹", help="放在哪个文件夹下"
)
@click.option("--force", is_flag=True, help="已有的文件也覆盖")
def new(id: str, official: Path | None, base: str | None, folder: Path, force: bool) -> None:
    """起草：从官方文本，或为一个标准起草本地细则。写出“代号/standard.zhun.md”，并列出待定的事项。"""
    if not _ID.fullmatch(id) or ".." in id or _DEVICES.fullmatch(id):
        stop(f"代号“{id[:80]}”不行：用字母、数字、汉字、-、_ 和 .，如 shi-2026-1", USAGE_WRONG)
    if (official is None) == (base is None):
        stop("写 --from 官方文本，或 --variant-of 标准，二者选一", USAGE_WRONG)
    files = _from_official(official) if official is not None else _variant(base or "", folder / id)
    place = folder / id
    there = [place / name for name in files if (place / name).exists() or (place / name).is_symlink()]
    if there and not force:
        stop(f"已经有“{there[0]}”；要覆盖的，加 --force", USAGE_WRONG)
    guard([place / "standard.zhun.md"], _read_for(official, base, place))
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write(place / name, text)
        say(f"写好了 {place / name}")
    _tell_pending(place / "standard.zhun.md", files["standard.zhun.md"])


def _read_for(official: Path | None, base: str | None, place: Path) -> list[Path]:
    """The files that a draft is made from."""
    from zhunsheng.compiler.variants.bases import named

    if official is not None:
        return [official]
    return [path for rule in named(base or "", place / "standard.zhun.md") for path in rule_files(rule)]


def _from_official(path: Path) -> dict[str, str]:
    """The draft and the copy of the official text."""
    from zhunsheng.compiler.draft_notes import with_questions
    from zhunsheng.dsl.drafting.draft import draft
    from zhunsheng.dsl.drafting.official_text import as_text, read_elements

    notes: tuple[str, ...] = ()
    if path.suffix.lower() == ".docx":
        from zhunsheng.dsl.drafting.read_docx import MAX_BYTES, read_docx

        data = path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_BYTES else None
        if data is None:
            stop(f"没有“{path}”这个文件，或大过{MAX_BYTES // 1_000_000}MB", USAGE_WRONG)
        read = read_docx(data)
        if isinstance(read, str):
            stop(f"“{path}”读不了：{read}", USAGE_WRONG)
        elements, notes = read
        text = as_text(elements)
    elif path.suffix.lower() in (".txt", ".md"):
        from zhunsheng.dsl.decode import decode, read_source
        from zhunsheng.runtime.diagnostics import has_errors

        source, faults = read_source(path)
        if source is not None and "\f" in source.text:
            # What parts the pages of a printed text parts lines here; no other control character is text.
            source, faults = decode(source.text.replace("\f", "\n").encode(), str(path))
        if source is None or has_errors(faults):
            tell(tuple(d for d in faults if d.severity == "error"), "text", error=True)
            raise SystemExit(USAGE_WRONG)
        text = source.text
        elements = read_elements(text.removeprefix("\ufeff"))
    else:
        stop("官方文本要是 .txt、.md 或 .docx；别的格式用 Word 或 WPS 另存为 .docx", USAGE_WRONG)
    if len(elements) > _MOST_ELEMENTS:
        stop(
            f"“{path}”有{len(elements)}段，超过{_MOST_ELEMENTS}，不像一份标准；只留要起草的部分", USAGE_WRONG
        )
    return {"standard.zhun.md": with_questions(draft(elements, notes)), "source.txt": text}


def _variant(base: str, place: Path) -> dict[str, str]:
    """A variant with a row for each open term. The base is a name: a path may not stand in a rule file."""
    from zhunsheng.compiler.compile import compile_file
    from zhunsheng.compiler.resolve.tables import read_tables
    from zhunsheng.compiler.variants.bases import named
    from zhunsheng.compiler.variants.draft import draft_variant
    from zhunsheng.runtime.diagnostics import has_errors

    found = named(base, place / "standard.zhun.md")
    if len(found) != 1:
        known = "有几个" if found else "没有"
        stop(
            f"{known}叫“{base[:80]}”的标准：写标准库里的代号，或同一文件夹里的标准的代号（不写路径）",
            USAGE_WRONG,
        )
    result = compile_file(found[0])
    if result.program is None or result.parsed is None or has_errors(result.diagnostics):
        tell(tuple(d for d in result.diagnostics if d.severity == "error"), "text", error=True)
        raise SystemExit(RULES_WRONG)
    listed = frozenset(row.name for row in read_tables(result.parsed).dictionary)
    return {"standard.zhun.md": draft_variant(result.program, base, listed)}


def _tell_pending(path: Path, text: str) -> None:
    from zhunsheng.compiler.draft_notes import pending

    found = pending(text)
    if not found:
        say("没有待定的事项。")
        return
    say(f"\n待定{len(found)}项，文件里都标着“> 待定：”，定好一项删去一行：")
    for number, words in found:
        say(f"  {path}:{number}  {words}")
