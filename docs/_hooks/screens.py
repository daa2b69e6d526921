"""Command lines in pages that are run as the site is built, so that what a page shows is what the tool says.

The blocks of a page share one folder that starts with a copy of ``standards/``:

* ```` ```file NAME ```` writes a file, and shows it;
* ```` ```add NAME ```` adds to its end;
* ```` ```edit NAME ```` changes it: each ``- old`` line gives way to the ``+ new`` lines below it;
* ```` ```show NAME ```` shows it as it stands, after a command that changes files;
* ```` ```screen exit=1 from="3.3 " to="3.4 " head=20 ```` runs a line that begins with ``$ ``, each in turn,
  and shows the last one's output or a part of it; ``wide=1`` keeps its long lines. ``exit`` is the code that the last one must end with.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from zhunsheng.runtime.rendering.text_width import char_width

from .text import fence, html

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(file|add|edit|show|screen)\b[ ]*(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_OPTION = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')
#: Lines of so many characters may need to be broken.
LONG = 44
_MEANING = {0: "完成", 1: "规则文件有错误", 2: "命令用得不对", 3: "填报有错误", 4: "缺数据，等级未定"}


@frozen
class Screen:
    """What a command line printed, and how it ended."""

    command: str
    output: str
    code: int


def run(command: str, folder: Path) -> Screen:
    """Runs a line of the pages: the tool itself, or a Python script."""
    words = shlex.split(command)
    program = {"zhunsheng": [sys.executable, "-m", "zhunsheng"], "python": [sys.executable]}[words[0]]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        [*program, *words[1:]],
        check=False,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
    )
    return Screen(command, done.stdout, done.returncode)


def rendered(markdown: str) -> tuple[str, list[str]]:
    """The page with its blocks run and shown, and what did not go as the page says."""
    if not _BLOCK.search(markdown):
        return markdown, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "standards", folder / "standards", ignore=shutil.ignore_patterns("__*"))
        blocks = _Blocks(folder)
        return _BLOCK.sub(blocks.show, markdown), blocks.problems


class _Blocks:
    """The blocks of one page, in turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        #: What commands printed since a file last changed; a page often shows one in parts.
        self.known: dict[str, Screen] = {}

    def show(self, match: re.Match[str]) -> str:
        kind, info, body = match[1], match[2].strip(), match[3]
        try:
            if kind == "screen":
                return self.screen(info, body)
            self.known.clear()
            return {"file": self.file, "add": self.add, "edit": self.edit, "show": self.now}[kind](info, body)
        except (ValueError, KeyError, OSError) as error:
            self.problems.append(f"{kind} {info}: {error}")
            return match[0]

    def file(self, name: str, body: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
        return fence(body, f'{{.text title="{name}"}}')

    def add(self, name: str, body: str) -> str:
        with (self.folder / name).open("a", encoding="utf-8") as stream:
            stream.write("\n" + body)
        return fence(body, f'{{.text title="加在 {name} 的末尾"}}')

    def edit(self, name: str, body: str) -> str:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in _changes(body):
            if text.count(old) != 1:
                raise ValueError(f"“{old}”出现{text.count(old)}次")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        return fence(body, f'{{.diff title="修改 {name}"}}')

    def now(self, name: str, _body: str) -> str:
        return fence((self.folder / name).read_text(encoding="utf-8"), f'{{.text title="{name}"}}')

    def screen(self, info: str, body: str) -> str:
        options = {key: quoted or plain for key, quoted, plain in _OPTION.findall(info)}
        lines = body.strip().splitlines()
        if any(not line.startswith("$ ") for line in lines):
            raise ValueError("每行应以“$ ”开头")
        commands = [line[2:] for line in lines]
        done = [self.run(command) for command in commands]
        expected = [0] * (len(done) - 1) + [int(options.get("exit", "0"))]
        for screen, code in zip(done, expected, strict=True):
            if screen.code != code:
                raise ValueError(f"“{screen.command}”以{screen.code}结束，应为{code}：{screen.output[:400]}")
        shown = excerpt(done[-1].output, options)
        return screen_html(commands, shown, done[-1].code, wide="wide" in options)

    def run(self, command: str) -> Screen:
        if command not in self.known:
            screen = run(command, self.folder)
            if {"-o", "--write", "fmt", "new"} & set(command.split()):
                self.known.clear()
                return screen
            self.known[command] = screen
        return self.known[command]


def _changes(body: str) -> Iterator[tuple[str, str]]:
    """The lines to find, each with what takes its place."""
    old: str | None = None
    new: list[str] = []
    for line in [*body.splitlines(), "- "]:
        if line.startswith("- "):
            if old is not None:
                yield old, "\n".join(new)
            old, new = line[2:], []
        elif line.startswith("+"):
            new.append(line[2:])
        else:
            raise ValueError(f"不认识的一行：{line}")


def excerpt(output: str, options: dict[str, str]) -> str:
    """The lines from one that begins with `from` to before one that begins with `to`, or the first `head`."""
    lines = output.rstrip("\n").splitlines()
    begin, end = 0, len(lines)
    if "from" in options:
        begin = _line(lines, options["from"], 0)
    if "to" in options:
        end = _line(lines, options["to"], begin + 1)
    if "head" in options:
        end = min(end, begin + int(options["head"]))
    shown = lines[begin:end]
    while shown and not shown[-1].strip():
        shown.pop()
    if begin > 0:
        shown.insert(0, "……")
    if end < len(lines):
        shown.append("……")
    return "\n".join(shown)


def _line(lines: list[str], words: str, start: int) -> int:
    """The first line, from `start` on, that begins with some words."""
    for number in range(start, len(lines)):
        if lines[number].strip().startswith(words.strip()):
            return number
    raise ValueError(f"没有以“{words}”开头的一行：{' / '.join(lines)[:2000]}")


def screen_html(commands: list[str], output: str, code: int | None, *, wide: bool = False) -> str:
    """A terminal screen as HTML; long lines are broken unless it is `wide`."""
    prompt = "\n".join(f'<span class="zs-prompt">$ {html(command)}</span>' for command in commands)
    meaning = _MEANING.get(code or 0, "")
    if code == 1 and commands[-1].startswith("zhunsheng test"):
        meaning = "有案例没有通过"
    ending = "" if code is None else f'<div class="zs-exit">退出码 {code}：{meaning}</div>'
    body = output_html(output)
    if prompt and body:
        prompt += "\n"
    return f'<div class="zs-screen{" zs-wide" if wide else ""}"><pre>{prompt}{body}</pre>{ending}</div>'


_CARETS = re.compile(r"^( *)\| ( *)(\^+)(.*)$")
_HEAD = re.compile(r"^(错误|警告|建议)( ZS\d{4})?：")
_CLASSES = {"错误": "zs-error", "警告": "zs-warning", "建议": "zs-advice"}


def output_html(output: str) -> str:
    """Output as HTML: colours as in a terminal; words above carets are underlined instead, since few
    browsers have a font in which carets line up under Chinese characters."""
    shown: list[str] = []
    lines = output.rstrip("\n").splitlines()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if _CARETS.match(line):
            continue
        carets = _CARETS.match(following)
        if carets and "| " in line:
            shown.append(_underlined(line, carets))
        elif head := _HEAD.match(line):
            rest = html(line[head.end() :])
            shown.append(f'<b class="{_CLASSES[head[1]]}">{html(head[0])}</b><b>{rest}</b>')
        elif line.strip().startswith(("位置：", "另见：", "改法：")):
            indent, rest = re.match(r"( *.{3})(.*)", line).groups()  # type: ignore[union-attr]
            shown.append(f'<span class="zs-label">{html(indent)}</span>{html(rest)}')
        else:
            shown.append(_line_html(line))
    return "\n".join(shown)


def _line_html(line: str) -> str:
    """A line; a long one hangs from its indentation where the browser breaks it."""
    words = line.lstrip(" ")
    if len(line) < LONG or not words:
        return html(line)
    return f'<span class="zs-line" style="--i:{len(line) - len(words)}">{html(words)}</span>'


def _underlined(line: str, carets: re.Match[str]) -> str:
    gutter, words = line.split("| ", 1)
    begin, end = len(carets[2]), len(carets[2]) + len(carets[3])
    column = 0
    parts = ["", "", ""]
    for char in words:
        parts[0 if column < begin else 1 if column < end else 2] += char
        column += char_width(char)
    note = f'  <span class="zs-label">←{html(carets[4])}</span>' if carets[4].strip() else ""
    return (
        f'<span class="zs-label">{html(gutter)}|</span> {html(parts[0])}'
        f'<span class="zs-at">{html(parts[1])}</span>{html(parts[2])}{note}'
    )
