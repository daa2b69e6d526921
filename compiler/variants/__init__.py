"""Local variants (本地化): merging a variant with its base, and telling two standards apart."""
