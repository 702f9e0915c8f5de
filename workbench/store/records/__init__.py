"""What the desk keeps about itself: actions, drafts, runs, targets."""
