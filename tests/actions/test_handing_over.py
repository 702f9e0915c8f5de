"""Handing a link over: its expiry in the customer's time zone if the address tells it, without a request to Bakkt."""

from datetime import UTC, datetime

import pytest

from tests.support.link_harness import LinkHarness
from workbench.casework.handover import prepare_handover
from workbench.domain.links.zones import address_of_customer, zone_of_address

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)

KNOWN = {
    ("USA", "CA"): (-8, -7, "Pacific Time"),
    ("USA", "ny"): (-5, -4, "Eastern Time"),
    ("USA", "HI"): (-10, -10, "Hawaii Time"),
    ("usa", "PR"): (-4, -4, "Puerto Rico Time"),
    ("DEU", None): (1, 2, "Berlin time"),
    ("GBR", "England"): (0, 1, "London time"),
    ("JPN", None): (9, 9, "Tokyo time"),
    ("IND", None): (5.5, 5.5, "Kolkata time"),
    ("XKX", None): (1, 2, "Pristina time"),
}
AMBIGUOUS = [("USA", "TX"), ("USA", "FL"), ("USA", "AZ"), ("USA", None), ("CAN", "ON"), ("AUS", None), ("BRA", None)]
UNKNOWN_ADDRESSES = [("ZZZ", None), ("", "CA"), (None, None), (7, 8)]


@pytest.mark.parametrize("place", KNOWN)
def test_the_address_tells_the_clock(place: tuple[str, str | None]) -> None:
    address = {"country": place[0], "state": place[1]}
    for moment, hours in ((WINTER, KNOWN[place][0]), (SUMMER, KNOWN[place][1])):
        zone = zone_of_address(address, moment)
        assert zone is not None
        offset = moment.astimezone(zone.zone).utcoffset()
        assert offset is not None
        assert (offset.total_seconds() / 3600, zone.words) == (hours, KNOWN[place][2])


POSTAL_CODES = {
    ("TX", "79901"): (-7, -6, "Mountain Time"),
    ("TX", "77001-1234"): (-6, -5, "Central Time"),
    ("FL", "33101"): (-5, -4, "Eastern Time"),
    ("FL", "32501"): (-6, -5, "Central Time"),
    ("AZ", "85001"): (-7, -7, "Mountain Time"),
    ("AZ", "86515"): (-7, -6, "Mountain Time"),
    ("IN", "46001"): (-5, -4, "Eastern Time"),
    ("AK", "99501"): (-9, -8, "Alaska Time"),
    ("id", "83702"): (-7, -6, "Mountain Time"),
    ("", "80202"): (-7, -6, "Mountain Time"),
    ("", "96799"): (-11, -11, "Pago Pago time"),
}
"""The offsets are those of the places: El Paso, Houston, Miami, Pensacola, Phoenix, Window Rock, Alexandria …"""


@pytest.mark.parametrize("place", POSTAL_CODES)
def test_a_postal_code_of_the_usa_tells_the_clock_where_the_state_does_not(place: tuple[str, str]) -> None:
    address = {"country": "USA", "state": place[0], "postalCode": place[1]}
    for moment, hours in ((WINTER, POSTAL_CODES[place][0]), (SUMMER, POSTAL_CODES[place][1])):
        zone = zone_of_address(address, moment)
        assert zone is not None
        offset = moment.astimezone(zone.zone).utcoffset()
        assert offset is not None
        assert (offset.total_seconds() / 3600, zone.words) == (hours, POSTAL_CODES[place][2])


@pytest.mark.parametrize(
    "address",
    [
        {"state": "TX", "postalCode": "33101"},
        {"state": "TX", "postalCode": "00000"},
        {"state": "TX", "postalCode": "7990"},
        {"state": "TX", "postalCode": "٧٩٩٠١"},
        {"state": "TX", "postalCode": 79901},
        {"state": "AE", "postalCode": "09012"},
    ],
)
def test_a_postal_code_of_another_state_or_of_nowhere_tells_no_clock(address: dict[str, object]) -> None:
    assert zone_of_address({"country": "USA", **address}, WINTER) is None


@pytest.mark.parametrize("place", [*AMBIGUOUS, *UNKNOWN_ADDRESSES])
def test_where_two_clocks_are_possible_none_is_guessed(place: tuple[object, object]) -> None:
    assert zone_of_address({"country": place[0], "state": place[1]}, WINTER) is None


def test_the_address_is_that_of_the_primary_owner() -> None:
    owners = [
        {"role": "BENEFICIAL_OWNER", "identity": {"personalAddress": {"country": "FRA"}}},
        {"role": "PRIMARY_OWNER", "identity": {"personalAddress": {"country": "DEU"}}},
    ]
    assert address_of_customer({"request": {"owners": owners}}) == {"country": "DEU"}
    assert address_of_customer({"request": {"owners": owners[:1]}}) == {"country": "FRA"}


@pytest.mark.parametrize("payload", [{}, {"request": None}, {"request": {"owners": ["x", None]}}, {"request": []}])
def test_a_payload_without_an_address_tells_nothing(payload: dict[str, object]) -> None:
    assert address_of_customer(payload) == {}


def test_a_stored_link_is_handed_over_without_asking_bakkt(harness: LinkHarness, name: str) -> None:
    harness.ask(name)
    handover = prepare_handover(harness.actions, name)
    assert handover is not None
    assert handover.is_live
    assert handover.url in handover.message
    assert handover.expiry_text in handover.message
    assert handover.url not in repr(handover)
    assert harness.asked() == 1


def test_an_expired_link_is_marked_as_such(harness: LinkHarness, name: str) -> None:
    handover = prepare_handover(harness.actions, name)
    assert handover is not None
    assert not handover.is_live


def test_where_no_link_is_stored_there_is_nothing_to_hand_over(harness: LinkHarness) -> None:
    assert prepare_handover(harness.actions, "nobody") is None
