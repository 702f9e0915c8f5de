"""What the frame guarantees on every page."""

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.support.running import ROOT
from workbench.ui.frame.frame import ICON, STYLE, practice_words
from workbench.ui.frame.navigation import PAGES, TITLES

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
STATIC = ROOT / "workbench" / "ui" / "shell" / "static"


def test_the_server_listens_on_this_machine_alone_and_tells_nobody() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"


def test_fonts_come_with_the_app_and_their_licences_beside_them() -> None:
    for face in CONFIG["theme"]["fontFaces"]:
        assert (STATIC / Path(face["url"]).name).exists()
    assert {path.name for path in STATIC.glob("*LICENSE*")} == {"inter-LICENSE.txt", "jetbrains-mono-LICENSE.txt"}


def test_nothing_of_ours_names_another_host() -> None:
    shown = [STYLE, ICON, ROOT / ".streamlit" / "config.toml"]
    addresses = {
        found for path in shown for found in re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8"))
    }
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_every_page_has_a_place_and_every_place_a_page() -> None:
    assert {path.stem for path in PAGES.glob("*.py")} == set(TITLES)


def test_pages_are_short_and_hold_no_sql_and_no_data_frames() -> None:
    for path in PAGES.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 80
        assert not re.search(r"\b(select|pandas|pyarrow|duckdb|httpx2?)\b", source)


def test_no_page_stops_a_run_as_streamlit_does_when_a_person_acts() -> None:
    """Files are freed at the end of a whole run, and a stop would look like a run that was cut."""
    ours = [*PAGES.glob("*.py"), *(ROOT / "workbench" / "ui").rglob("*.py")]
    assert [path.name for path in ours if "st.stop(" in path.read_text(encoding="utf-8")] == []


def test_practice_says_how_fast_its_time_runs() -> None:
    assert str(practice_words(3600)) == "<strong>Practice, 3,600 × speed:</strong> one second here is 1 h."
    assert "one second here is 1 min" in str(practice_words(60))
    assert str(practice_words(1)) == ""


def test_a_moment_that_passed_after_the_reading_wakes_the_page() -> None:
    """A slow run may end after a link that it read as live, and without new data nothing else wakes the page."""

    def script() -> None:
        from datetime import UTC, datetime, timedelta

        from workbench.ui.frame.frame import wake_at

        now = datetime.now(UTC)
        wake_at([now - timedelta(seconds=1), now + timedelta(hours=1), None], read_at=now - timedelta(seconds=2))

    def script_that_read_it() -> None:
        from datetime import UTC, datetime, timedelta

        from workbench.ui.frame.frame import wake_at

        now = datetime.now(UTC)
        wake_at([now - timedelta(seconds=2), now + timedelta(hours=1)], read_at=now - timedelta(seconds=1))

    assert seconds_to_waking(script) <= 0
    assert seconds_to_waking(script_that_read_it) > 3_500


def test_of_several_moments_in_a_run_the_first_wakes_the_page() -> None:
    """A link that expires in an hour, and an action that lapses in a day, are told by different parts of the page."""

    def script() -> None:
        from datetime import UTC, datetime, timedelta

        from workbench.ui.frame.frame import wake_at

        now = datetime.now(UTC)
        for hours in (12, 1, 24):
            wake_at([now + timedelta(hours=hours)], read_at=now)

    assert 3_500 < seconds_to_waking(script) < 3_700


def seconds_to_waking(script: Callable[[], None]) -> float:
    wakes_at: datetime = AppTest.from_function(script).run().session_state["wb-wakes-at"]
    return (wakes_at - datetime.now(UTC)).total_seconds()
