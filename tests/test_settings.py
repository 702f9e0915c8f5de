"""Settings come from the environment or the secrets file; errors name the setting in one sentence, never its value."""

from pathlib import Path

import pytest

from tests.support.running import command
from tests.support.sign_in import ROLES, write_secrets
from workbench.domain.errors import SettingsError
from workbench.domain.vocabulary import Standing
from workbench.settings import Settings, read_settings

SECRET = "S3CRET-of-nobody"
REAL = {"BAKKT_BASE_URL": "https://api.bakkt.example", "BAKKT_API_KEY": SECRET, "BAKKT_PARTNER_ID": "11111111-2222"}

API = {"WORKBENCH_TOKEN": SECRET}

SIGNED = {"WEBHOOK_SCHEME": "hmac", "WEBHOOK_SECRETS": f"{SECRET}, an-older-one"}

VALUES: dict[str, tuple[str, object]] = {
    "WEBHOOK_HEADER": ("X-Bakkt-Signature", "X-Bakkt-Signature"),
    "WEBHOOK_ENCODING": ("base64", "base64"),
    "WEBHOOK_TIMESTAMP_HEADER": ("X-Timestamp", "X-Timestamp"),
    "WEBHOOK_TOLERANCE_SECONDS": ("60", 60.0),
    "BAKKT_AUTHORIZATION": ("Bearer {key}", "Bearer {key}"),
    "BAKKT_REQUESTS_PER_SECOND": ("12.5", 12.5),
    "BAKKT_CONCURRENCY": ("8", 8),
    "WORKBENCH_DATABASE": ("elsewhere/desk.duckdb", Path("elsewhere/desk.duckdb")),
    "DATABASE_MEMORY_MB": ("256", 256),
    "PUBLISH_FOLDER": ("elsewhere/copy", Path("elsewhere/copy")),
    "PUBLISH_INTERVAL_MINUTES": ("60", 60.0),
    "WORKBENCH_ACTOR": ("Ann of the desk", "Ann of the desk"),
    "SIGN_IN_ROLE_CLAIM": ("realm_access.roles", "realm_access.roles"),
    "SIGN_IN_ISSUER": ("https://login.example.com/", "https://login.example.com/"),
    "SIGN_IN_IDLE_MINUTES": ("30", 30.0),
    "SIGN_IN_HOURS": ("8", 8.0),
    "WORKBENCH_HOSTS": ("127.0.0.2, [::1]:8443", "127.0.0.2, [::1]:8443"),
    "SYNC_INTERVAL_MINUTES": ("2.5", 2.5),
    "SYNC_FINAL_AFTER_HOURS": ("24", 24.0),
    "WORKBENCH_URL": ("https://desk.example.com", "https://desk.example.com"),
    "LINK_WARNING_HOURS": ("12", 12.0),
    "UPLOAD_LIMIT_MB": ("5", 5.0),
    "TARGET_HOURS_SUBMITTED": ("1", 1.0),
    "TARGET_HOURS_UNDER_REVIEW": ("2", 2.0),
    "TARGET_HOURS_VERIFICATION": ("3", 3.0),
    "TARGET_HOURS_KYB_DOCUMENTS": ("4", 4.0),
    "TARGET_HOURS_KYB_READY": ("5", 5.0),
    "TARGET_HOURS_KYB_SCREENING": ("6", 6.0),
    "TARGET_HOURS_SUSPENDED": ("7", 7.0),
    "TARGET_HOURS_UNRECOGNISED": ("8", 8.0),
    "SANDBOX_ACCOUNTS": ("12", 12),
    "SANDBOX_SEED": ("3", 3),
    "SANDBOX_SPEED": ("60", 60.0),
}
NOWHERE = Path("/nowhere/secrets.toml")


def secrets_file(folder: Path, text: str) -> Path:
    path = folder / "secrets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(environment: dict[str, str], secrets: Path = NOWHERE) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment, secrets)
    words = refused.value.message
    assert SECRET not in words
    assert "\n" not in words
    assert words.endswith(".")
    return words


