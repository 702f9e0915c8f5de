"""Which numbers look right for their country, by format and check digits: what does not is worth a warning, no more.

A country may issue several kinds of number, and python-stdnum does not know them all. So a number is checked only where
it knows the kinds that people commonly have, and passes if it is one of them.
"""

import re

from stdnum import get_cc_module

from workbench.domain.account.places import country_name, region_of

_NEWER_ITIN = re.compile(r"9\d\d-?(?:5\d|6[0-5])-?\d{4}", re.ASCII)
"""The fourth and fifth digit are 50–65 (IRS), which python-stdnum does not know yet."""
US_KINDS = {
    "SSN": "a US Social Security number (SSN)",
    "ITIN": "a US taxpayer number (ITIN)",
    "EIN": "a US employer number (EIN)",
}
NATIONAL_IDS = {
    "ARG": ("dni", "cuit"),
    "AUS": ("tfn",),
    "AUT": ("tin", "vnr"),
    "BEL": ("nn", "bis"),
    "BGR": ("egn", "pnf"),
    "BRA": ("cpf",),
    "CAN": ("sin",),
    "CHE": ("ssn",),
    "CHL": ("rut",),
    "CHN": ("ric",),
    "CZE": ("rc",),
    "DEU": ("idnr",),
    "DNK": ("cpr",),
    "DOM": ("cedula",),
    "ECU": ("ci", "ruc"),
    "ESP": ("nif",),
    "EST": ("ik",),
    "FIN": ("hetu",),
    "FRA": ("nif", "nir"),
    "HRV": ("oib",),
    "IND": ("aadhaar", "pan"),
    "IRL": ("pps",),
    "ISL": ("kennitala",),
    "ISR": ("idnr",),
    "ITA": ("codicefiscale",),
    "KOR": ("rrn",),
    "LTU": ("asmens",),
    "MEX": ("curp", "rfc"),
    "MYS": ("nric",),
    "NLD": ("bsn",),
    "NOR": ("fodselsnummer",),
    "NZL": ("ird",),
    "PAK": ("cnic",),
    "POL": ("pesel", "nip"),
    "PRT": ("nif", "cc"),
    "ROU": ("cnp", "cui"),
    "SVK": ("rc",),
    "SWE": ("personnummer",),
    "THA": ("pin",),
    "TUR": ("tckimlik", "vkn"),
    "ZAF": ("idnr", "tin"),
}
"""The modules of python-stdnum for the numbers that a country's people have, by country."""


def doubt_about_us_tax_id(number: str, kind: str) -> str:
    """A warning if the number cannot be of this kind; empty for a plausible one."""
    is_plausible = _is_one_of(number, "us", (kind.lower(),)) or (kind == "ITIN" and _NEWER_ITIN.fullmatch(number))
    return "" if is_plausible else _doubt(US_KINDS[kind])


def doubt_about_national_id(number: str, country: str) -> str:
    """A warning if the number is none that the country (alpha-3) issues to people; empty if it is, or is not known."""
    names = NATIONAL_IDS.get(country)
    if names is None or _is_one_of(number, region_of(country), names):
        return ""
    return _doubt(f"a national id of {country_name(country)}")


def _is_one_of(number: str, alpha_2: str, names: tuple[str, ...]) -> bool:
    """Separators do not matter: some modules expect them, others know fewer than people write."""
    modules = (get_cc_module(alpha_2, name) for name in names)
    written = (number, "".join(filter(str.isalnum, number)))
    return any(module.is_valid(one) for module in modules if module is not None for one in written)


def _doubt(kind: str) -> str:
    return f"This does not look like {kind}: its format or check digits do not match. Check it with the customer."
