"""Bars and colours."""
