"""Query results in files and pipes: the same rows in every format, and files for those that no terminal shows."""

import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.running import command

DESK = {"WORKBENCH_DATABASE": "desk.duckdb"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "a.csv").write_text("clientAccountId\nA-1\nA-2\nA-3\n", encoding="utf-8")
    assert command(["import-accounts", "a.csv"], folder, DESK).exit_code == 0
    return folder


@pytest.mark.many_cases
@pytest.mark.parametrize("form", ["parquet", "arrow", "json", "csv", "table"])
def test_every_format_holds_the_same_rows_in_a_file(folder: Path, form: str) -> None:
    told = command(["query", "sync/due", "--format", form, "-o", f"due.{form}"], folder, DESK)
    assert (told.exit_code, told.stdout) == (0, "")
    content = (folder / f"due.{form}").read_bytes()
    if form == "parquet":
        ids = pq.read_table(io.BytesIO(content)).column("client_account_id").to_pylist()
    elif form == "arrow":
        with pa.ipc.open_stream(content) as stream:
            ids = stream.read_all().column("client_account_id").to_pylist()
    elif form == "json":
        ids = [row["client_account_id"] for row in json.loads(content)]
    else:
        ids = re.findall(r"A-\d", content.decode())
    assert ids == ["A-1", "A-2", "A-3"]


def test_a_parquet_file_says_what_it_holds(folder: Path) -> None:
    command(["query", "sync/due", "everything=true", "--format", "parquet", "-o", "all.parquet"], folder, DESK)
    told = pq.read_schema(folder / "all.parquet").metadata
    assert (told[b"query"], told[b"filter: everything"]) == (b"sync/due", b"true")
    assert told[b"filter: final_after_hours"] == b"168"
    assert told[b"definition"].startswith(b"Accounts that a run reads")
    assert re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told[b"as of"])


def test_a_file_that_cannot_be_written_ends_with_2(folder: Path) -> None:
    told = command(["query", "sync/due", "-o", "nowhere/due.csv", "--format", "csv"], folder, DESK)
    assert told.exit_code == 2
    assert "cannot be written" in told.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    told = command(["--version"], tmp_path, {})
    assert told.exit_code == 0
    assert re.match(r"workbench \d+\.\d+", told.stdout)
    assert not (tmp_path / "data").exists()
