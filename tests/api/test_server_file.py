"""The file that tells this machine's command line where the workbench listens."""

import stat
from pathlib import Path

import pytest

from workbench.client.server_file import (
    ServerAddress,
    read_address,
    remove_address,
    server_file_of,
    write_address,
)

ADDRESS = ServerAddress("http://127.0.0.1:8501", "secret-of-nobody")


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    database = tmp_path / "workbench.duckdb"
    write_address(database, ADDRESS)
    path = server_file_of(database)
    assert path.name == "workbench.duckdb.api.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_address(database) == ADDRESS
    assert ADDRESS.token not in repr(ADDRESS)


def test_a_server_removes_its_own_and_not_that_of_the_next(tmp_path: Path) -> None:
    database = tmp_path / "workbench.duckdb"
    write_address(database, ServerAddress("http://127.0.0.1:8502", "another"))
    remove_address(database, ADDRESS.token)
    assert read_address(database) is not None
    remove_address(database, "another")
    assert read_address(database) is None


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"url": "http://x"}', "null", "\x00", '{"url": "http://x:y", "token": "t"}'),
        *('{"url": "file:///etc", "token": "t"}', '{"url": "http://x", "token": "ž"}', '{"url": [], "token": {}}'),
    ],
)
def test_what_cannot_be_used_is_as_if_it_were_not_there(tmp_path: Path, content: str) -> None:
    database = tmp_path / "workbench.duckdb"
    server_file_of(database).write_text(content, encoding="utf-8")
    assert read_address(database) is None
