"""Countries and US states, by name and code.

Countries are those of ISO 3166, and Kosovo: ISO has assigned it no code, and banks, the European Union and Unicode
write XKX.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pycountry

from workbench.domain.text import fold, searched_text


@dataclass(frozen=True, slots=True)
class Country:
    """A country; ``name`` is the usual one, ``other_names`` are its formal ones and what people write."""

    alpha_2: str
    alpha_3: str
    name: str
    other_names: tuple[str, ...] = ()


_KOSOVO = Country(
    "XK", "XKX", "Kosovo", ("Kosova", "Republic of Kosovo", "Republika e Kosovës", "Косово", "RKS", "UNK")
)
"""RKS and UNK stand in passports, which have codes of their own."""

_ALIASES = {
    "america": "USA",
    "us": "USA",
    "u.s.": "USA",
    "u.s.a.": "USA",
    "uk": "GBR",
    "great britain": "GBR",
    "england": "GBR",
    "scotland": "GBR",
    "wales": "GBR",
    "northern ireland": "GBR",
    "south korea": "KOR",
    "north korea": "PRK",
    "russia": "RUS",
    "ivory coast": "CIV",
    "czech republic": "CZE",
    "turkey": "TUR",
    "macedonia": "MKD",
    "swaziland": "SWZ",
    "cape verde": "CPV",
    "burma": "MMR",
    "uae": "ARE",
    "palestine": "PSE",
    "holland": "NLD",
}
"""What people write; it counts only where no country has the name."""

_US_MILITARY_STATES = ("AA", "AE", "AP")


def country_name(alpha_3: str) -> str:
    """The country's usual name, or the code itself if it is unknown."""
    country = _countries().get(alpha_3)
    return country.name if country else alpha_3


@cache
def country_names() -> dict[str, str]:
    """Every country's alpha-3 code and usual name, sorted by name."""
    named = ((country.alpha_3, country.name) for country in _countries().values())
    return dict(sorted(named, key=lambda pair: fold(pair[1])))


def country_code(text: str) -> str | None:
    """The alpha-3 code of a country given by name or code; None if there is no such country."""
    return _codes_by_name().get(_name_key(text))


def region_of(alpha_3: str) -> str:
    """The two letters of a country, or nothing if the code is unknown."""
    country = _countries().get(alpha_3)
    return country.alpha_2 if country else ""


def us_state_code(text: str) -> str | None:
    """The two letters of a US state given by name or code; None if there is no such state."""
    return _us_states().get(_name_key(text))


def us_state_name(code: str) -> str:
    """The name of a US state, or the code itself if it is unknown."""
    return _us_state_names().get(code, code)


@cache
def _countries() -> Mapping[str, Country]:
    return {country.alpha_3: country for country in (*_countries_of_iso(), _KOSOVO)}


def _countries_of_iso() -> Iterator[Country]:
    for country in pycountry.countries:
        usual, formal = getattr(country, "common_name", ""), getattr(country, "official_name", "")
        yield Country(country.alpha_2, country.alpha_3, usual or country.name, (country.name, formal))


@cache
def _codes_by_name() -> Mapping[str, str]:
    codes = {_name_key(name): code for name, code in _ALIASES.items()}
    for country in _countries().values():
        names = (country.alpha_2, country.alpha_3, country.name, *country.other_names)
        codes |= {_name_key(name): country.alpha_3 for name in names if name}
    return codes


@cache
def _us_states() -> Mapping[str, str]:
    names = _us_state_names()
    by_code = {code.lower(): code for code in (*names, *_US_MILITARY_STATES)}
    return by_code | {_name_key(name): code for code, name in names.items()}


@cache
def _us_state_names() -> Mapping[str, str]:
    found = (state for state in pycountry.subdivisions if state.code.startswith("US-"))
    return {state.code.removeprefix("US-"): state.name for state in found}


def _name_key(name: str) -> str:
    """A name as people may write it: in any case, with or without accents, punctuation and blanks."""
    return searched_text(name).replace(" ", "")
