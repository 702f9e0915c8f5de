"""The desk that is open, its data version, and cached queries."""
