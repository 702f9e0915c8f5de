"""Tables, their columns, filters and row clicks."""
