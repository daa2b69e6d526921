"""The language: from the text of a rule file to a typed tree of what its clauses say.

``decode`` → ``document`` (Markdown blocks) → ``segments`` (brackets, sentences) → ``clause`` (grammar) →
``rulefile`` (the whole file). Nothing here knows what a clause scores; that is ``zhunsheng.compiler``.
"""
