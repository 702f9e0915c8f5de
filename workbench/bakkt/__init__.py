"""Everything that knows Bakkt's wire: the client, its models, its errors, and what the store keeps of an answer."""
