"""The desk's rules as pure functions: no network, no database, no screen."""
