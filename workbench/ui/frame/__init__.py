"""What stands around every page: navigation, notices, failures."""
