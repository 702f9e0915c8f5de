"""The customer's time zone from their address: by US state, or by country where the whole country has one time."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

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
    country, state = trimmed_text_of(address.get("country")).upper(), trimmed_text_of(address.get("state"))
    if country == "USA":
        return _zone_of_state(state)
    return _zone_of_country(country, moment)


def address_of_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The primary owner's address from ``GET account``; empty if there is none."""
    owners = objects_of(object_of(payload.get("request")).get("owners"))
    primary = [owner for owner in owners if owner.get("role") == PRIMARY_OWNER] or owners
    return object_of(object_of(primary[0].get("identity")).get("personalAddress")) if primary else {}


def _zone_of_state(state: str) -> CustomerZone | None:
    known = STATE_ZONES.get(state.upper())
    return CustomerZone(ZoneInfo(known[0]), known[1]) if known else None


def _zone_of_country(alpha_3: str, moment: datetime) -> CustomerZone | None:
    region = region_of(alpha_3)
    if region in _ZONES_BEYOND_THE_TABLE:
        return _ZONES_BEYOND_THE_TABLE[region]
    names = _zones_by_country().get(region, [])
    zones = [ZoneInfo(name) for name in names]
    if len({moment.astimezone(zone).utcoffset() for zone in zones}) != 1:
        return None
    city = names[0].rsplit("/", 1)[-1].replace("_", " ")
    return CustomerZone(zones[0], f"{city} time")


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

Left out, as parts of them are in another zone: AK, AZ, FL, ID, IN, KS, KY, MI, ND, NE, NV, OR, SD, TN, TX.
"""
