"""Batch: many subjects, a row each, from tables to a table of results."""
