"""The customer's time zone from their address: by US postal code or state, or by country where it has one time."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import zipcodes

from workbench.domain.account.choices import PRIMARY_OWNER
from workbench.domain.account.places import region_of
from workbench.domain.payload import object_of, objects_of, trimmed_text_of


@dataclass(frozen=True, slots=True)
class CustomerZone:
    """A customer's time zone, and its name in words."""

    zone: tzinfo
    words: str


def zone_of_address(address: Mapping[str, Any], moment: datetime) -> CustomerZone | None:
    """The customer's time zone at that moment, or None if the address does not determine it.

    ``address`` is in Bakkt's form: a three-letter country code and, within the USA, a two-letter state.
    """
    country, state = trimmed_text_of(address.get("country")).upper(), trimmed_text_of(address.get("state")).upper()
    if country == "USA":
        return _zone_of_state(state) or _zone_of_postal_code(trimmed_text_of(address.get("postalCode")), state, moment)
    return _zone_of_country(country, moment)


def address_of_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The primary owner's address from ``GET account``; empty if there is none."""
    owners = objects_of(object_of(payload.get("request")).get("owners"))
    primary = [owner for owner in owners if owner.get("role") == PRIMARY_OWNER] or owners
    return object_of(object_of(primary[0].get("identity")).get("personalAddress")) if primary else {}


def _zone_of_state(state: str) -> CustomerZone | None:
    known = STATE_ZONES.get(state)
    return CustomerZone(ZoneInfo(known[0]), known[1]) if known else None


def _zone_of_postal_code(postal_code: str, state: str, moment: datetime) -> CustomerZone | None:
    """The zone of a US postal code that lies in this state, as far as that is known."""
    if not _POSTAL_CODE.fullmatch(postal_code):
        return None
    places = [place for place in zipcodes.matching(postal_code[:5]) if place["state"] == state or not state]
    names = {place["timezone"] for place in places}
    if len(names) != 1 or "" in names:
        return None
    zone = ZoneInfo(names.pop())
    abbreviation = moment.astimezone(zone).tzname() or ""
    return CustomerZone(zone, _WORDS_BY_ABBREVIATION.get(abbreviation) or _city_time(zone.key))


def _zone_of_country(alpha_3: str, moment: datetime) -> CustomerZone | None:
    region = region_of(alpha_3)
    if region in _ZONES_BEYOND_THE_TABLE:
        return _ZONES_BEYOND_THE_TABLE[region]
    names = _zones_by_country().get(region, [])
    zones = [ZoneInfo(name) for name in names]
    if len({moment.astimezone(zone).utcoffset() for zone in zones}) != 1:
        return None
    return CustomerZone(zones[0], _city_time(names[0]))


def _city_time(zone: str) -> str:
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


@cache
def _zones_by_country() -> Mapping[str, list[str]]:
    """Zones by two-letter country code, the most populous first where ``zone.tab`` allows."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    return found


_ZONES_BEYOND_THE_TABLE = {"XK": CustomerZone(ZoneInfo("Europe/Belgrade"), "Pristina time")}
"""Zones of countries that ``zone.tab`` leaves out."""

_POSTAL_CODE = re.compile(r"\d{5}(-?\d{4})?", re.ASCII)
_WORDS_BY_ABBREVIATION = {
    **dict.fromkeys(("EST", "EDT"), "Eastern Time"),
    **dict.fromkeys(("CST", "CDT"), "Central Time"),
    **dict.fromkeys(("MST", "MDT"), "Mountain Time"),
    **dict.fromkeys(("PST", "PDT"), "Pacific Time"),
    **dict.fromkeys(("AKST", "AKDT"), "Alaska Time"),
    **dict.fromkeys(("HST", "HDT"), "Hawaii Time"),
}

_EASTERN = ("America/New_York", "Eastern Time")
_CENTRAL = ("America/Chicago", "Central Time")
_MOUNTAIN = ("America/Denver", "Mountain Time")
_PACIFIC = ("America/Los_Angeles", "Pacific Time")

STATE_ZONES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA", "RI"), _EASTERN),
    **dict.fromkeys(("SC", "VA", "VT", "WV"), _EASTERN),
    **dict.fromkeys(("AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), _CENTRAL),
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), _MOUNTAIN),
    **dict.fromkeys(("CA", "WA"), _PACIFIC),
    "HI": ("Pacific/Honolulu", "Hawaii Time"),
    "PR": ("America/Puerto_Rico", "Puerto Rico Time"),
    "VI": ("America/Puerto_Rico", "Virgin Islands Time"),
    "GU": ("Pacific/Guam", "Guam Time"),
    "MP": ("Pacific/Guam", "Northern Mariana Islands Time"),
    "AS": ("Pacific/Pago_Pago", "American Samoa Time"),
}
"""The time zone and its everyday name for each US state that has only one.

Left out, as parts of them are in another zone, which the postal code tells:
AK, AZ, FL, ID, IN, KS, KY, MI, ND, NE, NV, OR, SD, TN, TX.
"""
