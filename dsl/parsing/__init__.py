"""Parsing by tables: the trees of the two Lark grammars, without Lark, which only builds the tables."""
