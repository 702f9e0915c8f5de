"""What the desk did: the action log and its receipts."""
