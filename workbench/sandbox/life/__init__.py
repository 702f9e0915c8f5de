"""What happens to accounts as time passes."""