def test_the_defaults_are_those_of_the_issue_and_of_desk_md() -> None:
    settings = read_settings({}, NOWHERE)
    assert settings.is_sandbox
    assert (settings.bakkt_requests_per_second, settings.bakkt_concurrency) == (50, 32)
    assert settings.workbench_database == Path("data/workbench.duckdb")
    assert settings.link_warning_hours == 24
    assert settings.target_hours == {
        Standing.SUBMITTED: 24,
        Standing.UNDER_REVIEW: 72,
        Standing.VERIFICATION: 72,
        Standing.KYB_DOCUMENTS: 168,
        Standing.KYB_READY: 24,
        Standing.KYB_SCREENING: 120,
        Standing.SUSPENDED: 120,
        Standing.UNRECOGNISED: 24,
    }


def test_every_setting_is_tried_here() -> None:
    tried_elsewhere = {"AUTH", "SIGN_IN_ROLES", "TWO_PERSON_RULE"}  # tests/test_sign_in_settings.py
    tried = set(VALUES) | set(REAL) | set(SIGNED) | set(API) | tried_elsewhere
    assert {name.upper() for name in Settings.model_fields} == tried


@pytest.mark.parametrize("name", VALUES)
def test_each_setting_comes_from_the_environment_and_from_the_file(tmp_path: Path, name: str) -> None:
    text, value = VALUES[name]
    assert getattr(read_settings({name: text}, NOWHERE), name.lower()) == value
    for spelling in (name, name.lower()):
        path = secrets_file(tmp_path, f'{spelling} = "{text}"\n')
        assert getattr(read_settings({}, path), name.lower()) == value


def test_credentials_come_from_the_file_too(tmp_path: Path) -> None:
    path = secrets_file(tmp_path, "".join(f'{name} = "{value}"\n' for name, value in REAL.items()))
    settings = read_settings({}, path)
    assert not settings.is_sandbox
    assert settings.bakkt_api_key is not None
    assert settings.bakkt_api_key.get_secret_value() == SECRET


def test_the_environment_goes_before_the_file_and_blank_counts_as_not_set(tmp_path: Path) -> None:
    path = secrets_file(tmp_path, "BAKKT_CONCURRENCY = 3\nBAKKT_REQUESTS_PER_SECOND = 7\n")
    settings = read_settings({"BAKKT_CONCURRENCY": "5", "BAKKT_REQUESTS_PER_SECOND": " "}, path)
    assert (settings.bakkt_concurrency, settings.bakkt_requests_per_second) == (5, 7)


def test_a_template_left_empty_is_the_sandbox(tmp_path: Path) -> None:
    empty = dict.fromkeys(REAL, "")
    assert read_settings(empty, NOWHERE).is_sandbox
    assert read_settings({}, secrets_file(tmp_path, "".join(f'{name} = ""\n' for name in REAL))).is_sandbox


@pytest.mark.parametrize(
    "name",
    ["BAKKT_API_KEYS", "BAKKT_URL", "WORKBENCH_DB", "TARGET_HOURS_ACTIVE", "TARGET_HOURS_SUBMITED", "SIGN_IN_ROLE"],
)
def test_an_unknown_name_is_refused_in_either_place(tmp_path: Path, name: str) -> None:
    assert name in refusal({name: SECRET})
    assert name in refusal({}, secrets_file(tmp_path, f'{name.lower()} = "{SECRET}"\n'))


def test_other_environment_variables_are_ignored() -> None:
    assert read_settings({"HOME": "/root", "PATH": "/bin", "STREAMLIT_SERVER_PORT": "1"}, NOWHERE).is_sandbox


def test_an_unknown_name_in_the_file_is_refused_whatever_its_prefix(tmp_path: Path) -> None:
    assert "DATABASE" in refusal({}, secrets_file(tmp_path, f'database = "{SECRET}"\n'))


