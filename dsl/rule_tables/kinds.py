"""Which kind of rule table stands in a section, and what it stands for."""

from collections.abc import Iterable

from zhunsheng.dsl import ast
from zhunsheng.dsl.rule_tables.grade_tables import facts_of, is_grade_table, read_grade_table
from zhunsheng.dsl.rule_tables.level_tables import read_level_table
from zhunsheng.dsl.rule_tables.rule_tables import ReadTable, read_rule_table
from zhunsheng.dsl.rule_tables.tier_tables import read_tier_table
from zhunsheng.runtime.source import Source


def read_of_section(
    table: ast.Table, section: str, title: str, level: int, above: Iterable[ast.Segment], source: Source
) -> ReadTable:
    """Reads a table under a heading with a title and a level, behind the sentences that stand `above` it there."""
    if section == "评定等级":
        return read_tier_table(table, source)
    if section == "分级评价":
        return read_level_table(table, source)
    if is_grade_table(table):
        taken = frozenset(name for segment in above for name in facts_of(segment))
        return read_grade_table(table, title, taken, source)
    return read_rule_table(table, level + 1, source)
