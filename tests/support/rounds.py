"""How often the tests that kill and break things repeat: ``KILL_ROUNDS``, 3 unless the Makefile sets more."""

import os

KILL_ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
FAULT_RUNS = max(50, 5 * KILL_ROUNDS)
"""Actions that meet a fault: with fifty each fault comes up at least once, a soak makes it five hundred."""
