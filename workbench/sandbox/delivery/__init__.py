"""Sending signed events to the desk."""
