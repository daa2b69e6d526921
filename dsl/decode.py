"""From bytes to a :class:`Source`: encodings, size and characters that have no business in a rule file."""

import codecs
import re
from itertools import islice
from pathlib import Path

from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.reading.read_text import mostly_utf8
from zhunsheng.runtime.source import Source, Span

#: A rule file of more bytes than this is refused; the 2017 standard has under 40,000.
MAX_BYTES = 1_000_000
#: A single line of more characters than this is refused before any pattern runs over it.
MAX_LINE = 200_000

#: At most so many control characters are told of.
MOST_CONTROLS = 20

#: Control characters and bidirectional controls.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read_source(path: Path, name: str | None = None) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Reads a rule file; what cannot be read is a diagnostic."""
    shown = name or str(path)
    empty = Source(shown, "")
    try:
        if path.is_dir():
            return None, (Diagnostic("ZS0101", f"“{shown}”是文件夹，不是规则文件", empty, Span(0, 0)),)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else "文件打不开"
        return None, (Diagnostic("ZS0101", f"{reason}：{shown}", empty, Span(0, 0), "核对文件名和权限"),)
    return decode(data, shown)


def decode(data: bytes, name: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Decodes UTF-8, with or without BOM, or GB18030, with a notice."""
    if len(data) > MAX_BYTES:
        message = f"文件超过{MAX_BYTES // 1_000_000}MB，不像规则文件"
        return None, (Diagnostic("ZS0113", message, Source(name, ""), Span(0, 0), "拆成几个文件"),)
    notices: tuple[Diagnostic, ...] = ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            if mostly_utf8(data):
                # A file that is cut inside a character may pass for GB18030, with other words.
                return None, (_undecodable(data, error.start, name),)
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            return None, (_undecodable(data, error.start, name),)
        notice = "文件是 GB18030 编码，已按其读取"
        source = Source(name, text)
        notices = (Diagnostic("ZS0102", notice, source, Span(0, 0), "另存为 UTF-8，以免别的程序读错"),)
    source = Source(name, text)
    return source, notices + _unwanted(source)


def _undecodable(data: bytes, broken: int, name: str) -> Diagnostic:
    """A file that is in no encoding that is read; `broken` is where it stops to be UTF-8."""
    message = "文件既不是 UTF-8 编码，也不是 GB18030 编码"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = "文件是 UTF-16 或 UTF-32 编码，规则文件要用 UTF-8"
    elif broken:
        line = data.count(b"\n", 0, broken) + 1
        message += f"；第{line}行起有不合 UTF-8 的字节，那里的字可能断开了"
    return Diagnostic("ZS0101", message, Source(name, ""), Span(0, 0), "用记事本或 WPS 另存为 UTF-8")


def _unwanted(source: Source) -> tuple[Diagnostic, ...]:
    """Control characters, bidirectional controls and lines beyond all measure."""
    for number, start in enumerate(source.line_starts):
        following = (
            source.line_starts[number + 1] if number + 1 < len(source.line_starts) else len(source.text)
        )
        if following - start > MAX_LINE:
            message = f"这一行有{following - start}个字，超过{MAX_LINE}"
            return (Diagnostic("ZS0113", message, source, Span(start, start + 20), "分成几段"),)
    found = []
    for match in islice(_INVISIBLE.finditer(source.text), MOST_CONTROLS):
        message = f"这里有看不见的控制字符 U+{ord(match[0]):04X}，读者看到的与计算的会不一样"
        found.append(Diagnostic("ZS0112", message, source, Span(*match.span()), "删去这个字符"))
    return tuple(found)
