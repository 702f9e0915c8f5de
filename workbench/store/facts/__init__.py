"""What is landed: readings, events, KYB starts, the registry."""
