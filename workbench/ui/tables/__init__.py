"""Tables and lists, their columns, pages, ticks and files."""
