"""Bakkt's address, our credentials, and how long one request may take."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, urlsplit

import httpx2
from pydantic import SecretStr

from workbench.domain.errors import InputError, SettingsError

MAX_SEGMENT_LENGTH = 6_000
_HEADER_TEXT = re.compile(r"[!-~]+( +[!-~]+)*")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds for one attempt. A total covers all of it, so a body that trickles in cannot hold a slot forever.

    ``total`` is for reads, ``total_of_write`` for what is sent only once, ``total_with_file`` for either with a file.
    ``account``: for all reads of one account together, without waits for our rate or because Bakkt asks us to wait.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 30.0
    total_of_write: float = 60.0
    total_with_file: float = 300.0
    account: float = 90.0


@dataclass(frozen=True, slots=True)
class BakktConnection:
    """Bakkt's address and our key; raises SettingsError, naming the setting, for a value that can never work."""

    base_url: str
    api_key: SecretStr = field(repr=False)
    partner_id: str
    authorization_template: str = "API-Key {key}"

    def __post_init__(self) -> None:
        _require_base_url(self.base_url)
        if not self.partner_id.strip():
            raise SettingsError("BAKKT_PARTNER_ID is empty.")
        if "{key}" not in self.authorization_template:
            raise SettingsError("BAKKT_AUTHORIZATION does not contain {key}.")
        if _HEADER_TEXT.fullmatch(self.authorization()) is None or not self.api_key.get_secret_value().strip():
            raise SettingsError("BAKKT_API_KEY is empty or has characters that are not allowed in an HTTP header.")

    def authorization(self) -> str:
        """The value of the Authorization header."""
        return self.authorization_template.replace("{key}", self.api_key.get_secret_value())

    def address_of(self, *segments: str) -> str:
        """The URL of a path, with every segment quoted so that it stays one segment."""
        return "/".join((_root_of(self.base_url), *map(quote_segment, segments)))


@lru_cache(maxsize=16)
def _root_of(base_url: str) -> str:
    """The URL without a trailing slash, its host in DNS form; raises httpx2.InvalidURL."""
    return str(httpx2.URL(base_url)).rstrip("/")


@lru_cache(maxsize=1024)
def quote_segment(segment: str) -> str:
    """One path segment for any id; lone dots are quoted too, as ``..`` would leave the path."""
    if not segment:
        raise InputError("The id is empty.")
    try:
        quoted = quote(segment, safe="")
    except UnicodeEncodeError:
        quoted = ""
    if not quoted:
        raise InputError("This id is not valid Unicode text and cannot be sent to Bakkt.")
    if len(quoted) > MAX_SEGMENT_LENGTH:
        raise InputError("This id is too long to be sent to Bakkt.")
    return quoted.replace(".", "%2E") if segment in {".", ".."} else quoted


def _require_base_url(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        _root_of(base_url)
        httpx2.URL(base_url).raw_host.decode().encode("idna")  # as the lookup will: no part longer than 63 characters
    except (ValueError, httpx2.InvalidURL):
        is_usable = False
    if not is_usable or re.search(r"[\s?#]", base_url):
        raise SettingsError("BAKKT_BASE_URL is not a URL such as https://api.bakkt.com.")
    if "@" in parts.netloc:
        raise SettingsError("BAKKT_BASE_URL contains a user name or password, which would be logged on every request.")
