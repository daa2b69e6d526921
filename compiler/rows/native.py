"""A row module as machine code, by mypyc, beside its text; Python then imports that in the text's stead."""

import os
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from attrs import frozen

#: Seconds after which a compiler that hangs is given up.
PATIENCE = 600


@frozen
class NotBuilt:
    """Why there is no machine code, in Chinese."""

    reason: str


def wanting() -> NotBuilt | None:
    """What this machine lacks for making machine code."""
    if find_spec("mypyc") is None:
        return NotBuilt("没有安装 mypyc：pip install 'zhunsheng[native]'")
    if not Path(sysconfig.get_paths()["include"], "Python.h").is_file():
        return NotBuilt("没有 Python 的头文件 Python.h（系统包 python3-dev 或 python3-devel）")
    compiler = (sysconfig.get_config_var("CC") or "").split()
    if compiler and which(compiler[0]) is None and which("cc") is None:
        return NotBuilt(f"没有 C 编译器（{compiler[0]}）")
    return None


def compiled_name(stem: str) -> str:
    """The file name of a module as machine code for this Python."""
    return f"{stem}{sysconfig.get_config_var('EXT_SUFFIX')}"


def native(text: str, stem: str) -> bytes | NotBuilt:
    """The machine code of a module with this text, for this Python and this kind of machine."""
    lacking = wanting()
    if lacking is not None:
        return lacking
    with TemporaryDirectory(prefix="zhunsheng-") as folder:
        Path(folder, f"{stem}.py").write_text(text, encoding="utf-8")
        try:
            run = subprocess.run(
                # An empty name keeps the settings of whoever calls out of it.
                [sys.executable, "-m", "mypyc", "--config-file=", f"{stem}.py"],
                cwd=folder,
                env=_environment(),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return NotBuilt(f"C 编译器{PATIENCE}秒还没有编译完")
        made = Path(folder, compiled_name(stem))
        if run.returncode or not made.is_file():
            lines = f"{run.stdout}\n{run.stderr}".strip().splitlines()
            return NotBuilt("C 编译没有成功：" + "；".join(lines[-3:]))
        return made.read_bytes()


def _environment() -> dict[str, str]:
    """Ours, with the way to this package for mypy, which asks it only for what is not installed in site-packages."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    package = find_spec("zhunsheng")
    assert package is not None and package.origin is not None
    root = Path(package.origin).parents[1]
    if root.name not in ("site-packages", "dist-packages"):
        environment["MYPYPATH"] = str(root)
    return environment
