"""The message for a customer: the link, its expiry in their time zone, nothing alarming and no promises."""

from datetime import UTC, datetime, timedelta, timezone

from workbench.domain.links.handover import expiry_in_words, message_for_customer
from workbench.domain.links.zones import STATE_ZONES, CustomerZone

URL = "https://verify.example.test/s/1"
ENDS = datetime(2026, 11, 24, 22, 5, tzinfo=UTC)


def test_the_message_holds_the_link_and_the_hour_in_the_customers_zone() -> None:
    zone = CustomerZone(timezone(timedelta(hours=-8)), "Pacific Time")
    message = message_for_customer(URL, ENDS, zone, "Ann")
    assert message.startswith("Hello Ann,\n")
    assert f"\n{URL}\n" in message
    assert "14:05 (2:05 pm) on Tuesday, 24 November 2026, Pacific Time (UTC-8)" in message


def test_without_a_zone_the_hour_is_utc_and_says_so() -> None:
    assert expiry_in_words(ENDS) == "22:05 (10:05 pm) on Tuesday, 24 November 2026, UTC (UTC+0)"


def test_midnight_noon_and_half_hours_are_told_right() -> None:
    india = CustomerZone(timezone(timedelta(hours=5, minutes=30)), "Kolkata time")
    assert expiry_in_words(datetime(2026, 11, 24, 18, 30, tzinfo=UTC), india).startswith(
        "00:00 (12:00 am) on Wednesday, 25"
    )
    assert expiry_in_words(datetime(2026, 11, 24, 12, 0, tzinfo=UTC)).startswith("12:00 (12:00 pm)")
    assert "(UTC+5:30)" in expiry_in_words(ENDS, india)
    newfoundland = CustomerZone(timezone(timedelta(hours=-3, minutes=-30)), "St Johns time")
    assert "(UTC-3:30)" in expiry_in_words(ENDS, newfoundland)


def test_the_name_may_be_left_out() -> None:
    for name in (None, "", "  "):
        assert message_for_customer(URL, ENDS, name=name).startswith("Hello,\n")


def test_what_stands_for_no_name_is_not_greeted() -> None:
    for name in ("FNU", "Fnu", "LNU", "NFN", ".", "-", "Unknown"):
        assert message_for_customer(URL, ENDS, name=name).startswith("Hello,\n")


def test_the_message_says_that_the_link_works_once_and_that_session_expired_is_no_fault() -> None:
    message = message_for_customer(URL, ENDS)
    assert "works once" in message
    assert '"Session Expired"' in message
    assert "nothing is wrong" in message


def test_the_message_promises_nothing() -> None:
    words = message_for_customer(URL, ENDS, name="Ann").lower()
    assert not [word for word in ("approv", "guarantee", "legal", "law", "must", "will be opened") if word in words]


def test_states_that_keep_two_times_are_left_out() -> None:
    split = {"AK", "AZ", "FL", "ID", "IN", "KS", "KY", "MI", "ND", "NE", "NV", "OR", "SD", "TN", "TX"}
    assert not split & set(STATE_ZONES)
    assert len(set(STATE_ZONES) - {"DC", "PR", "VI", "GU", "MP", "AS"}) + len(split) == 50
