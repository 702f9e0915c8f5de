"""What needs someone: late accounts, KYB ready, documents ending, missing data."""
