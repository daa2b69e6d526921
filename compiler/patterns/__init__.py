"""Patterns that are resolved and lowered in one place: branches, best of, positional lines, lists."""
