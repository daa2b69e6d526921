"""The library: one folder a standard, named by its id, with ``standard.zhun.md`` and ``source.txt``."""
