"""How large some tests are: small, unless the Makefile makes them larger, as `make check` does.

``KILL_ROUNDS`` is how often the tests that kill and break things repeat. ``EXAMPLES`` is the percentage of the examples
of property tests that are tried. ``FUNNEL_ACCOUNTS`` is how many accounts the funnel is counted of, and
``TRUTH_ACCOUNTS`` of how many everything else is compared with the sandbox's own state. ``WALK_ACCOUNTS`` is how many
accounts the desk has that a browser walks through.
"""

import os

WALK_ACCOUNTS = int(os.environ.get("WALK_ACCOUNTS", "400"))
FUNNEL_ACCOUNTS = int(os.environ.get("FUNNEL_ACCOUNTS", "1500"))
TRUTH_ACCOUNTS = int(os.environ.get("TRUTH_ACCOUNTS", "500"))
KILL_ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
FAULT_RUNS = max(20, 5 * KILL_ROUNDS)
"""Actions that meet a fault: with twenty each fault comes up at least once, a soak makes it five hundred."""


def examples(all_of_them: int) -> int:
    """Return how many examples a property test tries now, of so many in `make check`."""
    return max(1, all_of_them * int(os.environ.get("EXAMPLES", "25")) // 100)
