"""``open_desk`` for notebooks: the same rows from a running workbench and from its file, as data frames."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pandas as pd
import pytest

from tests.support.facts import ago, landed_event, owner, poll
from tests.support.running import ROOT, bare_environment, command
from tests.support.workbench_server import running_workbench
from workbench import open_desk
from workbench.client.desk import AnalystDesk
from workbench.client.server_file import read_address, server_file_of
from workbench.domain.errors import InputError, StoreError
from workbench.store import Source, Store

EMBEDDED_SANDBOX = Source("the sandbox", "")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "workbench.duckdb"
    store = Store.open(path, EMBEDDED_SANDBOX)
    people = (owner("o1", given_name="Zoë", family_name="Ærø"),)
    store.land_readings([poll("ACC-1", ago(50), owners=people), poll("ACC-2", ago(60), can_trade_crypto=True)])
    store.land_events([landed_event("ACC-3", ago(5), "ACTIVE")])
    store.land_registry(["ACC-1", "ACC-2"], "file")
    store.close()
    return path


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnalystDesk]:
    for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_DATABASE", "PUBLISH_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    with open_desk(database) as desk:
        yield desk


def test_a_page_of_numbers_is_two_lines_away(desk: AnalystDesk) -> None:
    steps = desk.funnel.steps(path="individual", since="2026-01-01")
    assert list(steps.df["step"]) == ["opened", "screened", "cleared", "trading"]
    assert steps.df["accounts"].iloc[0] == 3
    assert "funnel/steps" in steps.sql
    assert steps.as_of.tzinfo is not None


def test_a_frame_has_times_in_utc_categories_and_whole_numbers_that_may_be_missing(desk: AnalystDesk) -> None:
    frame = desk.accounts.standing().df
    assert str(frame["standing_since"].dtype) == "datetime64[us, UTC]"
    assert isinstance(frame["standing"].dtype, pd.CategoricalDtype)
    assert set(frame["client_account_id"]) == {"ACC-1", "ACC-2", "ACC-3"}
    assert str(desk.verification.backlog().df["expirations_used"].dtype) == "Int32"


def test_questions_are_functions_with_signature_and_docstring(desk: AnalystDesk) -> None:
    assert "steps" in dir(desk.funnel)
    assert {"funnel", "verification", "backlog"} <= set(dir(desk))
    parameters = inspect.signature(desk.funnel.steps).parameters
    assert parameters["path"].default is inspect.Parameter.empty
    assert (parameters["since"].default, parameters["window_days"].default) == (None, 30)
    assert "one row per step" in (desk.funnel.steps.__doc__ or "")
    found = desk.queries()
    assert list(found.columns) == ["name", "answers", "parameters"]
    parameters_in_words = found.set_index("name")["parameters"]
    assert parameters_in_words["funnel/steps"] == "path, since=None, until=None, window_days=30, segment=None"
    assert parameters_in_words["backlog/queue"] == ""
    assert parameters_in_words["sync/due"] == "everything=False, final_after_hours=168"


def test_what_does_not_exist_says_what_does(desk: AnalystDesk) -> None:
    with pytest.raises(AttributeError, match=r"There is no topic nothing\. Topics: accounts, "):
        _ = desk.nothing
    with pytest.raises(InputError, match="There is no query funnel/nothing"):
        desk.ask("funnel/nothing")
    with pytest.raises(InputError, match="path must be individual or entity"):
        desk.funnel.steps(path="robots")
    with pytest.raises(InputError, match=r"There is no such segment\."):
        desk.funnel.steps(path="individual", segment="gone")
    with pytest.raises(TypeError, match="missing a required argument: 'path'"):
        desk.funnel.steps()


def test_it_says_what_it_is(desk: AnalystDesk, database: Path) -> None:
    assert repr(desk).startswith(f"<desk: the file {database}, as of 20")
    assert repr(desk).endswith("3 accounts>")


def test_sql_of_ones_own_says_how_to_publish_without_a_copy(desk: AnalystDesk) -> None:
    with pytest.raises(StoreError, match="There is no published copy") as refused:
        desk.sql("from journey")
    assert "python -m workbench publish" in refused.value.next_step


def test_a_published_copy_comes_before_the_file_and_answers_sql(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desk(database) as desk:
        before = desk.backlog.queue().arrow
    published = command(("publish", str(tmp_path / "copy")), tmp_path, {"WORKBENCH_DATABASE": str(database)})
    assert published.exit_code == 0
    monkeypatch.setenv("PUBLISH_FOLDER", str(tmp_path / "copy"))
    with open_desk(database) as desk:
        assert repr(desk).startswith(f"<desk: the published copy in {tmp_path / 'copy'}, as of 20")
        assert repr(desk).endswith("3 accounts>")
        queue = desk.backlog.queue()
        assert queue.arrow["client_account_id"].to_pylist() == before["client_account_id"].to_pylist()
        assert "display_name" not in queue.arrow.column_names
        journey = desk.sql("from journey where client_account_id = 'ACC-3'")
        assert journey.df["standing"].tolist() == ["submitted", "active"]
        assert journey.as_of == queue.as_of
        with pytest.raises(InputError, match="nothing_here"):
            desk.sql("from nothing_here")
        with pytest.raises(InputError, match="the published copy has no names"):
            desk.accounts.search("zo")


def a_desk(folder: Path, accounts: list[str]) -> Path:
    """Return the database of a desk that knows these accounts."""
    path = folder / "workbench.duckdb"
    store = Store.open(path, EMBEDDED_SANDBOX)
    store.land_registry(accounts, "file")
    store.close()
    return path


def publish(database: Path, folder: Path, where: Path | None = None) -> None:
    arguments = ("publish", str(where)) if where else ("publish",)
    assert command(arguments, folder, {"WORKBENCH_DATABASE": str(database)}).exit_code == 0


@pytest.fixture
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_DATABASE", "PUBLISH_FOLDER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.slow
@pytest.mark.usefixtures("_unset")
def test_the_copy_of_another_desk_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, others = a_desk(tmp_path / "ours", ["A"]), a_desk(tmp_path / "others", ["B", "C"])
    publish(ours, tmp_path, tmp_path / "elsewhere")
    publish(others, tmp_path, tmp_path / "copy")
    monkeypatch.setenv("PUBLISH_FOLDER", str(tmp_path / "copy"))
    with open_desk(ours) as desk:
        assert f"the file {ours}" in repr(desk)
        assert repr(desk).endswith("1 accounts>")
        with pytest.raises(InputError, match="the published copy of another desk"):
            desk.sql("from registry")
    with open_desk(others) as desk:
        assert f"the published copy in {tmp_path / 'copy'}" in repr(desk)
    with pytest.raises(StoreError, match="There is no database at"):
        open_desk(tmp_path / "misspelt.duckdb")
    monkeypatch.setenv("WORKBENCH_DATABASE", str(tmp_path / "on-another-machine.duckdb"))
    with open_desk() as desk:
        assert f"the published copy in {tmp_path / 'copy'}" in repr(desk)


@pytest.mark.slow
@pytest.mark.usefixtures("_unset")
def test_a_copy_beside_the_file_is_asked_only_if_the_file_cannot_be_opened(tmp_path: Path) -> None:
    """A visit to the tab SQL leaves one there, and nothing renews it."""
    database = a_desk(tmp_path / "ours", ["A"])
    publish(database, tmp_path)
    store = Store.open(database, EMBEDDED_SANDBOX)
    store.land_registry(["B"], "file")
    store.close()
    with open_desk(database) as desk:
        assert f"the file {database}" in repr(desk)
        assert desk.data.health().df["registered"].tolist() == [2]
        assert desk.sql("from registry").arrow.num_rows == 1
    database.rename(tmp_path / "away.duckdb")
    with open_desk(database) as desk:
        assert f"the published copy in {database}.published" in repr(desk)


def test_no_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database at"):
        open_desk(tmp_path / "nothing.duckdb")


@pytest.mark.slow
def test_a_running_workbench_answers_the_same_as_its_file(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "workbench.duckdb"
    copy.write_bytes(database.read_bytes())
    names = ("data/health", "backlog/queue", "accounts/owners")
    asked: dict[str, dict[str, object]] = {"accounts/owners": {"client_account_id": "ACC-1"}}
    with open_desk(copy) as desk:
        before = {name: desk.ask(name, **asked.get(name, {})).arrow for name in names}
    with running_workbench(tmp_path, SYNC_INTERVAL_MINUTES=0, SANDBOX_ACCOUNTS=1) as url, open_desk(copy) as desk:
        assert f"the workbench at {url}" in repr(desk)
        owners = desk.accounts.owners(client_account_id="ACC-1")
        assert owners.arrow.to_pylist() == before["accounts/owners"].to_pylist()
        assert "SELECT" not in owners.sql
        assert desk.funnel.steps("individual").sql == (ROOT / "queries" / "funnel" / "steps.sql").read_text("utf-8")
        publish(a_desk(tmp_path / "others", ["B"]), tmp_path, tmp_path / "copy")
        monkeypatch.setenv("PUBLISH_FOLDER", str(tmp_path / "copy"))
        with open_desk(copy) as beside, pytest.raises(InputError, match="the published copy of another desk"):
            beside.sql("from registry")
    assert not server_file_of(copy).exists()


@pytest.mark.slow
def test_clients_that_stop_reading_midway_and_a_workbench_that_stops(tmp_path: Path) -> None:
    database = a_desk(tmp_path, [f"ACC-{number}" for number in range(50_000)])
    with running_workbench(tmp_path, SYNC_INTERVAL_MINUTES=0, SANDBOX_ACCOUNTS=1) as url:
        desk = open_desk(database)
        found = read_address(database)
        assert found is not None
        for accept in ("application/json", "text/csv", "application/vnd.apache.arrow.stream"):
            with httpx2.stream(
                "GET",
                f"{url}/api/v1/queries/sync/due?everything=true",
                headers={"authorization": f"Bearer {found.token}", "accept": accept},
            ) as answer:
                assert answer.status_code == 200
                assert len(next(answer.iter_raw(1000))) == 1000
        assert len(desk.sync.due(everything=True)) == 50_001  # with the one of the sandbox
    with pytest.raises(StoreError, match="Nothing answered at http://127"):
        desk.data.health()
    desk.close()
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_notebook_loads_neither_the_pages_nor_the_database_until_it_needs_them() -> None:
    code = (
        "import sys\nfrom workbench import open_desk\n"
        "heavy = ('streamlit', 'duckdb', 'pandas', 'workbench.store', 'workbench.desk')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=ROOT, env=bare_environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
