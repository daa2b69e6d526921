"""Rule tables: tables whose rows are indicators and whose cells are clauses."""
