"""Lowering: from resolved clauses to the IR."""
