"""Bytes of a text file -> text: UTF-8 with or without BOM, UTF-16 with BOM, GB18030 with a notice."""

import codecs

from zhunsheng.runtime.reading.quantities import Fault

_HELP = "另存为 UTF-8 编码后再试"
#: So many sound characters to one broken byte show a damaged UTF-8 file rather than one in GB18030.
_DAMAGED = 8
#: What text in UTF-32 begins with; the first looks like UTF-16 too.
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
#: Longest text of a fact file: one subject's answers are some kilobytes.
MAX_CHARACTERS = 500_000


def read_text(data: bytes) -> tuple[str, tuple[str, ...]] | Fault:
    """The text of a file without its BOM, and notices about its encoding."""
    decoded = _decode(data)
    if not isinstance(decoded, Fault) and len(decoded[0]) > MAX_CHARACTERS:
        return Fault("ZS0903", "填报文件太大（超过50万字）", "一个文件只填一个评价对象，去掉无关的内容")
    return decoded


def _decode(data: bytes) -> tuple[str, tuple[str, ...]] | Fault:
    if data.startswith(UTF_32):
        return Fault("ZS0904", "填报文件是 UTF-32 编码，读不了", _HELP)
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), ()
            except UnicodeDecodeError:
                return Fault("ZS0904", "填报文件不是完整的 UTF-16 文本", _HELP)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        broken = error.start
    line = data.count(b"\n", 0, broken) + 1
    if data.startswith(codecs.BOM_UTF8) or mostly_utf8(data):
        return Fault("ZS0904", f"填报文件第{line}行有不合 UTF-8 编码的字节", _HELP)
    try:
        return data.decode("gb18030"), ("填报文件是 GB18030 编码，已按其读取",)
    except UnicodeDecodeError:
        return Fault("ZS0904", f"填报文件的编码无法识别（第{line}行）", _HELP)


def mostly_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8 but for a few bytes, rather than in another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(char >= "\u0800" for char in text) - broken
    return sound > broken * _DAMAGED
