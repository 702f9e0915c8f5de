import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import workbench
from workbench.domain.moments import aware, naive

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOON_IN_STORE = NOON.replace(tzinfo=None)
NOON_IN_NEW_YORK = NOON.astimezone(timezone(timedelta(hours=-5)))


def test_a_moment_is_the_same_in_every_zone_and_without_one() -> None:
    for moment in (NOON, NOON_IN_STORE, NOON_IN_NEW_YORK):
        assert (aware(moment), aware(moment).tzinfo) == (NOON, UTC)
        assert naive(moment) == NOON_IN_STORE


def test_moments_alone_adds_and_removes_the_zone_of_a_time() -> None:
    root = Path(workbench.__file__).parent
    by_hand = re.compile(r"(?<!max\.)replace\(tzinfo=|astimezone\((UTC)?\)")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] != "sandbox" and by_hand.search(path.read_text("utf-8"))
    }
    assert found == {"domain/moments.py"}
