"""Rows (逐行评分): the plan of a standard as a Python module over rows of whole numbers, and that module as machine code."""
