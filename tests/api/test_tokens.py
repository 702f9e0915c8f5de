"""Tokens: who makes and revokes them, their scopes, and that only the right text is one."""

from collections.abc import Iterator
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
from workbench.store import Store
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

BO = acting_as("Bo")
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
    secret = ApiTokens(store.api_tokens).make(BO, " notebook ", READING)
    found = caller(ApiTokens(store.api_tokens), secret)
    assert found is not None
    assert (found.name, found.scopes, found.is_local) == ("notebook", frozenset(READING), False)


def test_a_token_for_personal_data_may_read(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    admitted = caller(tokens, tokens.make(BO, "report", [Scope.PERSONAL]))
    assert admitted is not None
    assert admitted.scopes == {Scope.READ, Scope.PERSONAL}


def test_the_text_of_a_token_is_kept_nowhere(store: Store) -> None:
    secret = ApiTokens(store.api_tokens).make(BO, "notebook", READING)
    with store.database.reader() as cursor:
        assert secret not in str(cursor.execute("from api_tokens").fetchall())
    (row,) = store.read_rows("people/tokens")
    assert (row["token_name"], row["scopes"], row["made_by"]) == ("notebook", "personal+read", "Bo")
    assert not {name for name in row if "hash" in name}


def test_a_revoked_token_is_refused_at_once_and_after_a_new_start(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    secret, kept = tokens.make(BO, "notebook", READING), tokens.make(BO, "cron", [Scope.OPERATE])
    tokens.revoke(BO, next(row["token_id"] for row in store.read_rows("people/tokens") if row["token_name"] != "cron"))
    for known in (tokens, ApiTokens(store.api_tokens)):
        assert caller(known, secret) is None
        assert caller(known, kept) is not None


def test_making_and_revoking_are_written_down_with_id_name_and_scopes(store: Store) -> None:
    tokens, notebook = ApiTokens(store.api_tokens), Notebook()
    ann = Acting(person("Ann"), notebook)
    tokens.make(ann, "cron", READING)
    [token] = tokens.in_force()
    tokens.revoke(ann, token.token_id)
    tokens.revoke(ann, token.token_id)
    assert [row[2] for row in notebook.rows] == [
        f"make the token cron ({token.token_id}): personal+read",
        f"revoke the token cron ({token.token_id}): personal+read",
    ]


@pytest.mark.parametrize("name", ["", "two words", "a" * 61, "Zoë", "a:b", "a,b"])
def test_a_name_that_a_log_could_not_show_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        ApiTokens(store.api_tokens).make(BO, name, READING)


def test_a_token_needs_a_scope_and_a_name_of_its_own(store: Store) -> None:
    tokens = ApiTokens(store.api_tokens)
    with pytest.raises(InputError, match="what it may do"):
        tokens.make(BO, "notebook", [])
    tokens.make(BO, "notebook", READING)
    with pytest.raises(InputError, match="Another token"):
        tokens.make(BO, "notebook", READING)


def test_only_an_admin_makes_and_revokes_tokens(store: Store) -> None:
    tokens, lead = ApiTokens(store.api_tokens), acting_as("Di", Role.LEAD)
    secret = tokens.make(BO, "notebook", READING)
    with pytest.raises(NotAllowedError):
        tokens.make(lead, "mine", READING)
    with pytest.raises(NotAllowedError):
        tokens.revoke(lead, store.read_rows("people/tokens")[0]["token_id"])
    assert len(tokens.in_force()) == 1
    assert caller(tokens, secret) is not None


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
