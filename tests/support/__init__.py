"""What more than one module of tests builds with: invented accounts, desks, a Bakkt to talk to."""
