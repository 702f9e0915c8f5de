"""What a sign-in that does not succeed leads to: the page again, with a code of why, in place of a bare error.

Streamlit answers the sign-in routes. It knows why and does not tell the page.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from authlib.oidc.core.claims import IDToken
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
AWAY, DECLINED, FAILED = "away", "declined", "failed"
_USER_COOKIE = "_streamlit_user="
_LOGGER_OF_ROUTES = "streamlit.web.server.starlette.starlette_auth_routes"


class SignInAnswers:
    """Sends the browser back to the page when the provider does not answer, declines, or sends what cannot be used."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in {LOGIN, CALLBACK}:
            await self._app(scope, receive, send)
            return

        async def send_reason(message: Message) -> None:
            if message["type"] == "http.response.start":
                why = _why_failed(scope, message)
                if why is not None:
                    message["status"] = 302
                    MutableHeaders(scope=message)["location"] = f"/?sign_in={why}"
            await send(message)

        await self._app(scope, receive, send_reason)


def _why_failed(scope: Scope, start: Message) -> str | None:
    if scope["path"] == LOGIN:
        return AWAY if start["status"] >= 400 else None
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    if "error" in asked:
        return DECLINED
    cookies = Headers(raw=start["headers"]).getlist("set-cookie")
    is_signed_in = any(one.startswith(_USER_COOKIE) and "Max-Age=0" not in one for one in cookies)
    return FAILED if "state" in asked and not is_signed_in else None


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
