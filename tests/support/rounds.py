"""How large some tests are, as the Makefile sets it.

``KILL_ROUNDS`` is how often the tests that kill and break things repeat, 3 by default. ``WALK_ACCOUNTS`` is how many
accounts the desk has that a browser walks through, 400 by default. ``TRUTH_ACCOUNTS`` is how many are compared with the
sandbox's own state, 500 by default.
"""

import os

WALK_ACCOUNTS = int(os.environ.get("WALK_ACCOUNTS", "400"))
TRUTH_ACCOUNTS = int(os.environ.get("TRUTH_ACCOUNTS", "500"))
KILL_ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
FAULT_RUNS = max(50, 5 * KILL_ROUNDS)
"""Actions that meet a fault: with fifty each fault comes up at least once, a soak makes it five hundred."""
