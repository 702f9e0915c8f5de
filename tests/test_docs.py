"""The documentation is checked against the code."""

import re
from pathlib import Path

import pytest

from tests.support.running import ROOT
from tests.support.settings_table import settings_table
from workbench.store.engine.catalogue import catalogue

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("docs/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]


def test_the_table_of_settings_is_the_settings() -> None:
    table = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", README, re.DOTALL)
    assert table is not None
    assert table[1] == settings_table()


def test_every_query_that_the_readme_runs_exists() -> None:
    named = re.findall(r"workbench query (\S+)", README)
    assert named
    assert set(named) <= set(catalogue())


def test_every_folder_of_the_package_stands_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = [path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")]
    assert folders
    assert [name for name in folders if f"{name}/" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_exists(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []
