"""Everything that can be set, read once at start from the environment or ``.streamlit/secrets.toml``."""

import binascii
import getpass
import os
import re
import tomllib
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from workbench.domain.errors import SettingsError
from workbench.domain.links.requests import CLOCK_MARGIN
from workbench.domain.vocabulary import Standing

SECRETS = Path(".streamlit/secrets.toml")
_OUR_PREFIXES = ("bakkt_", "workbench_", "target_hours_")
"""Names in the environment that can only be meant for us; others there (``SYNC_…``, ``LINK_…``) belong to anybody."""
_CREDENTIALS = ("bakkt_base_url", "bakkt_api_key", "bakkt_partner_id")
_TEN_YEARS = 87_600
_HEADER_NAME = r"^[A-Za-z0-9_-]+$"
_PATH_SECRET = re.compile(r"[A-Za-z0-9_-]{16,}")
_LEAST_SYNC_MINUTES = 1 / 6
"""However fast practice goes: a run that never ends would leave the desk no time for people."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """The settings of one desk. Each field's environment variable is its name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    bakkt_base_url: str | None = Field(None, description="Bakkt's gateway for this company; unset: the sandbox.")
    bakkt_api_key: SecretStr | None = Field(None, description="The key that every call carries.")
    bakkt_partner_id: str | None = Field(None, description="This company's partnerId, a UUID.")
    bakkt_authorization: str = Field("API-Key {key}", description="The Authorization header; {key} is the key.")
    bakkt_requests_per_second: float = Field(
        50, gt=0, le=100_000, description="Requests sent to Bakkt a second, at most."
    )
    bakkt_concurrency: int = Field(32, ge=1, le=1024, description="Requests under way at once, at most.")
    workbench_database: Path = Field(Path("data/workbench.duckdb"), description="The database file.")
    workbench_actor: str | None = Field(
        None, max_length=100, description="The name in the record of every action; unset: this machine's user."
    )
    sync_interval_minutes: float = Field(
        15, ge=0, le=60 * _TEN_YEARS, description="Minutes between runs in the background; 0: none."
    )
    webhook_scheme: Literal["hmac", "standard", "path"] | None = Field(
        None, description="How Bakkt signs its events: hmac, standard or path; unset: the receiver is closed."
    )
    webhook_secrets: SecretStr | None = Field(
        None, description="The secrets of the events, separated by commas, the current one first."
    )
    webhook_header: str = Field(
        "X-Signature", pattern=_HEADER_NAME, description="hmac: the header with the signature, HMAC-SHA256."
    )
    webhook_encoding: Literal["hex", "base64"] = Field("hex", description="hmac: how the signature is written.")
    webhook_timestamp_header: str | None = Field(
        None,
        pattern=_HEADER_NAME,
        description="hmac: the header with the time, in whole seconds since 1970; "
        "the signature is then of <timestamp>.<body>.",
    )
    webhook_tolerance_seconds: float = Field(
        300, gt=0, le=86_400, description="hmac: how far that time may be from this machine's; standard has 300."
    )
    sync_final_after_hours: float = Field(
        168, ge=0, le=_TEN_YEARS, description="How old a reading of a finished account may be."
    )
    link_warning_hours: float = Field(
        24, gt=0, le=_TEN_YEARS, description="A live link with less time left is expiring."
    )
    upload_limit_mb: float = Field(15, gt=0, le=50, description="The largest file that is uploaded, in MB.")
    target_hours_submitted: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target of submitted accounts, in hours."
    )
    target_hours_under_review: float = Field(
        72, gt=0, le=_TEN_YEARS, description="Target of accounts under review, in hours."
    )
    target_hours_verification: float = Field(
        72, gt=0, le=_TEN_YEARS, description="Target of accounts in verification, in hours."
    )
    target_hours_kyb_documents: float = Field(
        168, gt=0, le=_TEN_YEARS, description="Target of entities without papers, in hours."
    )
    target_hours_kyb_ready: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target of entities ready for KYB, in hours."
    )
    target_hours_kyb_screening: float = Field(
        120, gt=0, le=_TEN_YEARS, description="Target of entities in KYB screening, in hours."
    )
    target_hours_suspended: float = Field(
        120, gt=0, le=_TEN_YEARS, description="Target of suspended accounts, in hours."
    )
    target_hours_unrecognised: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target of unrecognised standings, in hours."
    )
    sandbox_accounts: int = Field(400, ge=1, le=100_000, description="Accounts in the embedded sandbox.")
    sandbox_seed: int = Field(7, description="The embedded sandbox's people: the same seed, the same people.")
    sandbox_speed: float = Field(
        1,
        ge=1,
        le=100_000,
        description="Practice: the embedded sandbox's durations and our targets are divided by this.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 -- the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given alone: ``read_settings`` reads the environment itself, to refuse names that nobody knows."""
        return (init_settings,)

    @field_validator("bakkt_base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
            raise ValueError("is not an address like https://api.bakkt.com")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("must begin with https: the key must not travel in the clear")
        return value.strip().rstrip("/")

    @field_validator("bakkt_authorization")
    @classmethod
    def _has_room_for_the_key(cls, value: str) -> str:
        if "{key}" not in value:
            raise ValueError("must contain {key}")
        return value

    @model_validator(mode="after")
    def _has_all_credentials_or_none(self) -> Self:
        unset = [name.upper() for name in _CREDENTIALS if not _is_set(getattr(self, name))]
        if 0 < len(unset) < len(_CREDENTIALS):
            raise ValueError(f"{' and '.join(unset)} must be set too, or none of the three for the sandbox")
        return self

    @model_validator(mode="after")
    def _has_scheme_and_secrets_that_fit(self) -> Self:
        secrets = _listed(self.webhook_secrets)
        if (self.webhook_scheme is None) is not (not secrets):
            raise ValueError("WEBHOOK_SCHEME and WEBHOOK_SECRETS must be set together")
        if self.webhook_scheme == "path" and not all(map(_PATH_SECRET.fullmatch, secrets)):
            raise ValueError("WEBHOOK_SECRETS of the scheme path must be 16 or more letters, digits, - or _ each")
        if self.webhook_scheme == "standard" and not all(map(_is_standard_secret, secrets)):
            raise ValueError("WEBHOOK_SECRETS of the scheme standard must be base64 each, with or without whsec_")
        return self

    @property
    def is_sandbox(self) -> bool:
        """Without credentials the workbench runs on the embedded sandbox."""
        return self.bakkt_base_url is None

    @property
    def actor(self) -> str:
        """Who acts, until there is a sign-in: the name that is set, else the user this process runs as."""
        return (self.workbench_actor or "").strip() or _user_of_this_process()

    @property
    def speed(self) -> float:
        """How many times faster than life the desk's Bakkt is; the real one keeps real time."""
        return self.sandbox_speed if self.is_sandbox else 1.0

    @property
    def clock_margin(self) -> timedelta:
        """For so long after a link's stored end Bakkt's clock may still hold it alive."""
        return CLOCK_MARGIN / self.speed

    def in_force(self) -> Self:
        """These settings as the desk keeps them: targets, warning and schedule at the speed of its Bakkt."""
        hours = [name for name in type(self).model_fields if name.startswith("target_hours_")]
        divided = {name: getattr(self, name) / self.speed for name in (*hours, "link_warning_hours")}
        return self.model_copy(update={**divided, "sync_interval_minutes": self._interval_at_speed()})

    def _interval_at_speed(self) -> float:
        asked = self.sync_interval_minutes
        return min(asked, max(asked / self.speed, _LEAST_SYNC_MINUTES))

    @property
    def target_hours(self) -> dict[Standing, float]:
        """The target of each standing that has one, in hours."""
        names = {standing: f"target_hours_{standing.value}" for standing in Standing}
        return {standing: getattr(self, name) for standing, name in names.items() if name in type(self).model_fields}


def read_settings(environment: Mapping[str, str] | None = None, secrets: Path = SECRETS) -> Settings:
    """The settings in force: the environment before the secrets file, the defaults last.

    Raises SettingsError in one sentence that names the setting: unknown, malformed or half-set. It never shows a value.
    """
    environment = os.environ if environment is None else environment
    given = {name: value for name, value in _from_secrets(secrets).items() if not _is_blank(value)}
    given |= {name: value for name, value in _from_environment(environment).items() if not _is_blank(value)}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise SettingsError(f"There is no setting {unknown[0].upper()}.")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic turns each text into its field's type
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    named = {name.lower(): value for name, value in environment.items()}
    return {
        name: value for name, value in named.items() if name in Settings.model_fields or name.startswith(_OUR_PREFIXES)
    }


def _from_secrets(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read as TOML.") from error
    return {name.lower(): value for name, value in found.items()}


def _is_blank(value: object) -> bool:
    """An empty line of a template means that nothing is set."""
    return isinstance(value, str) and not value.strip()


def _is_set(value: object) -> bool:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return isinstance(text, str) and bool(text.strip())


def _listed(secrets: SecretStr | None) -> list[str]:
    text = secrets.get_secret_value() if secrets else ""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_standard_secret(secret: str) -> bool:
    try:
        return bool(b64decode(secret.removeprefix("whsec_") + "==", validate=False))
    except (binascii.Error, ValueError):
        return False


def _user_of_this_process() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has a number and no name
        return "unnamed user"


def _sentence(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    words = problem["msg"].removeprefix("Value error, ")
    names = " ".join(str(part).upper() for part in problem["loc"])
    return f"{names} {words[0].lower()}{words[1:]}." if names else f"{words}."
