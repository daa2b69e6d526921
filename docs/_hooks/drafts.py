"""What drafts reach, as the benchmark prints it."""

import os
import subprocess
import sys

from .screens import ROOT
from .text import fence


def figures() -> str:
    """The output of `python benchmarks/draft.py`."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "draft.py"],
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=300,
    )
    return fence(done.stdout, "text")
