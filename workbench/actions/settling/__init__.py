"""Settling actions whose answer was lost, by reading back."""
