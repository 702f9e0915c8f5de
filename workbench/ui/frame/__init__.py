"""What surrounds every page: navigation, notices, failures."""
