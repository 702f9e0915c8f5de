"""Checking uploaded files by content. Modules use relative imports because ``worker`` runs on its own."""
