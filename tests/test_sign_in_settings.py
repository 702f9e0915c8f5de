"""The settings of sign-in: the section [auth] of the secrets file and what goes with it, whole or refused by name."""

import re
from pathlib import Path
from secrets import token_hex, token_urlsafe

import pytest

from tests.support.running import ROOT
from workbench.access.policy import Role
from workbench.domain.errors import SettingsError
from workbench.settings import Settings, read_settings

SECRET = "S3CRET-of-nobody-0123456789abcdef"
WHOLE = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "desk",
    "client_secret": SECRET,
    "server_metadata_url": "https://login.example.com/realms/desk/.well-known/openid-configuration",
}
ROLES = {"SIGN_IN_ROLES": "viewer=desk-viewers,admin=desk-admins"}


def settings_of(folder: Path, changed: dict[str, str | None] | None = None, **environment: str) -> Settings:
    """The settings with this section; None leaves a line out."""
    section = {**WHOLE, **(changed or {})}
    lines = [f'{name} = "{value}"' for name, value in section.items() if value is not None]
    path = folder / "secrets.toml"
    path.write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
    return read_settings(environment or ROLES, path)


def refusal(folder: Path, changed: dict[str, str | None] | None = None, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        settings_of(folder, changed, **environment)
    words = refused.value.message
    assert SECRET not in words
    assert words.endswith(".")
    return words


def test_the_section_and_the_roles_turn_sign_in_on(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    rules = settings.sign_in_rules
    assert rules is not None
    assert rules.issuer == "https://login.example.com/realms/desk"
    assert rules.role_claim == "groups"
    assert rules.roles == {"desk-viewers": Role.VIEWER, "desk-admins": Role.ADMIN}
    assert (settings.sign_in_idle_minutes, settings.sign_in_hours) == (15, 12)


def test_the_two_person_rule_needs_people_who_sign_in(tmp_path: Path) -> None:
    assert settings_of(tmp_path, None, **ROLES, TWO_PERSON_RULE="true").two_person_rule
    assert not settings_of(tmp_path).two_person_rule
    with pytest.raises(SettingsError, match=r"TWO_PERSON_RULE .* only if people sign in"):
        read_settings({"TWO_PERSON_RULE": "true"}, Path("no-such-file"))


def test_without_the_section_there_is_no_sign_in() -> None:
    assert read_settings({}, Path("no-such-file")).sign_in_rules is None


def test_the_environment_is_no_place_for_the_section() -> None:
    assert read_settings({"AUTH": "of another program"}, Path("no-such-file")).auth is None


@pytest.mark.parametrize("name", WHOLE)
def test_a_section_that_lacks_a_line_is_refused_by_name(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, {name: None}).startswith(f"[auth] {name} ")
    assert f"[auth] {name} " in refusal(tmp_path, {name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redirect_uri", "http://desk.example.com/oauth2callback"),
        ("redirect_uri", "https://desk.example.com/"),
        ("redirect_uri", "localhost:8501/oauth2callback"),
        ("redirect_uri", "http://localhost:{port}/oauth2callback"),
        ("server_metadata_url", "http://login.example.com/.well-known/openid-configuration"),
        ("server_metadata_url", "login.example.com"),
        ("cookie_secret", "too-short-to-sign-a-cookie"),
        ("client_ident", "desk"),
        ("expose_tokens", "access"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    words = refusal(tmp_path, {name: value})
    assert name in words
    assert value not in words


def secrets_of_guides() -> list[str]:
    """Each cookie secret that a page of the documentation shows."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [found for page in pages for found in re.findall(r'cookie_secret = "(.*?)"', page.read_text("utf-8"))]


def test_no_cookie_secret_that_a_guide_shows_is_taken(tmp_path: Path) -> None:
    shown = secrets_of_guides()
    assert len(shown) >= 2
    for secret in shown:
        assert "openssl rand -hex 32" in refusal(tmp_path, {"cookie_secret": secret})


@pytest.mark.parametrize(
    "secret",
    [
        "replace-this-with-64-random-characters",
        "64 random characters, from: openssl rand -hex 32",
        "Change-Me-0123456789-abcdef-0123456789",
        "correct horse battery staple and more",
        "x" * 64,
        "1212121212121212121212121212121212121212",
    ],
)
def test_a_cookie_secret_that_somebody_typed_is_refused(tmp_path: Path, secret: str) -> None:
    assert refusal(tmp_path, {"cookie_secret": secret}).startswith("[auth] cookie_secret must have 32 random")


def test_random_cookie_secrets_are_taken(tmp_path: Path) -> None:
    for secret in (token_hex(32), token_urlsafe(32), token_hex(16)):
        assert settings_of(tmp_path, {"cookie_secret": secret}).auth is not None


def test_a_second_provider_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text(f'[auth.okta]\nclient_id = "{SECRET}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[auth\] must be one provider"):
        read_settings(ROLES, path)
    path.write_text('auth = "okta"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[auth\] must be a section"):
        read_settings(ROLES, path)


def test_the_section_and_the_roles_are_set_together_or_not_at_all(tmp_path: Path) -> None:
    assert "SIGN_IN_ROLES and the section [auth]" in refusal(tmp_path, HOME="/root")
    with pytest.raises(SettingsError, match=r"SIGN_IN_ROLES and the section \[auth\]"):
        read_settings(ROLES, Path("no-such-file"))


def test_roles_are_refused_by_name_and_not_quoted(tmp_path: Path) -> None:
    words = refusal(tmp_path, SIGN_IN_ROLES="boss=zebulon")
    assert words.startswith("SIGN_IN_ROLES must be role=value")
    assert "zebulon" not in words


def test_people_come_back_to_a_name_under_which_the_server_answers(tmp_path: Path) -> None:
    elsewhere: dict[str, str | None] = {"redirect_uri": "https://desk.example.com/oauth2callback"}
    assert "WORKBENCH_HOSTS" in refusal(tmp_path, elsewhere)
    assert settings_of(tmp_path, elsewhere, **ROLES, WORKBENCH_HOSTS="desk.example.com").sign_in_rules is not None


def test_an_issuer_that_the_address_does_not_tell_is_a_setting(tmp_path: Path) -> None:
    odd: dict[str, str | None] = {"server_metadata_url": "https://login.example.com/metadata"}
    assert "SIGN_IN_ISSUER" in refusal(tmp_path, odd)
    named = settings_of(tmp_path, odd, **ROLES, SIGN_IN_ISSUER="https://login.example.com/").sign_in_rules
    assert named is not None
    assert named.issuer == "https://login.example.com/"


def test_no_secret_of_the_section_is_in_any_form_of_the_settings(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    for text in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in text
