"""Bakkt's API: the client, its models and errors, and the part of an answer that the store keeps."""
