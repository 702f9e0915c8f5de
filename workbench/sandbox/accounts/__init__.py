"""The sandbox's accounts: people, payloads, documents."""
