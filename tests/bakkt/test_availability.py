"""Whether Bakkt counts as away: what says so, what ends it, and what proves nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from workbench.bakkt.availability import Availability, Away
from workbench.bakkt.errors import (
    BakktDenied,
    BakktError,
    BakktNotFound,
    BakktRefused,
    BakktTimedOut,
    BakktUnreachable,
    BakktUnreadable,
)

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def ask(
    availability: Availability, error: Exception | None = None, meanwhile: Callable[[], None] | None = None
) -> None:
    """Ask once, with this error or an answer; ``meanwhile`` happens before either."""
    with suppress(BakktError, ZeroDivisionError), availability.asking():
        if meanwhile is not None:
            meanwhile()
        if error is not None:
            raise error


NO_ANSWERS: dict[str, BakktError] = {
    "no connection": BakktUnreachable("Could not connect to Bakkt.", was_sent=False),
    "timeout": BakktTimedOut("Bakkt did not answer in time."),
    "500": BakktUnreachable("Bakkt answered 500.", status=500),
    "503": BakktUnreachable("Bakkt answered 503.", status=503),
    "401": BakktDenied("Bakkt answered 401.", status=401),
    "403": BakktDenied("Bakkt answered 403.", status=403),
}


@pytest.mark.parametrize("error", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_a_question_without_an_answer_means_away_since_it_was_asked(error: BakktError) -> None:
    availability = Availability(now=Clock())
    ask(availability, error)
    away = availability.away
    assert away is not None
    assert away.since == NOW
    assert away.reason.startswith(error.message)


def test_a_key_that_is_not_accepted_says_what_to_check() -> None:
    availability = Availability()
    ask(availability, BakktDenied("Bakkt answered 403: it does not accept our key or IP address.", status=403))
    assert availability.away is not None
    assert "Check BAKKT_API_KEY" in availability.away.reason


@pytest.mark.parametrize(
    "answer", [None, BakktRefused("no", status=422), BakktNotFound("no", status=404)], ids=["200", "422", "404"]
)
def test_the_first_answer_ends_it_also_one_that_refuses(answer: Exception | None) -> None:
    availability = Availability()
    ask(availability, BakktUnreachable("x"))
    ask(availability, answer)
    assert availability.away is None


def test_it_is_away_since_the_first_question_without_an_answer() -> None:
    clock = Clock()
    availability = Availability(now=clock)
    ask(availability, BakktUnreachable("first"))
    clock.now += timedelta(hours=1)
    ask(availability, BakktUnreachable("second"))
    assert availability.away == Away(NOW, "first")


@pytest.mark.parametrize(
    "error",
    [
        BakktUnreachable("x", status=429),
        BakktUnreachable("x", status=408),
        BakktUnreadable("x", status=200),
        ZeroDivisionError(),
    ],
    ids=["429", "408", "unreadable", "an error of ours"],
)
def test_what_proves_nothing_changes_nothing(error: Exception) -> None:
    availability = Availability()
    ask(availability, error)
    assert availability.away is None
    ask(availability, BakktUnreachable("away"))
    ask(availability, error)
    assert availability.away is not None


def test_one_account_that_fails_while_others_are_answered_means_nothing() -> None:
    availability = Availability()
    ask(availability, BakktUnreachable("Bakkt answered 500.", status=500), meanwhile=lambda: ask(availability))
    assert availability.away is None


def test_every_change_is_kept_once() -> None:
    kept: list[Away | None] = []
    availability = Availability(keep=kept.append, now=Clock())
    for error in (None, BakktUnreachable("x"), BakktUnreachable("y"), None, None):
        ask(availability, error)
    assert kept == [Away(NOW, "x"), None]


def test_what_an_earlier_process_knew_is_true_until_the_first_answer() -> None:
    availability = Availability(Away(NOW, "Could not connect to Bakkt."))
    assert availability.away is not None
    ask(availability)
    assert availability.away is None


def test_it_is_known_how_old_the_knowledge_is() -> None:
    availability = Availability()
    assert availability.seconds_since_asked is None
    ask(availability)
    assert 0 <= (availability.seconds_since_asked or -1.0) < 60
