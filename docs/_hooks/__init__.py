"""What docs/hooks.py makes pages from."""
