"""Readings (解读): what a text leaves ambiguous, asked with a witness and answered by a row."""
