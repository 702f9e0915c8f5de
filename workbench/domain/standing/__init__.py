"""Where an account is, whose move it is, and by when."""
