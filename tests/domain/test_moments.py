import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import workbench
from workbench.domain.moments import aware, moment_in_words, moments_replaced, naive, wait_in_words

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


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "1 second"),
        (1, "1 second"),
        (1.2, "2 seconds"),
        (90, "90 seconds"),
        (301, "6 minutes"),
        (7200, "2 hours"),
        (7201, "3 hours"),
        (200_000, "3 days"),
    ],
)
def test_a_wait_is_never_said_too_short_and_its_number_agrees(seconds: float, words: str) -> None:
    assert wait_in_words(seconds) == words


def test_moments_in_a_sentence_can_be_said_in_another_zone() -> None:
    told = f"Sent at {moment_in_words(NOON)}, expires {moment_in_words(NOON + timedelta(days=20))}."
    there = timezone(timedelta(hours=-5))
    said = moments_replaced(told, lambda moment: f"{moment.astimezone(there):%d %b %H:%M}")
    assert said == "Sent at 22 Nov 07:00, expires 12 Dec 07:00."
