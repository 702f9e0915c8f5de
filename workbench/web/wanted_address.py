"""The address that somebody wanted when they signed in: a sign-in leads back there, and nowhere else than to our pages.

The browser tells the sign-in route from which page it was asked. Until the provider sends the browser back, the address
is in a cookie of its own, which only the route of that return is sent.
"""

from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

WANTED = "wb_wanted"
WHY_FAILED = "sign_in"
"""In an address, the code of why a sign-in did not succeed."""
_SECONDS_TO_SIGN_IN = 600
_LONGEST = 2_000
_START = "/"


class WantedAddress:
    """Keeps and finds the wanted address; ``pages`` are the names of those that there are."""

    def __init__(self, pages: Collection[str], path_of_return: str) -> None:
        self._pages = frozenset(pages)
        self._path_of_return = path_of_return

    def keep(self, asked: Headers, answer: MutableHeaders) -> None:
        """Keeps what the browser says it comes from, or forgets what was wanted before.

        A try after one that failed keeps that.
        """
        parts = _parts_of(asked.get("referer", ""))
        if parts.netloc != asked.get("host"):
            self.forget(answer)
            return
        query = parse_qsl(parts.query, keep_blank_values=True)
        if WHY_FAILED not in dict(query):
            answer.append("set-cookie", self._cookie(self._ours(parts.path, query)))

    def find(self, asked: Headers) -> str:
        """The address, checked again: whoever can write a cookie leads to no other page than ours."""
        kept = cookie_parser(asked.get("cookie", "")).get(WANTED, "")
        parts = _parts_of(unquote(kept))
        is_ours = not parts.scheme and not parts.netloc
        return self._ours(parts.path, parse_qsl(parts.query, keep_blank_values=True)) if is_ours else _START

    def forget(self, answer: MutableHeaders) -> None:
        answer.append("set-cookie", self._cookie(_START))

    def _ours(self, path: str, query: list[tuple[str, str]]) -> str:
        """A page of ours with its codes; the start for anything else."""
        if path != _START and path.removeprefix("/") not in self._pages:
            return _START
        address = f"{path}?{urlencode(query)}" if query else path
        return address if len(address) <= _LONGEST else _START

    def _cookie(self, address: str) -> str:
        seconds = 0 if address == _START else _SECONDS_TO_SIGN_IN
        value = quote(address, safe="")
        # Not "Secure": on this machine it is asked by plain http, and it holds an address of ours alone.
        return f"{WANTED}={value}; Max-Age={seconds}; Path={self._path_of_return}; HttpOnly; SameSite=lax"


def _parts_of(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
