"""Unpacking an office file from a stranger: sizes are bounded before and while unpacking, DTDs refused."""

import io
import re
import zipfile
import zlib

from zhunsheng.runtime.reading.quantities import Fault

MAX_PARTS = 1000
MAX_UNPACKED = 50_000_000
#: Office XML packs to about a tenth; only a part made to explode goes beyond this.
MAX_RATIO = 300
_SMALL = 100_000

_BOMB = Fault("ZS0917", "工作簿解压后异常庞大，不予读取", "去掉图片和空行，把填报表复制到新工作簿再保存")
_DTD = Fault("ZS0917", "工作簿里有 XML 实体声明，不予读取", "把填报表复制到新工作簿再保存")
_NO_ZIP = Fault("ZS0915", "不是 xlsx 工作簿", "用 Excel 或 WPS 打开，另存为 .xlsx 后再试")
_DAMAGED = Fault("ZS0915", "xlsx 工作簿已损坏", "用 Excel 或 WPS 打开，修复后另存为 .xlsx")
_ENCRYPTED = Fault("ZS0927", "工作簿加了密，或是旧版 .xls 格式", "去掉密码，另存为 .xlsx 后再试")

#: Compound files: .xls, and .xlsx with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def repack(data: bytes) -> bytes | Fault:
    """The same archive without compression, each part unpacked within bounds and free of DTDs."""
    if data.startswith(_COMPOUND):
        return _ENCRYPTED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _repack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError):
        # RuntimeError and NotImplementedError, its subclass, are zipfile's for unknown encryption and packing.
        return _DAMAGED if data.startswith(b"PK") else _NO_ZIP


def _repack(archive: zipfile.ZipFile) -> bytes | Fault:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return _BOMB
    if any(part.flag_bits & 1 for part in parts):
        return _ENCRYPTED
    left = MAX_UNPACKED
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as output:
        for part in parts:
            with archive.open(part) as stream:
                content = stream.read(left + 1)
            left -= len(content)
            if left < 0 or len(content) > max(_SMALL, part.compress_size * MAX_RATIO):
                return _BOMB
            if _has_dtd(content):
                return _DTD
            output.writestr(zipfile.ZipInfo(part.filename), content)
    return packed.getvalue()


def _has_dtd(content: bytes) -> bool:
    """Whether a part declares a document type, in UTF-8 or in UTF-16. No part of a workbook needs one."""
    return re.search(rb"<!(?:DOCTYPE|ENTITY)", content.replace(b"\0", b"")) is not None
