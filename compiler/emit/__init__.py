"""The Python back end: from the IR to a generated module."""
