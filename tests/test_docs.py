"""The documentation is checked against the code."""

import ast
import importlib
import re
import textwrap
from pathlib import Path

import pytest

from tests.support.metrics_page import PAGE, metrics_page
from tests.support.running import ROOT
from tests.support.settings_table import settings_table
from tests.support.stores import new_store
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("docs/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]


def test_the_table_of_settings_is_the_settings() -> None:
    table = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", README, re.DOTALL)
    assert table is not None
    assert table[1] == settings_table(), "Run python -m tests.support.settings_table."


@pytest.mark.slow
def test_the_page_of_metrics_is_the_catalogue() -> None:
    store = new_store()
    assert PAGE.read_text(encoding="utf-8") == metrics_page(store), "Run python -m tests.support.metrics_page."
    store.close()


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


EXAMPLES = {
    "pages/account_types.py",
    "queries/accounts/by_type.sql",
    "tests/domain/test_dormant.py",
    "tests/pages/test_account_types.py",
    "tests/queries/test_by_type.py",
    "workbench/domain/standing/dormant.py",
    "workbench/ui/account_types/",
}
"""What a reader of CONTRIBUTING.md writes while trying its steps."""


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_and_make_target_that_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:workbench|pages|queries|tests|docs|benchmarks|\.ci)/[\w./-]*)`", text)) - EXAMPLES
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named_targets = set(re.findall(r"`make ([a-z-]+)`", text))
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    assert named_targets
    assert named_targets <= targets


def test_what_the_examples_of_contributing_import_exists() -> None:
    blocks = [textwrap.dedent(block) for block in re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)]
    nodes = [node for block in blocks for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in nodes if re.match(r"(workbench|tests)\.", node.module or "")]
    named = {(str(node.module), alias.name) for node in ours for alias in node.names}
    existing = {(module, name) for module, name in named if not re.search("account_types|dormant", module)}
    assert len(existing) > 5
    assert {one for one in existing if not hasattr(importlib.import_module(one[0]), one[1])} == set()


def test_the_example_query_of_contributing_runs(desk: Store) -> None:
    block = re.search(r"```sql\n(.*?)```", CONTRIBUTING, re.DOTALL)
    assert block is not None
    with desk.database.reader() as cursor:
        assert cursor.execute(block[1]).fetchall() == []
