"""The names under which this server answers, and whether a ``Host`` or an ``Origin`` is one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)(?::([0-9]{0,5}))?")
_ORIGIN = re.compile(r"(https?)://(\S+)")
_LABEL = re.compile(r"[0-9a-z_]([0-9a-z_-]{0,61}[0-9a-z_])?")
_MAX_NAME_LENGTH = 253
_DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Name:
    """A host in lower case, IPv6 in brackets, and the port if one is given."""

    host: str
    port: int | None = None


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The loopback names at any port, and the ``listed`` ones: at their port, or at any if they have none."""

    listed: frozenset[Name] = frozenset()

    def host_in(self, headers: Sequence[str]) -> Name | None:
        """The name that the ``Host`` headers ask for if it is an own one; a missing or a second header is not."""
        name = parse_name(headers[0]) if len(headers) == 1 else None
        if name is None:
            return None
        ports = tuple(_DEFAULT_PORTS.values()) if name.port is None else (name.port,)
        return name if name.host in LOOPBACK or self._is_listed(name.host, ports) else None

    def has_origin(self, headers: Sequence[str], host: Name) -> bool:
        """Whether the ``Origin`` headers name a page of this server; there is none when a person opens an address.

        At a loopback name another port is another program of this machine, whose pages are foreign.
        """
        if not headers:
            return True
        found = _ORIGIN.fullmatch(headers[0]) if len(headers) == 1 else None
        name = parse_name(found[2]) if found else None
        if found is None or name is None:
            return False
        default = _DEFAULT_PORTS[found[1]]
        is_same_loopback = {name.host, host.host} <= LOOPBACK and (name.port or default) == (host.port or default)
        return is_same_loopback or self._is_listed(name.host, (name.port or default,))

    def _is_listed(self, host: str, ports: Sequence[int]) -> bool:
        return any(Name(host, port) in self.listed for port in (None, *ports))


def parse_name(text: str) -> Name | None:
    """The name in ``desk.example.com:8443``, or None if the text is not exactly one host with at most a port."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        return None
    host = _canonical_ipv6(found[1]) if found[1].startswith("[") else _canonical_host(found[1])
    port = int(found[2]) if found[2] else None
    if host is None or (port is not None and not 0 < port < 65536):
        return None
    return Name(host, port)


def parse_names(text: str) -> frozenset[Name]:
    """The names in a list separated by commas. Raises ValueError if one of them is not a name."""
    names = [parse_name(part.strip()) for part in text.split(",") if part.strip()]
    if None in names:
        raise ValueError(
            "must be host names such as desk.example.com or desk.example.com:8443, separated by commas, "
            "without https://, path or wildcard; IPv6 in brackets"
        )
    return frozenset(name for name in names if name is not None)


def _canonical_host(text: str) -> str | None:
    host = text.lower().removesuffix(".")
    is_name = len(host) <= _MAX_NAME_LENGTH and all(map(_LABEL.fullmatch, host.split(".")))
    return host if is_name else None


def _canonical_ipv6(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text[1:-1]).compressed}]"
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether this machine alone reaches an address of this name."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
