"""Verification links and their budget."""
