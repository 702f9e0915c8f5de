"""Finds app.py, pages/, queries/ and .streamlit/: at the root of a checkout, inside the package in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def project_folder() -> Path:
    """The folder with app.py, pages, queries and .streamlit, in a checkout and in an installed wheel."""
    in_wheel = PACKAGE / "project"
    return in_wheel if in_wheel.is_dir() else PACKAGE.parent
