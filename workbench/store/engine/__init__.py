"""The database itself: connections, migrations, catalogue, staging."""
