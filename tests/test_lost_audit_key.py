"""A database that was copied or restored without its key file: it opens and is read, and nothing recorded is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.people import person
from tests.support.running import command
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Act
from workbench.api.routes import api_routes
from workbench.desk import SANDBOX, Desk
from workbench.domain.errors import StoreError
from workbench.embedded_sandbox import open_with_sandbox
from workbench.examination import examine_desk
from workbench.opening import Opening
from workbench.people_first import PeopleFirst
from workbench.settings import Settings, read_settings
from workbench.store import Source, Store
from workbench.store.records.audit_files import audit_head_file, audit_key_file
from workbench.web.api_tokens import Doorkeeper, Scope, new_token

pytestmark = pytest.mark.slow

SETTINGS = {"SANDBOX_ACCOUNTS": "2", "SYNC_INTERVAL_MINUTES": "0"}
IN_WORDS = "workbench.duckdb.audit-key is gone from its place beside the database"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "workbench.duckdb"
    store = Store.open(path, Source(SANDBOX, ""))
    KeptAuditTrail(store.audit).record(person("Ann"), Act.SYNC, "", "allowed")
    store.land_registry(["ACC-1"], "file")
    store.close()
    audit_key_file(path).unlink()
    audit_head_file(path).unlink()
    return path


@pytest.fixture
def settings(database: Path) -> Settings:
    return read_settings(SETTINGS | {"WORKBENCH_DATABASE": str(database)}, Path("no-such-file"))


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The desk of a server, which has to open at the first try."""
    opened: list[Desk] = []
    failures: list[Exception] = []
    opening = Opening(settings, opened.append, lambda failure, _: failures.append(failure))
    opening.start()
    try:
        assert failures == []
        yield opened[0]
    finally:
        opening.close()


def ask(desk: Desk, path: str, *, is_local: bool) -> Response:
    secret, token = new_token("reader", Scope, is_local=is_local)
    routes = api_routes(lambda: desk, lambda: Doorkeeper([token]), PeopleFirst())
    return TestClient(Starlette(routes=routes)).get(f"/api/v1{path}", headers={"authorization": f"Bearer {secret}"})


def test_a_server_opens_it_with_its_sandbox_and_refuses_what_is_recorded_in_words(desk: Desk) -> None:
    assert desk.store.read_rows("data/health")[0]["registered"] == 3
    with pytest.raises(StoreError, match=IN_WORDS):
        desk.acted_by(person("Ann")).acting.begin(Act.SEE_ACCOUNT, "ACC-1")
    [found] = [one for one in examine_desk(desk) if one.subject == "audit trail"]
    assert not found.is_ok
    assert IN_WORDS in found.words


def test_through_a_server_this_machines_command_line_still_reads_and_a_token_does_not(desk: Desk) -> None:
    for path in ("/queries/accounts/standing", "/doctor"):
        assert ask(desk, path, is_local=True).status_code == 200
        assert ask(desk, path, is_local=False).status_code == 503
    refused = ask(desk, "/audit", is_local=True)
    assert (refused.status_code, IN_WORDS in refused.text) == (503, True)


def test_on_the_file_the_command_line_still_reads_and_writes_nothing(database: Path) -> None:
    settings = SETTINGS | {"WORKBENCH_DATABASE": str(database)}
    read = command(["query", "sync/due", "everything=true"], database.parent, settings)
    assert (read.exit_code, "ACC-1" in read.stdout) == (0, True)
    refused = command(["publish", str(database.parent / "copy")], database.parent, settings)
    assert (refused.exit_code, IN_WORDS in " ".join(refused.stderr.split())) == (1, True)
    assert not (database.parent / "copy").exists()


def test_a_sandbox_of_its_own_fills_a_desk_and_writes_down_no_act_of_a_person(tmp_path: Path) -> None:
    named = SETTINGS | {"WORKBENCH_DATABASE": str(tmp_path / "new.duckdb")}
    desk, sandbox = open_with_sandbox(read_settings(named, Path("no-such-file")))
    assert sandbox is not None
    try:
        sandbox.import_past_data(desk)
        assert desk.store.read_rows("audit/log") == []
        assert desk.store.read_rows("data/health")[0]["registered"] == 2
    finally:
        desk.close()
        sandbox.close()
