"""What follows from facts: journeys, links, the current state of accounts."""
