"""An account's documents: on file, opened, uploaded."""
