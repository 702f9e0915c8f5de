"""The clock that a customer's address tells: a whole state's, or a country's where all of it shows the same hour."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pycountry

PRIMARY_OWNER = "PRIMARY_OWNER"


@dataclass(frozen=True, slots=True)
class CustomerZone:
    """The time that a customer's clock shows, and what it is called."""

    zone: tzinfo
    words: str


def zone_of_address(address: Mapping[str, Any], moment: datetime) -> CustomerZone | None:
    """The customer's time at that moment, or None where the address leaves it open.

    ``address`` is one of Bakkt's: country in three letters, state in two within the USA.
    """
    country, state = _text(address, "country").upper(), _text(address, "state")
    if country == "USA":
        return _zone_of_state(state)
    return _zone_of_country(country, moment)


def address_of_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the primary owner lives, from the answer of ``GET account``; empty where that is not said."""
    owners = [owner for owner in _list(_object(payload.get("request")).get("owners")) if isinstance(owner, dict)]
    primary = [owner for owner in owners if owner.get("role") == PRIMARY_OWNER] or owners
    return _object(_object(primary[0].get("identity")).get("personalAddress")) if primary else {}


def _zone_of_state(state: str) -> CustomerZone | None:
    known = STATE_ZONES.get(state.upper())
    return CustomerZone(ZoneInfo(known[0]), known[1]) if known else None


def _zone_of_country(alpha_3: str, moment: datetime) -> CustomerZone | None:
    country = pycountry.countries.get(alpha_3=alpha_3)
    names = _zones_by_country().get(country.alpha_2, []) if country else []
    zones = [ZoneInfo(name) for name in names]
    if len({moment.astimezone(zone).utcoffset() for zone in zones}) != 1:
        return None
    city = names[0].rsplit("/", 1)[-1].replace("_", " ")
    return CustomerZone(zones[0], f"{city} time")


@cache
def _zones_by_country() -> Mapping[str, list[str]]:
    """The zones of each country by its two letters, the most populous first where geography allows (``zone.tab``)."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    return found


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


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
"""The zone and its everyday name of each state of the USA that lies in one zone as a whole.

Not here, since a part of them keeps another time: AK, AZ, FL, ID, IN, KS, KY, MI, ND, NE, NV, OR, SD, TN, TX.
"""
