"""How much the running server holds in uploads: per session, and no longer than their tab is open."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.running import until
from tests.support.tab import Tab, bytes_held, open_tab
from tests.support.workbench_server import RunningWorkbench, workbench_process

pytestmark = pytest.mark.slow

MIB = 1_048_576
LARGEST = 50 * MIB - 1024
"""Streamlit counts what a request has around its file too."""
IMPATIENT = "tests.support.impatient_streamlit"
ROOM_FOR_ANOTHER_THING = 80 * MIB
"""By how much a process may grow besides: less than half of what is uploaded."""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWorkbench]:
    """A server to which a closed tab can come back for a second only."""
    folder = tmp_path_factory.mktemp("uploads")
    with workbench_process(
        folder, program=IMPATIENT, SANDBOX_ACCOUNTS=20, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=3
    ) as running:
        yield running


@pytest.fixture(scope="module")
def server(process: RunningWorkbench) -> str:
    return process.url


@pytest.fixture
def tab(server: str) -> Iterator[Tab]:
    with open_tab(server) as tab:
        yield tab


def resident_bytes(process: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) * 1024


def test_a_session_may_hold_four_of_the_largest_files_and_no_more(tab: Tab) -> None:
    assert [tab.upload(LARGEST, f"file-{number}") for number in range(4)] == [204] * 4
    assert tab.upload(MIB) == 413
    assert tab.upload(MIB, declares_length=False) == 413
    with open_tab(tab.url) as other:
        assert other.upload(MIB) == 204
    assert tab.remove("file-0") == 204
    assert tab.upload(LARGEST, "file-4", declares_length=False) == 204
    assert tab.upload(MIB) == 413


def test_what_is_on_its_way_counts_whatever_its_length_is_said_to_be(tab: Tab) -> None:
    assert [tab.upload(40 * MIB) for _ in range(4)] == [204] * 4
    assert tab.upload(45 * MIB, declares_length=False) == 413
    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(lambda number: tab.upload(30 * MIB, f"{number}", declares_length=False), range(2)))
    assert sorted(answers) in ([204, 413], [413, 413])
    assert tab.upload(5 * MIB) == 204


def test_what_was_refused_is_not_held(tab: Tab) -> None:
    until(lambda: bytes_held(tab.url) == 0)
    for _ in range(4):
        assert tab.upload(LARGEST) == 204
    for _ in range(10):
        assert tab.upload(20 * MIB, declares_length=False) == 413
    until(lambda: bytes_held(tab.url) == 4 * LARGEST)


def test_a_larger_file_than_any_is_refused(tab: Tab) -> None:
    assert tab.upload(50 * MIB + 1) == 413
    assert tab.upload(52 * MIB, declares_length=False) == 413


def test_a_closed_tab_gives_its_memory_back(process: RunningWorkbench, server: str) -> None:
    until(lambda: bytes_held(server) == 0)
    before = resident_bytes(process.pid)
    with open_tab(server) as tab:
        for _ in range(4):
            assert tab.upload(LARGEST) == 204
        assert resident_bytes(process.pid) > before + 4 * LARGEST - ROOM_FOR_ANOTHER_THING
    until(lambda: bytes_held(server) == 0)
    until(lambda: resident_bytes(process.pid) < before + ROOM_FOR_ANOTHER_THING)


def test_a_file_that_arrives_when_its_form_was_left_is_freed_soon(tab: Tab) -> None:
    def is_freed() -> bool:
        time.sleep(0.2)
        tab.run_again()
        return bytes_held(tab.url) == 0

    until(lambda: bytes_held(tab.url) == 0)
    assert tab.upload(MIB) == 204
    tab.run_again()
    until(lambda: bytes_held(tab.url) == MIB)
    until(is_freed)
