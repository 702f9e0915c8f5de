"""Where a sign-in leads: to the page from which it began; if it does not succeed, to the start with a code of why.

Streamlit answers the sign-in routes, with a bare error where it fails, and leads to the start whatever was wanted.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from authlib.oidc.core.claims import IDToken
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.web.wanted_address import WHY_FAILED, WantedAddress

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
AWAY, DECLINED, FAILED = "away", "declined", "failed"
_USER_COOKIE = "_streamlit_user="
_LOGGER_OF_ROUTES = "streamlit.web.server.starlette.starlette_auth_routes"


class SignInAnswers:
    """Sends the browser to a page, also when the provider does not answer, declines, or sends what cannot be used.

    ``pages``: the names of the pages that a sign-in may lead to.
    """

    def __init__(self, app: ASGIApp, pages: Collection[str] = ()) -> None:
        self._app = app
        self._wanted = WantedAddress(pages, CALLBACK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in {LOGIN, CALLBACK}:
            await self._app(scope, receive, send)
            return

        async def send_where(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._lead(scope, message)
            await send(message)

        await self._app(scope, receive, send_where)

    def _lead(self, scope: Scope, start: Message) -> None:
        why, asked, answer = _why_failed(scope, start), Headers(scope=scope), MutableHeaders(scope=start)
        if why is not None:
            start["status"] = 302
            answer["location"] = f"/?{WHY_FAILED}={why}"
        if scope["path"] == LOGIN:
            self._wanted.keep(asked, answer)
        elif _is_signed_in(start):
            answer["location"] = self._wanted.find(asked)
            self._wanted.forget(answer)


def _why_failed(scope: Scope, start: Message) -> str | None:
    if scope["path"] == LOGIN:
        return AWAY if start["status"] >= 400 else None
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    if "error" in asked:
        return DECLINED
    return FAILED if "state" in asked and not _is_signed_in(start) else None


def _is_signed_in(start: Message) -> bool:
    cookies = Headers(raw=start["headers"]).getlist("set-cookie")
    return any(one.startswith(_USER_COOKIE) and "Max-Age=0" not in one for one in cookies)


@contextmanager
def providers_clock_tolerated(seconds: int) -> Iterator[None]:
    """Within the block, a provider's clock may be that far from ours; Authlib allows two minutes and has no setting."""
    original = IDToken.validate

    def validate(self: IDToken, now: int | None = None, leeway: int = 0) -> None:
        original(self, now, max(leeway, seconds))

    IDToken.validate = validate
    try:
        yield
    finally:
        IDToken.validate = original


@contextmanager
def providers_words_kept_out_of_logs() -> Iterator[None]:
    """Within the block, what the provider says of a person's sign-in is not logged: it may name the person."""
    logger = logging.getLogger(_LOGGER_OF_ROUTES)
    logger.addFilter(_without_words)
    try:
        yield
    finally:
        logger.removeFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    """Keeps Streamlit's own words and the kind of an exception."""
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    record.msg, record.args = f"{record.msg} {kind}".strip(), _placeholders(record)
    record.exc_info = record.exc_text = None
    return True


def _placeholders(record: logging.LogRecord) -> tuple[object, ...]:
    """In the place of each text a mark; numbers stay."""
    given = record.args if isinstance(record.args, tuple) else ()
    return tuple(value if isinstance(value, int) else "…" for value in given)
