"""Finding a customer."""
