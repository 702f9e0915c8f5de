"""All settings, read once at start from the environment or ``.streamlit/secrets.toml``."""

import binascii
import os
import re
import tomllib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from workbench.access.acting import machine_user
from workbench.access.claims import SignInRules, parse_roles
from workbench.access.provider import LOOPBACK, SECTION, Provider
from workbench.domain.errors import SettingsError
from workbench.domain.links.requests import CLOCK_MARGIN
from workbench.domain.vocabulary import Standing
from workbench.web.own_names import OwnNames, is_loopback, parse_names

SECRETS = Path(".streamlit/secrets.toml")
FROM_THE_FILE_ALONE = frozenset({SECTION})
"""Not a text, so no environment variable."""
_REFUSED_IF_UNKNOWN = ("bakkt_", "workbench_", "target_hours_", "sign_in_")
"""Unknown variables with these prefixes can only be ours misspelt; others may belong to another program."""
_CREDENTIALS = ("bakkt_base_url", "bakkt_api_key", "bakkt_partner_id")
_TEN_YEARS = 87_600
_TOKEN = re.compile(r"[!-~]+")
_HEADER_NAME = r"^[A-Za-z0-9_-]+$"
_PATH_SECRET = re.compile(r"[A-Za-z0-9_-]{16,200}")
_MIN_SYNC_MINUTES = 1 / 6
"""The shortest sync interval, however fast practice runs: syncing without a break would slow the pages down."""


