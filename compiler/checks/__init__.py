"""Checks over a whole file: official words, limits, presence, what looks suspicious."""
