"""准绳 zhunsheng: the published clause is the program."""

__version__ = "0.1.0"
