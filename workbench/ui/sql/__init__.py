"""The tab SQL of Explore."""
