"""Pictures, and what must not be left inside them."""
