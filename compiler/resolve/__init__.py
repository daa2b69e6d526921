"""Resolving (消解): what each clause is about, and the tables of the file that say more about it."""
