"""Facts over all that are scored together: their numbers gathered, compared exactly, and told."""
