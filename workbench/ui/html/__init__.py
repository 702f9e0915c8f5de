"""HTML of our own."""
