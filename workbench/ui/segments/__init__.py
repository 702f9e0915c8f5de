"""Segments on pages: chosen as a filter, saved from the people behind a number, and kept up to date."""
