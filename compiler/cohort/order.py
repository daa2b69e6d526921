"""Exact numbers in columns that sort: a fraction as a whole number of 128 bits.

Two different fractions with denominators up to D differ by 1/D² at least. So ⌊x × 2⁸⁰⌋ of fractions whose denominators
are at most 2⁴⁰ is a key: it is the same for equal ones only, and rises as they do. Nothing is rounded away.
"""

from fractions import Fraction

import polars as pl

#: Denominators and sizes of the numbers that have a key.
MOST_BELOW, MOST_SIZE = 2**40, 2**46
_STEP = 40
_LONG = pl.Int128
#: A key beyond those of all numbers.
BEYOND = 2**126
#: Numerators that stand in a column.
_MOST_ABOVE = 2**63 - 1


def has_key(value: Fraction) -> bool:
    """Whether a number can be compared with others in columns."""
    return value.denominator <= MOST_BELOW and abs(value) < MOST_SIZE and abs(value.numerator) <= _MOST_ABOVE


def key_of(value: Fraction) -> int:
    """The key of a number."""
    return (value.numerator << 2 * _STEP) // value.denominator


def have_keys(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Which of some fractions have a key."""
    a, b = above.cast(_LONG), below.cast(_LONG)
    most, least = (pl.lit(end, dtype=_LONG) * b for end in (MOST_SIZE, -MOST_SIZE))
    return (below <= MOST_BELOW) & (a < most) & (a > least)


def keys(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """The keys of fractions that have one, by long division in two steps, so that 128 bits are never left."""
    a, b, step = above.cast(_LONG), below.cast(_LONG), pl.lit(2**_STEP, dtype=_LONG)
    whole = a // b
    rest = (a - whole * b) * step
    first = rest // b
    second = ((rest - first * b) * step) // b
    return (whole * step + first) * step + second
