"""Worked cases (案例): running them, and what they cover."""
