"""Drafts of rule files from official text."""
