"""The page SQL."""
