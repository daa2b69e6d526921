"""The compiler: from the tree of a rule file to a scoring function and its explanations.

``resolve`` → ``types`` → ``readings`` → ``lower`` (the IR) → ``checks`` → ``emit`` (Python) → ``engine``.
"""
