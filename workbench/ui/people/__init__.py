"""The page Known people."""
