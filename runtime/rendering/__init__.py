"""Showing results and diagnostics: terminal, Markdown, HTML, JSON."""
