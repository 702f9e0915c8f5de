"""Where Bakkt is, how we prove who we are, and how long one request may take."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, urlsplit

import httpx2
from pydantic import SecretStr

from workbench.domain.errors import InputError, SettingsError

LONGEST_SEGMENT = 6_000
_HEADER_TEXT = re.compile(r"[!-~]+( +[!-~]+)*")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds for one try. ``total`` covers every byte of it, so a body that drips cannot hold a place for ever."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0
    total_with_file: float = 300.0


@dataclass(frozen=True, slots=True)
class BakktConnection:
    """One Bakkt gateway and our key to it; a value that could never work is refused here, by its setting's name."""

    base_url: str
    api_key: SecretStr = field(repr=False)
    partner_id: str
    authorization_template: str = "API-Key {key}"

    def __post_init__(self) -> None:
        _require_base_url(self.base_url)
        if not self.partner_id.strip():
            raise SettingsError("BAKKT_PARTNER_ID is empty.")
        if "{key}" not in self.authorization_template:
            raise SettingsError("The authorization template has no {key} in it.")
        if _HEADER_TEXT.fullmatch(self.authorization()) is None or not self.api_key.get_secret_value().strip():
            raise SettingsError("BAKKT_API_KEY is empty or holds characters that no HTTP header can carry.")

    def authorization(self) -> str:
        """The value of the Authorization header."""
        return self.authorization_template.replace("{key}", self.api_key.get_secret_value())

    def address_of(self, *segments: str) -> str:
        """The address of a path, every segment quoted so that it arrives as the one segment it is."""
        return "/".join((_root_of(self.base_url), *map(quote_segment, segments)))


@lru_cache(maxsize=16)
def _root_of(base_url: str) -> str:
    """The address without its last slash, its host as DNS writes it; raises httpx2.InvalidURL."""
    return str(httpx2.URL(base_url)).rstrip("/")


@lru_cache(maxsize=1024)
def quote_segment(segment: str) -> str:
    """One path segment for any id; dots alone are quoted too, for ``..`` would climb out of the path."""
    if not segment:
        raise InputError("An empty id names nothing at Bakkt.")
    try:
        quoted = quote(segment, safe="")
    except UnicodeEncodeError:
        quoted = ""
    if not quoted:
        raise InputError("An id that is not Unicode text cannot be sent to Bakkt.")
    if len(quoted) > LONGEST_SEGMENT:
        raise InputError("An id of this length cannot be sent to Bakkt.")
    return quoted.replace(".", "%2E") if segment in {".", ".."} else quoted


def _require_base_url(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        _root_of(base_url)
    except (ValueError, httpx2.InvalidURL):
        is_usable = False
    if not is_usable or re.search(r"[\s?#]", base_url):
        raise SettingsError("BAKKT_BASE_URL is not an address such as https://api.bakkt.com.")
    if "@" in parts.netloc:
        raise SettingsError("BAKKT_BASE_URL holds a user name or password: it would be logged with every request.")
