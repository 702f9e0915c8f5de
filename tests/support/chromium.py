"""How tests start Chromium, and which one they and the benchmarks start."""

import shutil

from playwright.sync_api import Browser, Playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is installed, else Playwright's own: the headless shell loads pages with a fifth less CPU."""
REBOUND, LISTED = "rebound.example", "desk.example"
"""Names that lead to this machine in every browser of the tests."""
FLAGS = [
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1, MAP {LISTED} 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Code that a tab runs for seconds does not repay what compiling it for speed takes: a fifth of a page load.
    "--js-flags=--invocation-count-for-maglev=4000 --invocation-count-for-turbofan=100000",
]


def installed_chromium() -> str | None:
    """The path of the browser to start; None for Playwright's own."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def launch_chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
