"""Invented names, addresses and companies from many countries, generated once per locale and then combined."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import phonenumbers
from faker import Faker

_POOL_SEED = 20261122


@dataclass(frozen=True, slots=True)
class CountryProfile:
    """A locale of the population, its country and its share of the people."""

    locale: str
    country: str
    region: str
    weight: float
    company_suffixes: tuple[str, ...]
    industry_word: str


COUNTRY_PROFILES = (
    CountryProfile("en_US", "USA", "US", 62.0, ("LLC", "Inc.", "Holdings LP"), "Partners"),
    CountryProfile("en_GB", "GBR", "GB", 6.0, ("Ltd", "LLP", "PLC"), "Trading"),
    CountryProfile("en_CA", "CAN", "CA", 3.0, ("Inc.", "Ltd."), "Ventures"),
    CountryProfile("de_DE", "DEU", "DE", 5.0, ("GmbH", "AG", "GmbH & Co. KG"), "Handels"),
    CountryProfile("fr_FR", "FRA", "FR", 4.0, ("SARL", "SAS", "SA"), "Conseil"),
    CountryProfile("es_MX", "MEX", "MX", 4.0, ("S.A. de C.V.", "S. de R.L."), "Servicios"),
    CountryProfile("pt_BR", "BRA", "BR", 3.0, ("Ltda.", "S.A."), "Comércio"),
    CountryProfile("ja_JP", "JPN", "JP", 3.0, ("株式会社", "合同会社"), "商事"),
    CountryProfile("pl_PL", "POL", "PL", 2.5, ("sp. z o.o.", "S.A."), "Usługi"),
    CountryProfile("it_IT", "ITA", "IT", 2.0, ("S.r.l.", "S.p.A."), "Servizi"),
    CountryProfile("sv_SE", "SWE", "SE", 1.5, ("AB", "HB"), "Handel"),
    CountryProfile("ko_KR", "KOR", "KR", 1.5, ("주식회사",), "상사"),
    CountryProfile("hi_IN", "IND", "IN", 1.5, ("Pvt. Ltd.",), "Udyog"),
    CountryProfile("ar_AA", "ARE", "AE", 1.0, ("ش.ذ.م.م",), "للتجارة"),
)
PROFILE_BY_LOCALE = {profile.locale: profile for profile in COUNTRY_PROFILES}

AWKWARD_FAMILY_NAMES = (
    "O'Brien",
    "=SUM(A1)",
    "<b>Bob</b>",
    "*bold* [x](http://y)",
    "佐藤",
    "Łukasiewicz-Ørsted",
    "de la Cruz y Fernández de Córdoba " * 5 + "III",
)

_EMIRATI = ("دبي", "أبو ظبي", "الشارقة", "عجمان", "العين")
_EMIRATI_STREETS = ("شارع الشيخ زايد", "شارع المكتوم", "شارع الخليج العربي", "شارع الوحدة", "شارع المطار")
_EMIRATI_COMPANIES = ("الواحة", "النخيل", "الصقر", "المرجان", "الأفق")
_JAPANESE_TOWNS = ("千代田区", "新宿区", "横浜市", "大阪市", "名古屋市", "札幌市", "福岡市", "京都市")


@dataclass(frozen=True, slots=True)
class PersonPools:
    """The values that people and companies of one locale are built from."""

    profile: CountryProfile
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str | None], ...]
    postcodes: tuple[str | None, ...]
    companies: tuple[str, ...]
    positions: tuple[str, ...]
    phones: tuple[str, ...]


def _draws(draw: Callable[[], object], count: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(draw()).replace("\n", ", ") for _ in range(count)))


@cache
def person_pools(locale: str) -> PersonPools:
    """Return the values of one locale, the same in every sandbox regardless of its seed."""
    profile = PROFILE_BY_LOCALE[locale]
    faker = Faker(locale)
    faker.seed_instance(_POOL_SEED)
    is_emirati, is_japanese = locale == "ar_AA", locale == "ja_JP"
    return PersonPools(
        profile=profile,
        given_names=_draws(faker.first_name_female, 60) + _draws(faker.first_name_male, 60),
        family_names=_draws(faker.last_name, 150),
        streets=_draws(_emirati_street(faker), 60) if is_emirati else _draws(faker.street_address, 90),
        towns=_towns(faker, profile),
        postcodes=(None,) if is_emirati else tuple(_draws(faker.postcode, 60)),
        companies=_EMIRATI_COMPANIES if is_emirati else _draws(faker.company, 60),
        positions=_draws(faker.job, 40),
        phones=_phones(profile.region, random.Random(f"{_POOL_SEED}:{'jp' if is_japanese else profile.region}")),
    )


def _emirati_street(faker: Faker) -> Callable[[], str]:
    return lambda: f"{faker.random_element(_EMIRATI_STREETS)} {faker.random_int(1, 400)}"


def _towns(faker: Faker, profile: CountryProfile) -> tuple[tuple[str, str | None], ...]:
    if profile.locale == "ar_AA":
        return tuple((town, None) for town in _EMIRATI)
    if profile.locale == "ja_JP":
        return tuple((town, None) for town in _JAPANESE_TOWNS)
    if profile.locale == "en_US":
        return tuple((faker.city(), faker.state_abbr(include_territories=False)) for _ in range(80))
    return tuple((faker.city(), faker.administrative_unit()) for _ in range(60))


def _phones(region: str, rng: random.Random) -> tuple[str, ...]:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None or example.national_number is None:
        raise LookupError(f"no example phone number for {region}")
    found: dict[str, None] = {}
    for _ in range(2000):
        number = example.national_number // 10_000 * 10_000 + rng.randrange(10_000)
        candidate = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=number)
        if phonenumbers.is_valid_number(candidate):
            found[f"+{example.country_code}{number}"] = None
        if len(found) == 250:
            break
    return tuple(found)


def address_in(pools: PersonPools, rng: random.Random) -> dict[str, object]:
    town, state = rng.choice(pools.towns)
    address: dict[str, object] = {"streetAddress": [rng.choice(pools.streets)], "city": town}
    postcode = rng.choice(pools.postcodes)
    if state:
        address["state"] = state
    if postcode:
        address["postalCode"] = postcode
    return {**address, "country": pools.profile.country}


def company_name(pools: PersonPools, rng: random.Random) -> str:
    profile = pools.profile
    if rng.random() < 0.4:
        return rng.choice(pools.companies)[:100]
    families = f"{rng.choice(pools.family_names)} & {rng.choice(pools.family_names)}"
    return f"{families} {profile.industry_word} {rng.choice(profile.company_suffixes)}"[:100]


def email_of(given: str, family: str, rng: random.Random) -> str:
    local = ".".join(filter(None, (_ascii(given), _ascii(family)))) or "customer"
    return f"{local[:40]}{rng.randrange(10, 9999)}@{rng.choice(('example.com', 'example.org', 'example.net'))}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum())
