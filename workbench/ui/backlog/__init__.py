"""What needs attention: late accounts, businesses ready for KYB, expiring documents, missing data."""
