"""Who did what, and whether that can still be believed."""
