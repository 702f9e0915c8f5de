"""The headers of every answer: nothing frames our pages, no type is guessed, no other site learns an address of ours.

Our own server may learn it: a sign-in leads back to the page from which it began (``wanted_address.py``).
"""

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PRERENDER_FLAG = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""Of the one script that stands in Streamlit's page itself."""
_MAY_LOAD = {
    "default-src": "'self'",
    "script-src": f"'self' blob: {_PRERENDER_FLAG}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ANSWER_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{kind} {sources}" for kind, sources in _MAY_LOAD.items()),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


class AnswerHeaders:
    """Sets the headers on whatever answers, also on a failure: Starlette answers that outside of all middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] in _STARTS:
                has_started = True
                message.setdefault("headers", [])
                MutableHeaders(scope=message).update(ANSWER_HEADERS)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if not has_started:
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, send_with_headers)
            raise
