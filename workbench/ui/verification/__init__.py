"""Links that expire and customers who have none left."""
