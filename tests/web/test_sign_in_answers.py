"""What a sign-in that does not succeed leads to, and what the log keeps of it."""

import logging

import pytest
from authlib.oidc.core.claims import IDToken
from joserfc.errors import ExpiredTokenError, InvalidClaimError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from workbench.web.sign_in_answers import (
    SignInAnswers,
    providers_clock_tolerated,
    providers_words_kept_out_of_logs,
)

NOW = 1_796_000_000
COOKIE = "_streamlit_user"
HERE = "https://desk.example.com"
PAGES = ("backlog", "customers")
LOGIN, RETURN = "/auth/login?provider=x", "/oauth2callback?state=s&code=c"


def client(status: int = 302, cookie: str | None = None, *, is_deleted: bool = False) -> TestClient:
    """A server whose sign-in routes answer like this."""

    async def answer(_: Request) -> Response:
        response = RedirectResponse("/", 302) if status == 302 else Response("Authentication error", status)
        if cookie is not None:
            response.set_cookie(COOKIE, cookie)
        if is_deleted:
            response.delete_cookie(COOKIE)
        return response

    routes = [Route(path, answer) for path in ("/auth/login", "/auth/logout", "/oauth2callback")]
    return TestClient(SignInAnswers(Starlette(routes=routes), PAGES), HERE, follow_redirects=False)


def where(asked: TestClient, path: str) -> tuple[int, str | None]:
    answer = asked.get(path)
    return answer.status_code, answer.headers.get("location")


@pytest.mark.parametrize("status", [400, 500])
def test_a_provider_that_does_not_answer_is_said_on_the_page(status: int) -> None:
    assert where(client(status), "/auth/login?provider=x") == (302, "/?sign_in=away")


def test_a_provider_that_answers_is_gone_to() -> None:
    assert where(client(), "/auth/login?provider=x") == (302, "/")


def test_a_sign_in_that_the_provider_declined_is_said_on_the_page() -> None:
    path = "/oauth2callback?error=access_denied&error_description=ann%40example.com&state=s"
    assert where(client(), path) == (302, "/?sign_in=declined")


def test_a_token_that_cannot_be_used_is_said_on_the_page() -> None:
    assert where(client(is_deleted=True), "/oauth2callback?state=s&code=c") == (302, "/?sign_in=failed")


def test_whoever_signed_in_or_out_comes_to_the_page_itself() -> None:
    assert where(client(cookie="signed"), "/oauth2callback?state=s&code=c") == (302, "/")
    assert where(client(is_deleted=True), "/oauth2callback") == (302, "/")
    assert where(client(is_deleted=True), "/auth/logout") == (302, "/")


def where_after(began_at: str, *, tried_again: bool = False) -> str | None:
    """Where a sign-in leads that began at this address; ``tried_again``: the provider did not answer at first."""
    asked = client(cookie="signed")
    asked.get(LOGIN, headers={"referer": began_at})
    if tried_again:
        asked.get(LOGIN, headers={"referer": f"{HERE}/?sign_in=away"})
    return where(asked, RETURN)[1]


@pytest.mark.parametrize("tried_again", [False, True])
@pytest.mark.parametrize("address", ["/customers?account=ACC-1&tab=raw", "/?view=late_us", "/backlog", "/"])
def test_a_sign_in_leads_back_to_the_page_where_it_began(address: str, tried_again: bool) -> None:
    assert where_after(f"{HERE}{address}", tried_again=tried_again) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/customers",
        "https://desk.example.com.evil.example/customers",
        "https://desk.example.com@evil.example/customers",
        "http://[/customers",
        f"{HERE}//evil.example/",
        f"{HERE}/customers/../evil",
        f"{HERE}/auth/logout",
        f"{HERE}/media/a-file",
        f"{HERE}/\\evil.example",
        f"{HERE}/customers?account={'a' * 2_000}",
    ],
)
def test_a_sign_in_leads_to_no_other_place_than_our_pages(address: str) -> None:
    assert where_after(address) == "/"


@pytest.mark.parametrize(
    "kept", ["https%3A%2F%2Fevil.example%2Fcustomers", "%2F%2Fevil.example", "javascript%3Aalert(1)", "%0D%0Ax%3A1"]
)
def test_a_cookie_that_somebody_else_wrote_leads_to_no_other_place_either(kept: str) -> None:
    asked = client(cookie="signed")
    asked.cookies.set("wb_wanted", kept)
    assert where(asked, RETURN)[1] == "/"


def test_codes_come_back_as_text_and_the_address_is_used_once() -> None:
    asked = client(cookie="signed")
    asked.get(LOGIN, headers={"referer": f"{HERE}/customers?account=A%0D%0AB%26tab"})
    assert where(asked, RETURN)[1] == "/customers?account=A%0D%0AB%26tab"
    assert where(asked, RETURN)[1] == "/"


def test_the_start_after_another_page_is_the_start() -> None:
    asked = client(cookie="signed")
    for began_at in ("/customers?account=ACC-1", "/"):
        asked.get(LOGIN, headers={"referer": f"{HERE}{began_at}"})
    assert where(asked, RETURN)[1] == "/"


def test_a_sign_in_that_failed_keeps_the_address_for_the_next_try() -> None:
    asked = client(is_deleted=True)
    asked.get(LOGIN, headers={"referer": f"{HERE}/customers?account=ACC-1"})
    assert where(asked, RETURN)[1] == "/?sign_in=failed"
    assert "wb_wanted" in asked.cookies


def token(**changed: int) -> IDToken:
    given = {"iss": "i", "sub": "s", "aud": "desk", "exp": NOW + 3600, "iat": NOW, **changed}
    return IDToken(given, {}, {}, {"client_id": "desk"})


def test_a_clock_five_minutes_off_is_tolerated_and_no_more() -> None:
    with providers_clock_tolerated(300):
        token(iat=NOW + 300).validate(NOW, 120)
        token(exp=NOW - 299).validate(NOW, 120)
        with pytest.raises(InvalidClaimError):
            token(iat=NOW + 301).validate(NOW, 120)
        with pytest.raises(ExpiredTokenError):
            token(exp=NOW - 301).validate(NOW, 120)
    with pytest.raises(InvalidClaimError):
        token(iat=NOW + 300).validate(NOW, 120)


def test_what_a_provider_says_of_a_person_is_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("streamlit.web.server.starlette.starlette_auth_routes")
    monkeypatch.setattr(logger, "propagate", True)
    with providers_words_kept_out_of_logs(), caplog.at_level(logging.INFO):
        logger.error("Error during authentication: %s. Error description: %s", "access_denied", "ann@example.com")
        logger.warning("Failed to get provider logout URL: %s", ValueError("ann@example.com"))
        try:
            raise ConnectionError("ann@example.com")
        except ConnectionError:
            logger.warning("Error during OAuth authorization redirect.", exc_info=True)
        logger.info("Split cookie '%s' into %d chunks", COOKIE, 3)
    assert "ann@example.com" not in caplog.text
    assert "Error during authentication: …. Error description: …" in caplog.text
    assert "Error during OAuth authorization redirect. ConnectionError" in caplog.text
    assert "Split cookie" in caplog.text