@pytest.mark.parametrize("given", [{"BAKKT_BASE_URL"}, {"BAKKT_API_KEY"}, {"BAKKT_PARTNER_ID"}])
def test_half_set_credentials_are_refused_naming_what_is_not_set(given: set[str]) -> None:
    for kept in (given, set(REAL) - given):
        words = refusal({name: value for name, value in REAL.items() if name in kept})
        assert all(name in words for name in set(REAL) - kept)


@pytest.mark.parametrize(
    "url",
    [
        "api.bakkt.com",
        "ftp://api.bakkt.com",
        "https://",
        "https:///accounts",
        "http://[::1",
        "https://api.bakkt.com?x=1",
        "http://api.bakkt.com",
        "http://10.0.0.1:8900",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        f"https://user:{SECRET}@api.bakkt.com",
    ],
)
def test_an_address_that_is_malformed_or_in_the_clear_is_refused(url: str) -> None:
    assert "BAKKT_BASE_URL" in refusal({**REAL, "BAKKT_BASE_URL": url})


@pytest.mark.parametrize(
    "url", ["desk.example.com", "ftp://desk", f"https://{SECRET}@desk", "https://desk:99999", "https://desk:Zebulon"]
)
def test_an_address_of_a_workbench_that_cannot_be_asked_is_refused(url: str) -> None:
    words = refusal({"WORKBENCH_URL": url})
    assert "WORKBENCH_URL" in words
    assert "Zebulon" not in words


@pytest.mark.parametrize("token", ["zwölf", "two words", "a\nb"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    words = refusal({"WORKBENCH_TOKEN": token})
    assert "WORKBENCH_TOKEN" in words
    assert token not in words


@pytest.mark.parametrize(
    "url", ["https://api.bakkt.com:99999", "https://api.bakkt.com:abc", "https://exa mple.com", "https://x.com/#f"]
)
def test_an_address_that_no_request_could_use_is_refused_at_start(tmp_path: Path, url: str) -> None:
    result = command(["doctor"], tmp_path, {**REAL, "BAKKT_BASE_URL": url})
    assert result.exit_code == 2
    assert "BAKKT_BASE_URL" in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url", ["http://localhost:8900", "http://127.0.0.1:8900/", "http://[::1]:8900", "https://api.bakkt.com/x/"]
)
def test_an_address_may_be_in_the_clear_on_this_machine_alone(url: str) -> None:
    assert read_settings({**REAL, "BAKKT_BASE_URL": url}, NOWHERE).bakkt_base_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BAKKT_REQUESTS_PER_SECOND", "fast"),
        ("BAKKT_REQUESTS_PER_SECOND", "0"),
        ("BAKKT_REQUESTS_PER_SECOND", "-1"),
        ("BAKKT_REQUESTS_PER_SECOND", "nan"),
        ("BAKKT_REQUESTS_PER_SECOND", "inf"),
        ("BAKKT_CONCURRENCY", "1.5"),
        ("BAKKT_CONCURRENCY", "0"),
        ("BAKKT_CONCURRENCY", "many"),
        ("TARGET_HOURS_SUBMITTED", "1e300"),
        ("TARGET_HOURS_SUBMITTED", "inf"),
        ("TARGET_HOURS_VERIFICATION", "-3"),
        ("LINK_WARNING_HOURS", "inf"),
        ("SYNC_FINAL_AFTER_HOURS", "nan"),
        ("SANDBOX_ACCOUNTS", "x"),
        ("SANDBOX_SPEED", "0"),
        ("SANDBOX_SPEED", "inf"),
        ("SYNC_INTERVAL_MINUTES", "-1"),
        ("SYNC_INTERVAL_MINUTES", "soon"),
        ("SIGN_IN_IDLE_MINUTES", "0"),
        ("SIGN_IN_IDLE_MINUTES", "inf"),
        ("SIGN_IN_HOURS", "0"),
        ("SIGN_IN_HOURS", "1000"),
        ("BAKKT_AUTHORIZATION", SECRET),
    ],
)
def test_an_invalid_number_is_refused_by_name(name: str, value: str) -> None:
    words = refusal({name: value})
    assert name in words
    assert value not in words or len(value) < 4


