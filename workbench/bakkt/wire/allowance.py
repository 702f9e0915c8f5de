"""The time that several reads share."""

from workbench.bakkt.errors import BakktTimedOut


class TimeAllowance:
    """Seconds that the reads of one account share, so that a slow Bakkt cannot hold a run up at each of them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.seconds_left = seconds

    def spend(self, seconds: float) -> None:
        self.seconds_left -= seconds

    @property
    def is_used_up(self) -> bool:
        return self.seconds_left <= 0

    def error(self) -> BakktTimedOut:
        return BakktTimedOut(f"Reading this account took longer than {self._seconds:g} s.")