class Settings(BaseSettings):
    """The settings of one desk. Each field's environment variable is its name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    bakkt_base_url: str | None = Field(
        None, description="Bakkt's base URL for this company; if unset, the sandbox is used."
    )
    bakkt_api_key: SecretStr | None = Field(None, description="The API key sent with every request.")
    bakkt_partner_id: str | None = Field(None, description="This company's partnerId, a UUID.")
    bakkt_authorization: str = Field("API-Key {key}", description="The Authorization header; {key} is the API key.")
    bakkt_requests_per_second: float = Field(
        50, gt=0, le=100_000, description="Maximum requests per second sent to Bakkt."
    )
    bakkt_concurrency: int = Field(
        32, ge=1, le=1024, description="Maximum number of requests to Bakkt at the same time."
    )
    workbench_database: Path = Field(Path("data/workbench.duckdb"), description="The database file.")
    database_memory_mb: int = Field(
        512,
        ge=128,
        le=1_048_576,
        description="How much memory the database may use besides its indexes, in MB; what does not fit goes to a "
        "folder beside it.",
    )
    publish_folder: Path | None = Field(
        None,
        description="The folder in which a copy without personal data is published, for analysts; whoever may read "
        "the folder may read the copy.",
    )
    publish_interval_minutes: float = Field(
        15, ge=0, le=60 * _TEN_YEARS, description="Minutes between publishing to PUBLISH_FOLDER; 0 turns it off."
    )
    workbench_actor: str | None = Field(
        None,
        max_length=100,
        description="The name recorded with every action; if unset, the user that runs the workbench.",
    )
    workbench_hosts: str | None = Field(
        None,
        description="Names under which people open the workbench, separated by commas, besides those of this machine "
        "(localhost, 127.0.0.1, [::1]), which needs sign-in; with a port, under that port only.",
    )
    workbench_url: str | None = Field(
        None, description="The address of a running workbench, for the command line and notebooks on other machines."
    )
    workbench_token: SecretStr | None = Field(None, description="The API token that goes with WORKBENCH_URL.")
    auth: Provider | None = Field(None, description="The sign-in provider; without it there is no sign-in.")
    sign_in_role_claim: str = Field(
        "groups",
        min_length=1,
        description="The claim of the provider's token that gives a role, or the path to it: realm_access.roles.",
    )
    sign_in_roles: str | None = Field(
        None,
        description="Which value of that claim gives which role, separated by commas: "
        "viewer=desk-viewers,admin=desk-admins; roles are viewer, agent, analyst, lead and admin.",
    )
    sign_in_issuer: str | None = Field(
        None, description="Who issues the provider's tokens, if it is not what server_metadata_url begins with."
    )
    sign_in_idle_minutes: float = Field(
        15, ge=1, le=720, description="Minutes without an act of the person after which a session ends."
    )
    sign_in_hours: float = Field(
        12, gt=0, le=72, description="Hours after which a session ends, and the person signs in again."
    )
    two_person_rule: bool = Field(
        False,
        description="Whether a customer's last link, and a KYB trigger whose checklist is incomplete, wait until a "
        "second person confirms them (docs/security.md); only with sign-in.",
    )
    sync_interval_minutes: float = Field(
        15, ge=0, le=60 * _TEN_YEARS, description="Minutes between automatic syncs; 0 turns them off."
    )
    webhook_scheme: Literal["hmac", "standard", "path"] | None = Field(
        None, description="How Bakkt signs its events: hmac, standard or path; if unset, no events are accepted."
    )
    webhook_secrets: SecretStr | None = Field(
        None, description="The webhook secrets, separated by commas, the current one first."
    )
    webhook_header: str = Field(
        "X-Signature", pattern=_HEADER_NAME, description="hmac: the header with the signature (HMAC-SHA256)."
    )
    webhook_encoding: Literal["hex", "base64"] = Field(
        "hex", description="hmac: the signature's encoding, hex or base64."
    )
    webhook_timestamp_header: str | None = Field(
        None,
        pattern=_HEADER_NAME,
        description="hmac: the header with the timestamp, in whole seconds since 1970; "
        "the signature then covers {timestamp}.{body}.",
    )
    webhook_tolerance_seconds: float = Field(
        300, gt=0, le=86_400, description="hmac: how many seconds the timestamp may be off; standard always uses 300."
    )
    sync_final_after_hours: float = Field(
        168, ge=0, le=_TEN_YEARS, description="Hours after which an account in a final standing is read again."
    )
    link_warning_hours: float = Field(
        24, gt=0, le=_TEN_YEARS, description="A live link with fewer hours left counts as expiring."
    )
    upload_limit_mb: float = Field(15, gt=0, le=50, description="The largest file that can be uploaded, in MB.")
    target_hours_submitted: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target for submitted accounts, in hours."
    )
    target_hours_under_review: float = Field(
        72, gt=0, le=_TEN_YEARS, description="Target for accounts under review, in hours."
    )
    target_hours_verification: float = Field(
        72, gt=0, le=_TEN_YEARS, description="Target for accounts in verification, in hours."
    )
    target_hours_kyb_documents: float = Field(
        168, gt=0, le=_TEN_YEARS, description="Target for entities still missing documents, in hours."
    )
    target_hours_kyb_ready: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target for entities ready for KYB, in hours."
    )
    target_hours_kyb_screening: float = Field(
        120, gt=0, le=_TEN_YEARS, description="Target for entities in KYB screening, in hours."
    )
    target_hours_suspended: float = Field(
        120, gt=0, le=_TEN_YEARS, description="Target for suspended accounts, in hours."
    )
    target_hours_unrecognised: float = Field(
        24, gt=0, le=_TEN_YEARS, description="Target for accounts in an unrecognised standing, in hours."
    )
    sandbox_accounts: int = Field(400, ge=1, le=100_000, description="Accounts in the embedded sandbox.")
    sandbox_seed: int = Field(7, description="Seed of the embedded sandbox; the same seed gives the same customers.")
    sandbox_speed: float = Field(
        1,
        ge=1,
        le=100_000,
        description="How many times faster than real time the embedded sandbox runs; targets are divided by it too.",
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
        """Takes only the values passed in: ``read_settings`` reads the environment itself, to refuse unknown names."""
        return (init_settings,)

    @field_validator("bakkt_base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _parts_of_address(value, "https://api.bakkt.com")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must start with https, or the key would be sent unencrypted")
        return value.strip().rstrip("/")

    @field_validator("workbench_url")
    @classmethod
    def _is_a_workbench(cls, value: str | None) -> str | None:
        if value is not None:
            _parts_of_address(value, "https://desk.example.com")
        return value and value.strip().rstrip("/")

    @field_validator("workbench_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("may contain only printable ASCII characters, and no spaces")
        return value

    @field_validator("workbench_hosts")
    @classmethod
    def _are_names(cls, value: str | None) -> str | None:
        parse_names(value or "")
        return value

    @field_validator("bakkt_authorization")
    @classmethod
    def _has_room_for_the_key(cls, value: str) -> str:
        if "{key}" not in value:
            raise ValueError("must contain {key}")
        return value

    @field_validator("sign_in_roles")
    @classmethod
    def _are_roles(cls, value: str | None) -> str | None:
        parse_roles(value or "")
        return value

    @model_validator(mode="after")
    def _has_a_whole_sign_in_or_none(self) -> Self:
        if (self.auth is None) is not (not parse_roles(self.sign_in_roles or "")):
            raise ValueError(f"SIGN_IN_ROLES and the section [{SECTION}] of the secrets file must be set together")
        if self.auth is not None and not (self.sign_in_issuer or self.auth.issuer):
            raise ValueError("SIGN_IN_ISSUER must be set: server_metadata_url does not say who issues the tokens")
        if self.auth is not None and not self._is_own_name(self.auth):
            raise ValueError(f"[{SECTION}] redirect_uri must be at this machine or at a name in WORKBENCH_HOSTS")
        return self

    @model_validator(mode="after")
    def _has_two_people_for_their_rule(self) -> Self:
        if self.two_person_rule and self.auth is None:
            raise ValueError(
                "TWO_PERSON_RULE may be on only if people sign in, as without sign-in there is only one person: "
                f"add a section [{SECTION}] (docs/security.md), or unset it"
            )
        return self

    @model_validator(mode="after")
    def _serves_others_with_sign_in_alone(self) -> Self:
        if self.auth is None and not all(is_loopback(name.host) for name in self.own_names.listed):
            raise ValueError(
                "WORKBENCH_HOSTS may hold names that other machines reach only if people sign in: "
                f"add a section [{SECTION}] (docs/security.md), or unset it"
            )
        return self

    def _is_own_name(self, provider: Provider) -> bool:
        return provider.is_of_this_machine or any(
            name.host.strip("[]") == provider.host for name in self.own_names.listed
        )

    @model_validator(mode="after")
    def _has_all_credentials_or_none(self) -> Self:
        unset = [name.upper() for name in _CREDENTIALS if not _is_set(getattr(self, name))]
        if 0 < len(unset) < len(_CREDENTIALS):
            raise ValueError(f"{' and '.join(unset)} must be set too; unset all three to use the sandbox")
        return self

    @model_validator(mode="after")
    def _has_scheme_and_secrets_that_fit(self) -> Self:
        secrets = _split(self.webhook_secrets)
        if (self.webhook_scheme is None) is not (not secrets):
            raise ValueError("WEBHOOK_SCHEME and WEBHOOK_SECRETS must be set together")
        if self.webhook_scheme == "path" and not all(map(_PATH_SECRET.fullmatch, secrets)):
            raise ValueError("WEBHOOK_SECRETS for scheme path must each be 16 to 200 letters, digits, - or _")
        if self.webhook_scheme == "standard" and not all(map(_is_standard_secret, secrets)):
            raise ValueError("WEBHOOK_SECRETS for scheme standard must each be base64, with or without whsec_")
        return self

    @property
    def sign_in_rules(self) -> SignInRules | None:
        """Whose tokens count, and which roles they give; None without sign-in."""
        if self.auth is None:
            return None
        issuer = self.sign_in_issuer or self.auth.issuer or ""
        return SignInRules(issuer, self.sign_in_role_claim, parse_roles(self.sign_in_roles or ""))

    @property
    def own_names(self) -> OwnNames:
        """The names under which the server answers."""
        return OwnNames(parse_names(self.workbench_hosts or ""))

    @property
    def published_folder(self) -> Path:
        """Where the published copy is: PUBLISH_FOLDER, else a folder beside the database."""
        return self.publish_folder or self.workbench_database.with_name(f"{self.workbench_database.name}.published")

    @property
    def is_sandbox(self) -> bool:
        """Without credentials the workbench runs on the embedded sandbox."""
        return self.bakkt_base_url is None

    @property
    def actor(self) -> str:
        """The person acting without sign-in: WORKBENCH_ACTOR, else the user this process runs as."""
        return (self.workbench_actor or "").strip() or machine_user()

    @property
    def speed(self) -> float:
        """How many times faster than real time the sandbox runs; 1 for Bakkt itself."""
        return self.sandbox_speed if self.is_sandbox else 1.0

    @property
    def clock_margin(self) -> timedelta:
        """How long after a link's stored expiry Bakkt's clock may still treat it as live."""
        return CLOCK_MARGIN / self.speed

    def as_texts(self) -> dict[str, str]:
        """Each setting's value by its name, secrets too: to compare them, never to show."""
        return {name: _as_text(getattr(self, name)) for name in type(self).model_fields}

    @classmethod
    def default_texts(cls) -> dict[str, str]:
        """The same of settings that nobody set."""
        return {
            name: _as_text(field.get_default(call_default_factory=True)) for name, field in cls.model_fields.items()
        }

    def at_speed(self) -> Self:
        """A copy whose targets, link warning and sync interval are scaled to ``speed``."""
        hours = [name for name in type(self).model_fields if name.startswith("target_hours_")]
        divided = {name: getattr(self, name) / self.speed for name in (*hours, "link_warning_hours")}
        return self.model_copy(update={**divided, "sync_interval_minutes": self._interval_at_speed()})

    def _interval_at_speed(self) -> float:
        minutes = self.sync_interval_minutes
        return min(minutes, max(minutes / self.speed, _MIN_SYNC_MINUTES))

    @property
    def target_hours(self) -> dict[Standing, float]:
        """The target of each standing that has one, in hours."""
        names = {standing: f"target_hours_{standing.value}" for standing in Standing}
        return {standing: getattr(self, name) for standing, name in names.items() if name in type(self).model_fields}


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return ", ".join(f"{name}={_as_text(part)}" for name, part in value)
    return str(float(value)) if isinstance(value, int) else str(value)


