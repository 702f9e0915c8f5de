"""The database's memory: what does not fit spills to the owner's folder, and too little of it is one page's error."""

import stat
import threading
from pathlib import Path

import pytest

from tests.support.tables import change, select_one
from workbench.domain.errors import StoreError
from workbench.store import Source, Store

BIG = "select count(*) from (select n from range(3000000) as t(n) order by md5(n::varchar) limit 2900000)"
"""Sorts about 100 MB."""


@pytest.fixture
def spill_folder(database_path: Path) -> Path:
    return database_path.with_name(f"{database_path.name}.spill")


@pytest.mark.slow
def test_what_does_not_fit_spills_to_a_folder_of_the_owner_alone(
    database_path: Path, spill_folder: Path, source: Source
) -> None:
    store, modes = Store.open(database_path, source, memory_mb=80), set[int]()
    sorted_rows = threading.Thread(target=lambda: modes.add(-select_one(store, BIG)[0]))
    sorted_rows.start()
    while sorted_rows.is_alive():
        if spill_folder.exists():
            modes.add(stat.S_IMODE(spill_folder.stat().st_mode))
        sorted_rows.join(0.005)
    assert modes == {0o700, -2_900_000}
    store.close()
    assert not spill_folder.exists()


def test_too_little_memory_is_an_error_of_the_query_alone(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source, memory_mb=24)
    with pytest.raises(StoreError) as refused:
        select_one(store, "select len(list(repeat(n::varchar, 20))) from range(3000000) as t(n)")
    assert refused.value.title == "Not enough memory for this"
    assert "DATABASE_MEMORY_MB" in refused.value.next_step
    store.land_registry(["A"], "file")
    assert store.read_rows("data/health")[0]["registered"] == 1
    store.close()


def test_a_write_that_needs_too_much_memory_changes_nothing(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source, memory_mb=24)
    with pytest.raises(StoreError):
        change(
            store,
            "insert into registry (client_account_id) select list(repeat(n::varchar, 20))::varchar "
            "from range(3000000) as t(n)",
        )
    store.land_registry(["A"], "file")
    assert store.read_rows("data/health")[0]["registered"] == 1
    store.close()


def test_what_a_killed_process_left_there_is_removed(database_path: Path, spill_folder: Path, source: Source) -> None:
    spill_folder.mkdir(parents=True)
    (spill_folder / "duckdb_temp_block-1.block").write_bytes(b"a customer's row")
    Store.open(database_path, source).close()
    assert not spill_folder.exists()


def test_by_default_the_database_takes_half_a_gigabyte(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    assert select_one(store, "select current_setting('memory_limit')") == ("488.2 MiB",)
    store.close()


@pytest.mark.slow
def test_what_indexes_take_comes_on_top(database_path: Path, source: Source) -> None:
    """40 bytes for each of 200,000 rows: DuckDB can neither spill an index nor commit where it does not fit."""
    store = Store.open(database_path, source)
    before = limit_of(store)
    for commit in range(64):
        change(
            store,
            "insert into registry (client_account_id) select 'A-' || $commit || '-' || n from range(3125) as t(n)",
            {"commit": commit},
        )
    assert limit_of(store) > before
    store.close()
    again = Store.open(database_path, source)
    assert select_one(again, "select current_setting('memory_limit')") == ("495.9 MiB",)
    again.close()


def limit_of(store: Store) -> float:
    """Return the limit in MiB."""
    return float(select_one(store, "select current_setting('memory_limit')")[0].removesuffix(" MiB"))
