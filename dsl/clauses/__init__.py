"""Clauses: from one sentence through the grammar to its tree."""
