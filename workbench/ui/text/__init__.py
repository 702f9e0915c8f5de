"""Codes, moments and numbers in words."""
