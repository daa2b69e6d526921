"""准绳 zhunsheng: the published clause is the program.

>>> import zhunsheng
>>> standard = zhunsheng.load("miit-2017-103")
>>> result = standard.score({"渠道": 4, "服务对接": 12})
>>> result.possible_grades
('不合格', '合格', '优秀')
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from zhunsheng.library import FactsError as FactsError
    from zhunsheng.library import RulesError as RulesError
    from zhunsheng.library import Standard as Standard
    from zhunsheng.library import load as load

_PUBLIC = ("FactsError", "RulesError", "Standard", "load")


def __getattr__(name: str) -> Any:
    """Loads the compiler only when it is asked for, so that `zhunsheng --help` stays quick."""
    if name in _PUBLIC:
        from zhunsheng import library

        return getattr(library, name)
    raise AttributeError(f"module 'zhunsheng' has no attribute {name!r}")
