"""An account's details: updating them and filling in missing data."""
