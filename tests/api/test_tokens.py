"""Tokens: who makes and revokes them, their scopes, and that only the right text is one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.people import acting_as, person
from tests.support.stores import new_store
from tests.support.trails import Notebook
from workbench.access.acting import Acting, NotAllowedError
from workbench.access.policy import Role
from workbench.api.access import LocalAccess
from workbench.casework.api_tokens import ApiTokens
from workbench.client.server_file import read_address
from workbench.domain.errors import InputError
from workbench.domain.moments import naive
from workbench.store import Store
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

BO = acting_as("Bo")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
READING = [Scope.READ, Scope.PERSONAL]


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


def caller(tokens: ApiTokens, secret: str) -> Token | None:
    return Doorkeeper(tokens.in_force()).admit(f"Bearer {secret}")


def test_a_new_token_opens_its_own_door_alone() -> None:
    secret, token = new_token("this machine", Scope)
    assert Doorkeeper([token]).admit(f"Bearer {secret}") == token
    assert Doorkeeper([new_token("other", Scope)[1]]).admit(f"Bearer {secret}") is None
    assert Doorkeeper([token]).admit(f"Bearer {token.digest}") is None
    assert secret not in repr(token)


def test_a_made_token_comes_in_with_its_scopes_also_after_a_new_start(store: Store) -> None:
    secret = ApiTokens(store.api_tokens).make(BO, " notebook ", READING, 90)
    found = caller(ApiTokens(store.api_tokens), secret)
    assert found is not None
    assert (found.name, found.scopes, found.is_local) == ("notebook", frozenset(READING), False)


def test_a_token_for_personal_data_may_read(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    admitted = caller(tokens, tokens.make(BO, "report", [Scope.PERSONAL], 90))
    assert admitted is not None
    assert admitted.scopes == {Scope.READ, Scope.PERSONAL}


def test_the_text_of_a_token_is_kept_nowhere(store: Store) -> None:
    secret = ApiTokens(store.api_tokens).make(BO, "notebook", READING, 90)
    with store.database.reader() as cursor:
        assert secret not in str(cursor.execute("from api_tokens").fetchall())
    (row,) = store.read_rows("people/tokens")
    assert (row["token_name"], row["scopes"], row["made_by"]) == ("notebook", "personal+read", "Bo")
    assert not {name for name in row if "hash" in name}


def test_a_revoked_token_is_refused_at_once_and_after_a_new_start(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    secret, kept = tokens.make(BO, "notebook", READING, 90), tokens.make(BO, "cron", [Scope.OPERATE], 90)
    tokens.revoke(BO, next(row["token_id"] for row in store.read_rows("people/tokens") if row["token_name"] != "cron"))
    for known in (tokens, ApiTokens(store.api_tokens)):
        assert caller(known, secret) is None
        assert caller(known, kept) is not None


def test_making_and_revoking_are_written_down_with_id_name_and_scopes(store: Store) -> None:
    tokens, notebook = ApiTokens(store.api_tokens), Notebook()
    ann = Acting(person("Ann"), notebook)
    tokens.make(ann, "cron", READING, 90)
    [token] = tokens.in_force()
    tokens.revoke(ann, token.token_id)
    tokens.revoke(ann, token.token_id)
    assert [row[2] for row in notebook.rows] == [
        f"make the token cron ({token.token_id}): personal+read, for 90 days",
        f"revoke the token cron ({token.token_id}): personal+read",
    ]


@pytest.mark.parametrize("name", ["", "two words", "a" * 61, "Zoë", "a:b", "a,b"])
def test_a_name_that_a_log_could_not_show_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        ApiTokens(store.api_tokens).make(BO, name, READING, 90)


def test_a_token_needs_a_scope_and_a_name_of_its_own(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    with pytest.raises(InputError, match="what it may do"):
        tokens.make(BO, "notebook", [], 90)
    tokens.make(BO, "notebook", READING, 90)
    with pytest.raises(InputError, match="Another token"):
        tokens.make(BO, "notebook", READING, 90)


def test_only_an_admin_makes_and_revokes_tokens(store: Store) -> None:
    tokens, lead = ApiTokens(store.api_tokens), acting_as("Di", Role.LEAD)
    secret = tokens.make(BO, "notebook", READING, 90)
    with pytest.raises(NotAllowedError):
        tokens.make(lead, "mine", READING, 90)
    with pytest.raises(NotAllowedError):
        tokens.revoke(lead, store.read_rows("people/tokens")[0]["token_id"])
    assert len(tokens.in_force()) == 1
    assert caller(tokens, secret) is not None


@pytest.mark.parametrize("days", [30, 90, 365])
def test_a_token_ends_after_the_days_that_were_chosen_also_after_a_new_start(store: Store, days: int) -> None:
    secret = ApiTokens(store.api_tokens, lambda: NOW).make(BO, "cron", READING, days)
    found = caller(ApiTokens(store.api_tokens), secret)
    assert found is not None
    ends = NOW + timedelta(days=days)
    assert [found.has_expired(ends + timedelta(seconds=late)) for late in (-1, 0, 1)] == [False, True, True]


@pytest.mark.parametrize("days", [0, -30, 31, 100_000])
def test_a_token_without_an_end_that_can_be_chosen_is_not_made(store: Store, days: int) -> None:
    with pytest.raises(InputError, match="when it expires"):
        ApiTokens(store.api_tokens).make(BO, "cron", READING, days)


def test_a_token_that_expired_leaves_its_name_to_the_next(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens, lambda: NOW)
    first = tokens.make(BO, "cron", READING, 30)
    later = ApiTokens(store.api_tokens, lambda: NOW + timedelta(days=30))
    second = later.make(BO, "cron", READING, 30)
    assert [one is not None for one in (caller(later, first), caller(later, second))] == [True, True]


def test_when_a_token_was_used_last_is_kept_without_a_write_per_call(store: Store) -> None:
    clock = [NOW]
    tokens = ApiTokens(store.api_tokens, lambda: clock[0])
    tokens.make(BO, "cron", READING, 30)
    [token] = tokens.in_force()

    def used(seconds: int) -> object:
        clock[0] = NOW + timedelta(seconds=seconds)
        tokens.note_use(token.token_id)
        return store.read_rows("people/tokens")[0]["last_used_at"]

    first, later = naive(NOW), naive(NOW + timedelta(seconds=60))
    assert [used(seconds) for seconds in (0, 1, 59, 60, 61)] == [first, first, first, later, later]


def test_a_use_that_cannot_be_saved_is_saved_with_the_next(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    tokens.make(BO, "cron", READING, 30)
    [token] = tokens.in_force()
    with ThreadPoolExecutor() as threads:
        with store.database.writer():
            threads.submit(tokens.note_use, token.token_id).result()
        assert store.read_rows("people/tokens")[0]["last_used_at"] is None
        threads.submit(tokens.note_use, token.token_id).result()
    assert store.read_rows("people/tokens")[0]["last_used_at"] is not None


def test_the_command_line_of_this_machine_comes_in_beside_those_that_were_made(tmp_path: Path) -> None:
    secret, made = new_token("notebook", READING)
    access = LocalAccess(tmp_path / "w.duckdb")
    access.announce("http://127.0.0.1:8501")
    local = read_address(tmp_path / "w.duckdb")
    doorkeeper = access.doorkeeper([made])
    assert local is not None
    of_command_line = doorkeeper.admit(f"Bearer {local.token}")
    assert of_command_line is not None
    assert of_command_line.is_local
    assert doorkeeper.admit(f"Bearer {secret}") == made
    assert doorkeeper.admit("Bearer nobody") is None