def _parts_of_address(value: str, example: str) -> SplitResult:
    """Raises ValueError if it is not the address of a server."""
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise ValueError(f"is not a URL such as {example}")
    with suppress(ValueError):  # its words quote the port
        if parts.port != 0:
            return parts
    raise ValueError("has an impossible port")


def read_settings(environment: Mapping[str, str] | None = None, secrets: Path = SECRETS) -> Settings:
    """The settings in force: the environment first, then the secrets file, then the defaults.

    Raises SettingsError naming the setting that is unknown, malformed or half-set; the message never shows a value.
    """
    environment = os.environ if environment is None else environment
    given = {name: value for name, value in _from_secrets(secrets).items() if not _is_blank(value)}
    given |= {name: value for name, value in _from_environment(environment).items() if not _is_blank(value)}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise SettingsError(f"Unknown setting: {unknown[0].upper()}.")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic turns each text into its field's type
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def is_sign_in_on() -> bool:
    """Whether people sign in here. Raises SettingsError."""
    return read_settings().sign_in_rules is not None


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    named = {name.lower(): value for name, value in environment.items()}
    return {
        name: value
        for name, value in named.items()
        if (name in Settings.model_fields and name not in FROM_THE_FILE_ALONE) or name.startswith(_REFUSED_IF_UNKNOWN)
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
    """A blank value counts as unset: templates leave lines empty."""
    return isinstance(value, str) and not value.strip()


def _is_set(value: object) -> bool:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return isinstance(text, str) and bool(text.strip())


def _split(secrets: SecretStr | None) -> list[str]:
    text = secrets.get_secret_value() if secrets else ""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_standard_secret(secret: str) -> bool:
    try:
        return bool(b64decode(secret.removeprefix("whsec_") + "==", validate=False))
    except (binascii.Error, ValueError):
        return False


def _sentence(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    words = problem["msg"].removeprefix("Value error, ")
    names = _setting_named(problem["loc"])
    return f"{names} {words[0].lower()}{words[1:]}." if names else f"{words}."


def _setting_named(place: Sequence[int | str]) -> str:
    if place and place[0] == SECTION:
        return " ".join((f"[{SECTION}]", *map(str, place[1:2])))
    return " ".join(str(part).upper() for part in place)
