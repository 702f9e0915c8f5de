"""A copy of the database without what is personal, for analysts: made, opened and asked."""