def test_the_scheme_of_events_and_its_secrets_are_set_together_or_not_at_all() -> None:
    settings = read_settings(SIGNED, NOWHERE)
    assert settings.webhook_scheme == "hmac"
    assert settings.webhook_secrets is not None
    assert settings.webhook_secrets.get_secret_value() == SIGNED["WEBHOOK_SECRETS"]
    for name in SIGNED:
        assert "WEBHOOK_SCHEME and WEBHOOK_SECRETS" in refusal({name: SIGNED[name]})
    assert "WEBHOOK_SECRETS" in refusal({**SIGNED, "WEBHOOK_SECRETS": " , ,"})


@pytest.mark.parametrize(
    ("scheme", "secrets"),
    [
        ("path", "too-short"),
        ("path", f"{SECRET}-1/2"),
        ("path", "0123456789abcdef,.."),
        ("standard", f"{SECRET}-é"),
        ("standard", "whsec_a"),
        ("standard", "whsec_c2VjcmV0,!!!!"),
    ],
)
def test_a_secret_that_its_scheme_cannot_carry_is_refused(scheme: str, secrets: str) -> None:
    words = refusal({"WEBHOOK_SCHEME": scheme, "WEBHOOK_SECRETS": secrets})
    assert "WEBHOOK_SECRETS" in words
    assert secrets not in words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SCHEME", "none-of-these"),
        ("WEBHOOK_HEADER", "X Signature"),
        ("WEBHOOK_ENCODING", "base58"),
        ("WEBHOOK_TIMESTAMP_HEADER", "X:Time"),
        ("WEBHOOK_TOLERANCE_SECONDS", "0"),
        ("WEBHOOK_TOLERANCE_SECONDS", "inf"),
    ],
)
def test_a_rule_of_signing_that_cannot_be_kept_is_refused_by_name(name: str, value: str) -> None:
    assert name in refusal({**SIGNED, name: value})


def test_a_key_that_no_header_can_carry_is_refused_at_start(tmp_path: Path) -> None:
    result = command(["doctor"], tmp_path, {**REAL, "BAKKT_API_KEY": f"{SECRET}é\nx"})
    assert result.exit_code == 2
    assert "BAKKT_API_KEY" in result.stderr
    assert SECRET not in result.stderr


def test_a_file_that_is_no_toml_is_named_and_not_quoted(tmp_path: Path) -> None:
    assert "secrets.toml" in refusal({}, secrets_file(tmp_path, f"BAKKT_API_KEY = {SECRET}"))
    (tmp_path / "secrets.toml").write_bytes(b"\xff\xfe\x00")
    assert "secrets.toml" in refusal({}, tmp_path / "secrets.toml")


def test_a_value_of_the_wrong_kind_in_the_file_is_refused_by_name(tmp_path: Path) -> None:
    rest = 'BAKKT_BASE_URL = "https://x.example"\nBAKKT_PARTNER_ID = "p"\n'
    assert "BAKKT_API_KEY" in refusal({}, secrets_file(tmp_path, f'{rest}BAKKT_API_KEY = ["{SECRET}"]\n'))


def test_no_secret_is_in_any_form_of_the_settings() -> None:
    settings = read_settings({**REAL, **SIGNED}, NOWHERE)
    for text in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in text


def test_settings_cannot_be_changed_after_the_start() -> None:
    settings = read_settings({}, NOWHERE)
    with pytest.raises(ValueError, match="frozen"):
        settings.bakkt_concurrency = 5  # type: ignore[misc]


def test_each_setting_says_in_one_line_what_it_means() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert "\n" not in field.description


def test_a_wrong_setting_is_misuse_on_the_command_line(tmp_path: Path) -> None:
    for arguments in (["sync"], ["doctor"], ["query", "accounts/standing"]):
        result = command(arguments, tmp_path, {"BAKKT_API_KEY": SECRET})
        assert result.exit_code == 2
        assert "BAKKT_BASE_URL" in result.stderr
        assert SECRET not in result.output


