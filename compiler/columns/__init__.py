"""The columnar plan: the IR as whole-number columns, which polars and SQL work out for many applicants at once."""
