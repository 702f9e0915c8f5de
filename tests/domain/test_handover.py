"""The message for a customer: the link, its expiry in their time zone, nothing alarming and no promises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workbench.domain.links.handover import expiry_in_words, message_for_customer, sms_for_customer
from workbench.domain.links.zones import STATE_ZONES, CustomerZone

URL = "https://verify.example.test/s/1"
ENDS = datetime(2026, 11, 24, 22, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 23, 0, 1, tzinfo=UTC)


def test_the_message_holds_the_link_and_the_hour_in_the_customers_zone() -> None:
    zone = CustomerZone(timezone(timedelta(hours=-8)), "Pacific Time")
    message = message_for_customer(URL, ENDS, zone, NOW, "Ann")
    assert message.startswith("Hello Ann,\n")
    assert f"\n{URL}\n" in message
    assert "14:05 (2:05 pm) on Tuesday, 24 November 2026, Pacific Time (UTC-8)" in message


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (NOW, "23 hours"),
        (ENDS - timedelta(hours=1, minutes=59), "1 hour"),
        (ENDS - timedelta(minutes=59, seconds=59), "59 minutes"),
        (ENDS - timedelta(seconds=90), "1 minute"),
        (ENDS - timedelta(days=3), "72 hours"),
    ],
)
def test_without_a_zone_the_hour_stands_with_the_time_that_is_left(now: datetime, left: str) -> None:
    expected = f"22:05 (10:05 pm) UTC on Tuesday, 24 November 2026, {left} from now"
    assert expiry_in_words(ENDS, None, now) == expected
    assert f"before {expected}. After" in message_for_customer(URL, ENDS, None, now)


def test_midnight_noon_and_half_hours_are_told_right() -> None:
    india = CustomerZone(timezone(timedelta(hours=5, minutes=30)), "Kolkata time")
    assert expiry_in_words(datetime(2026, 11, 24, 18, 30, tzinfo=UTC), india, NOW).startswith(
        "00:00 (12:00 am) on Wednesday, 25"
    )
    assert expiry_in_words(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), None, NOW).startswith("12:00 (12:00 pm)")
    assert "(UTC+5:30)" in expiry_in_words(ENDS, india, NOW)
    newfoundland = CustomerZone(timezone(timedelta(hours=-3, minutes=-30)), "St Johns time")
    assert "(UTC-3:30)" in expiry_in_words(ENDS, newfoundland, NOW)


PACIFIC = CustomerZone(timezone(timedelta(hours=-8)), "Pacific Time")


def test_an_sms_tells_the_customers_hour_and_that_the_link_works_once() -> None:
    expected = f"Please confirm your identity before 14:05 on Tue 24 Nov Pacific Time. The link works once: {URL}"
    assert sms_for_customer(URL, ENDS, PACIFIC, NOW) == expected
    assert sms_for_customer(URL, ENDS, None, NOW) == (
        f"Please confirm your identity within 23 hours. The link works once: {URL}"
    )


@pytest.mark.parametrize("length", range(20, 200))
@pytest.mark.parametrize("zone", [None, PACIFIC])
def test_an_sms_has_160_letters_at_most_with_the_whole_link_or_there_is_none(
    length: int, zone: CustomerZone | None
) -> None:
    url = "https://v.example/" + "a" * (length - 18)
    text = sms_for_customer(url, ENDS, zone, NOW)
    if length <= 130:
        assert text is not None
        assert len(text) <= 160
        assert text.endswith(url)
    else:
        assert text is None


def test_a_letter_that_takes_two_places_in_an_sms_counts_twice() -> None:
    assert sms_for_customer("https://v.example/" + "~" * 56, ENDS, None, NOW) is not None
    assert sms_for_customer("https://v.example/" + "~" * 57, ENDS, None, NOW) is None


def test_the_name_may_be_left_out() -> None:
    for name in (None, "", "  "):
        assert message_for_customer(URL, ENDS, None, NOW, name).startswith("Hello,\n")


def test_what_stands_for_no_name_is_not_greeted() -> None:
    for name in ("FNU", "Fnu", "LNU", "NFN", ".", "-", "Unknown"):
        assert message_for_customer(URL, ENDS, None, NOW, name=name).startswith("Hello,\n")


def test_the_message_says_that_the_link_works_once_and_that_session_expired_is_no_fault() -> None:
    message = message_for_customer(URL, ENDS, None, NOW)
    assert "works once" in message
    assert '"Session Expired"' in message
    assert "nothing is wrong" in message


def test_the_message_promises_nothing() -> None:
    words = message_for_customer(URL, ENDS, None, NOW, "Ann").lower()
    assert not [word for word in ("approv", "guarantee", "legal", "law", "must", "will be opened") if word in words]


def test_states_that_keep_two_times_are_left_out() -> None:
    split = {"AK", "AZ", "FL", "ID", "IN", "KS", "KY", "MI", "ND", "NE", "NV", "OR", "SD", "TN", "TX"}
    assert not split & set(STATE_ZONES)
    assert len(set(STATE_ZONES) - {"DC", "PR", "VI", "GU", "MP", "AS"}) + len(split) == 50
