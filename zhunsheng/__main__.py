"""``python -m zhunsheng``."""

from zhunsheng.cli import main

main()
