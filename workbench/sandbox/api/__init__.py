"""Bakkt's API, and the sandbox's own."""