def test_an_unrelated_variable_is_ignored() -> None:
    settings = read_settings({"SYNC_TOKEN": "x", "LINK_COLOUR": "red", "SANDBOX_ID": "7"}, Path("no-such-file"))
    assert settings.link_warning_hours == 24


def test_practice_divides_targets_warning_schedule_and_clock_margin_by_its_speed() -> None:
    given = {"SANDBOX_SPEED": "36", "TARGET_HOURS_VERIFICATION": "72", "LINK_WARNING_HOURS": "18"}
    harness = read_settings(given, NOWHERE).at_speed()
    assert harness.target_hours[Standing.VERIFICATION] == 2
    assert harness.target_hours[Standing.SUBMITTED] == pytest.approx(24 / 36)
    assert harness.link_warning_hours == 0.5
    assert harness.sync_interval_minutes == pytest.approx(15 / 36)
    assert harness.clock_margin.total_seconds() == pytest.approx(120 / 36, abs=0.001)


def test_however_fast_practice_goes_ten_seconds_lie_between_two_runs_unless_fewer_were_asked_for() -> None:
    assert read_settings({"SANDBOX_SPEED": "3600"}, NOWHERE).at_speed().sync_interval_minutes == pytest.approx(1 / 6)
    given = {"SANDBOX_SPEED": "3600", "SYNC_INTERVAL_MINUTES": "0.05"}
    assert read_settings(given, NOWHERE).at_speed().sync_interval_minutes == 0.05
    assert read_settings({**given, "SYNC_INTERVAL_MINUTES": "0"}, NOWHERE).at_speed().sync_interval_minutes == 0


def test_a_speed_left_over_from_practice_changes_nothing_for_real_customers() -> None:
    real = read_settings({**REAL, "SANDBOX_SPEED": "3600"}, NOWHERE)
    assert real.at_speed() == real
    assert real.clock_margin.total_seconds() == 120


def test_at_normal_speed_the_settings_in_force_are_those_given() -> None:
    settings = read_settings({}, NOWHERE)
    assert settings.at_speed() == settings
    assert settings.sync_interval_minutes == 15


@pytest.mark.parametrize("text", ["https://desk.example.com", "*.example.com", "desk.example.com:x", "fd00::7"])
def test_a_list_of_hosts_with_anything_else_than_names_is_refused(text: str) -> None:
    words = refusal({"WORKBENCH_HOSTS": f"desk.example.com, {text}"})
    assert words.startswith("WORKBENCH_HOSTS must be host names such as desk.example.com")
    assert "without https://, path or wildcard" in words


def test_a_name_that_others_can_reach_needs_sign_in(tmp_path: Path) -> None:
    named = {"WORKBENCH_HOSTS": "127.0.0.2, desk.example.com"}
    assert refusal(named).startswith("WORKBENCH_HOSTS may hold names that other machines reach only if people sign in")
    assert read_settings(named | {"SIGN_IN_ROLES": ROLES}, write_secrets(tmp_path)).workbench_hosts is not None


def test_the_names_of_the_server_are_this_machine_s_and_those_that_are_set(tmp_path: Path) -> None:
    given = {"WORKBENCH_HOSTS": "desk.example.com, desk.example.net:8443", "SIGN_IN_ROLES": ROLES}
    names = read_settings(given, write_secrets(tmp_path)).own_names
    hosts = ["localhost", "desk.example.com", "desk.example.com:1", "desk.example.net:8443", "desk.example.net"]
    assert [host for host in hosts if names.host_in([host])] == hosts[:-1]


def test_a_secret_that_fits_no_address_is_refused() -> None:
    given = {"WEBHOOK_SCHEME": "path", "WEBHOOK_SECRETS": "a" * 200}
    assert read_settings(given, NOWHERE).webhook_secrets is not None
    assert "16 to 200 letters" in refusal(given | {"WEBHOOK_SECRETS": "a" * 201})
