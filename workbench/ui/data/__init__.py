"""Is the data complete and fresh: sync, import, receiver."""
