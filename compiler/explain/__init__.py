"""The trace: from a scoring to a result whose arithmetic can be done again by hand."""
