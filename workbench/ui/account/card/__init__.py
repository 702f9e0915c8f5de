"""The answer card: what the account waits for, whose move it is, and the next step as a button."""
