"""The sign-in provider of the section ``[auth]`` of the secrets file, which Streamlit reads too."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

SECTION = "auth"
CALLBACK = "/oauth2callback"
DISCOVERY = "/.well-known/openid-configuration"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SHORTEST_COOKIE_SECRET = 32
_FEWEST_DIFFERENT_SIGNS = 8
_WORDS_OF_PLACEHOLDERS = ("random", "replace", "change", "secret", "example", "password")


class Provider(BaseModel):
    """One OpenID Connect provider, and how this workbench is known to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    redirect_uri: str
    cookie_secret: SecretStr
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    server_metadata_url: str
    client_kwargs: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _is_one_provider(cls, given: object) -> object:
        if not isinstance(given, dict):
            raise ValueError(f"must be a section: [{SECTION}]")
        if any(isinstance(value, dict) for name, value in given.items() if name != "client_kwargs"):
            raise ValueError(f"must be one provider, written in [{SECTION}] itself without sections of its own")
        return given

    @field_validator("redirect_uri")
    @classmethod
    def _leads_back_here(cls, value: str) -> str:
        if not value.endswith(CALLBACK) or _host_of(value) is None:
            raise ValueError(f"must be this workbench's address with {CALLBACK}, with https except on this machine")
        return value

    @field_validator("server_metadata_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        if _host_of(value) is None:
            raise ValueError("must be a URL with https, except on this machine")
        return value

    @field_validator("cookie_secret")
    @classmethod
    def _cannot_be_guessed(cls, value: SecretStr) -> SecretStr:
        """Whoever knows it can sign in as anybody, and what stands in a guide everybody knows."""
        secret = value.get_secret_value()
        if len(secret) < _SHORTEST_COOKIE_SECRET or _looks_typed(secret):
            raise ValueError(
                f"must have {_SHORTEST_COOKIE_SECRET} random characters or more, from: openssl rand -hex 32"
            )
        return value

    @property
    def host(self) -> str:
        """The name under which people open the workbench."""
        return _host_of(self.redirect_uri) or ""

    @property
    def is_of_this_machine(self) -> bool:
        return self.host in LOOPBACK

    @property
    def issuer(self) -> str | None:
        """Who issues its tokens, by the rule of OpenID Connect Discovery; None if the address does not follow it."""
        found = self.server_metadata_url.removesuffix(DISCOVERY)
        return None if found == self.server_metadata_url else found


def _looks_typed(secret: str) -> bool:
    """Whether somebody wrote this, rather than a generator of random characters."""
    has_blank = any(sign.isspace() for sign in secret)
    has_word = any(word in secret.casefold() for word in _WORDS_OF_PLACEHOLDERS)
    return has_blank or has_word or len(set(secret)) < _FEWEST_DIFFERENT_SIGNS


def _host_of(address: str) -> str | None:
    """The host of an address that may carry a sign-in; None if it may not."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return host if host and is_safe and port != 0 and not parts.username and not parts.query else None
