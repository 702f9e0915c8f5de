"""Inventing accounts and what becomes of them."""
