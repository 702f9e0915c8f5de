"""The command line, and the embedded sandbox that it shares with the server."""
