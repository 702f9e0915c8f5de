"""How the code hangs together: import contracts (pyproject.toml), and what import-linter cannot see."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.running import PATIENCE_SECONDS, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["name"] for contract in SETTINGS["contracts"]}

SCRIPTS = {"app.py": {"streamlit", "workbench"}, "workbench/ui/shell/main.py": {"streamlit", "workbench.ui"}}
"""What runs as a script stands in no package, where import-linter does not look; and what each may import."""

SQL = re.compile(
    r"^\s*(with\s+\w+\s+as\b|select\s.+\sfrom\s|insert\s+into\s|update\s.+\sset\s|delete\s+from\s"
    r"|SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s.+\sSET\s|DELETE\s+FROM\s)",
    re.DOTALL,
)
"""Text that starts like an SQL statement, in lower or upper case; an English sentence starts with one capital."""


@dataclass(frozen=True)
class Checkout:
    """A copy of the code in which a violation can be planted."""

    root: Path

    @contextmanager
    def planted(self, lines: dict[str, str]) -> Iterator[None]:
        """Adds the lines to these files, new ones too, for as long as the block runs."""
        paths = {self.root / name: text for name, text in lines.items()}
        before = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in paths}
        for path, text in paths.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{before[path]}\n{text}\n", encoding="utf-8")
        try:
            yield
        finally:
            for path, text in before.items():
                path.write_text(text, encoding="utf-8") if text else path.unlink()

    def broken_contracts(self) -> set[str]:
        """Names of the contracts that ``lint-imports`` reports as broken; fails if it does not report on all."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"COLUMNS": "200"}
        done = subprocess.run(  # noqa: S603 -- the tool of our own environment
            [LINT_IMPORTS, "--no-logo"],
            cwd=self.root,
            env=environment,
            timeout=PATIENCE_SECONDS,
            check=False,
            capture_output=True,
            text=True,
        )
        verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
        assert set(verdicts) == CONTRACTS, done.stdout + done.stderr
        broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
        assert done.returncode == (1 if broken else 0)
        return broken


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("workbench", "pages"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return Checkout(root)


def test_the_code_keeps_every_import_contract(checkout: Checkout) -> None:
    assert checkout.broken_contracts() == set(), "Run .venv/bin/lint-imports: it says which import breaks the contract."


FOLDERS = "Folders of the workbench import downwards"
PAGES = "Pages import ui alone"
NO_PAGE = "Nothing imports a page"
SANDBOX = "The command line and the embedded sandbox know the sandbox, nothing else does"
SANDBOX_ALONE = "The sandbox imports Bakkt's models, choices and errors alone"
STREAMLIT = "Pages and ui import Streamlit, nothing else does"
COMMAND_LINE = "The command line runs without Streamlit"
DUCKDB = "The store imports DuckDB, nothing else does"
HTTP = "The clients and the sandbox import the HTTP client, nothing else does"
HTML = "Ui builds HTML, nothing else does"
TYPER = "The command line imports Typer and Rich, nothing else does"
PLOTLY = "Figures import Plotly, nothing else does"
NO_PLOTLY = "Backlog and the account page run without Plotly"
UNKNOWN = "Nothing imports a second HTTP client"
DOMAIN = "Folders of domain import downwards"
STORE = "Folders of store import downwards"
INSIDE_SANDBOX = "Folders of sandbox import downwards"
UI = "Folders of ui import downwards"
CYCLE = "No cycle in any folder"

VIOLATIONS: dict[str, tuple[dict[str, str], str]] = {
    "domain imports store": ({"workbench/domain/links/planted.py": "import workbench.store"}, FOLDERS),
    "bakkt imports store": ({"workbench/bakkt/wire/planted.py": "from workbench.store import Store"}, FOLDERS),
    "store imports bakkt": ({"workbench/store/records/planted.py": "from workbench.bakkt import client"}, FOLDERS),
    "store imports upwards, relatively": ({"workbench/store/records/planted.py": "from ... import sync"}, FOLDERS),
    "sync imports events": ({"workbench/sync/planted.py": "from workbench.events import Receiver"}, FOLDERS),
    "casework imports desk": ({"workbench/casework/planted.py": "from workbench import desk"}, FOLDERS),
    "ui imports the command line inside a function": (
        {"workbench/ui/live/planted.py": "def late():\n    from workbench.cli import main"},
        FOLDERS,
    ),
    "a new folder has no place": ({"workbench/planted/__init__.py": ""}, FOLDERS),
    "a page imports store": ({"pages/planted.py": "from workbench.store import Store"}, PAGES),
    "a page imports desk": ({"pages/planted.py": "from workbench.desk import Desk"}, PAGES),
    "ui imports a page": ({"workbench/ui/live/planted.py": "from pages import data"}, NO_PAGE),
    "a page imports another": ({"pages/planted.py": "from pages import data"}, NO_PAGE),
    "ui imports the sandbox": ({"workbench/ui/live/planted.py": "from workbench.sandbox import Sandbox"}, SANDBOX),
    "the sandbox imports Bakkt's client": (
        {"workbench/sandbox/api/planted.py": "from workbench.bakkt.client import BakktClient"},
        SANDBOX_ALONE,
    ),
    "the sandbox imports a rule": (
        {"workbench/sandbox/life/planted.py": "from workbench.domain import standing"},
        SANDBOX_ALONE,
    ),
    "desk imports Streamlit": ({"workbench/desk.py": "import streamlit as st"}, STREAMLIT),
    "the command line imports Streamlit through ui": (
        {
            "workbench/cli/planted.py": "from workbench.ui.live import planted",
            "workbench/ui/live/planted.py": "import streamlit as st",
        },
        COMMAND_LINE,
    ),
    "ui imports DuckDB": ({"workbench/ui/data/planted.py": "import duckdb.typing"}, DUCKDB),
    "a page imports DuckDB": ({"pages/planted.py": "import duckdb"}, DUCKDB),
    "sync imports the HTTP client": ({"workbench/sync/planted.py": "import httpx2"}, HTTP),
    "a page builds HTML": ({"pages/planted.py": "import htpy as h"}, HTML),
    "actions import markup": ({"workbench/actions/planted.py": "from markupsafe import Markup"}, HTML),
    "actions import Rich": ({"workbench/actions/planted.py": "from rich.table import Table"}, TYPER),
    "ui imports Plotly": ({"workbench/ui/charts/planted.py": "import plotly.express as px"}, PLOTLY),
    "a page imports Plotly": ({"pages/planted.py": "from plotly import graph_objects"}, PLOTLY),
    "Backlog draws with Plotly": ({"workbench/ui/backlog/planted.py": "from workbench.figures import bars"}, NO_PLOTLY),
    "bakkt imports requests": ({"workbench/bakkt/planted.py": "import requests"}, UNKNOWN),
    "bakkt imports aiohttp": ({"workbench/bakkt/wire/planted.py": "import aiohttp"}, UNKNOWN),
    "links import standing": ({"workbench/domain/links/planted.py": "import workbench.domain.standing"}, DOMAIN),
    "domain has a new folder": ({"workbench/domain/planted/__init__.py": ""}, DOMAIN),
    "engine imports facts": ({"workbench/store/engine/planted.py": "from workbench.store import facts"}, STORE),
    "accounts import life": ({"workbench/sandbox/accounts/planted.py": "from .. import life"}, INSIDE_SANDBOX),
    "text imports account": ({"workbench/ui/text/planted.py": "from workbench.ui import account"}, UI),
    "a cycle inside actions": (
        {
            "workbench/actions/planted.py": "from workbench.actions import planted_too",
            "workbench/actions/planted_too.py": "from workbench.actions import planted",
        },
        CYCLE,
    ),
}
"""Lines that are planted, and the contract that they break."""


@pytest.mark.many_cases
@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_violation_breaks_its_contract(checkout: Checkout, violation: str) -> None:
    lines, contract = VIOLATIONS[violation]
    with checkout.planted(lines):
        assert contract in checkout.broken_contracts()


def test_every_contract_has_its_planted_violation() -> None:
    assert {contract for _, contract in VIOLATIONS.values()} == CONTRACTS


def test_the_sandbox_may_share_the_words_of_bakkts_contract(checkout: Checkout) -> None:
    words = "from workbench.bakkt import models\nfrom workbench.domain.account import choices"
    with checkout.planted({"workbench/sandbox/api/planted.py": words}):
        assert checkout.broken_contracts() == set()


def test_figures_may_import_plotly(checkout: Checkout) -> None:
    lines = {"workbench/figures/__init__.py": "import plotly", "workbench/figures/planted.py": "import plotly.express"}
    with checkout.planted(lines):
        assert PLOTLY not in checkout.broken_contracts()


def code_files() -> list[Path]:
    return [ROOT / "app.py", *(path for folder in ("pages", "workbench") for path in (ROOT / folder).rglob("*.py"))]


def imported_by(source: str) -> set[str]:
    """Full names of what the source imports absolutely, at its head or anywhere inside."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = [node for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return plain | {f"{node.module}.{alias.name}" for node in parts for alias in node.names}


def is_within(name: str, packages: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_imports_what_it_may(script: str) -> None:
    imported = imported_by((ROOT / script).read_text(encoding="utf-8"))
    assert {name for name in imported if not is_within(name, SCRIPTS[script] | sys.stdlib_module_names)} == set()


def test_every_other_module_stands_in_a_package_where_its_imports_are_checked() -> None:
    loose = [path for path in (ROOT / "workbench").rglob("*.py") if not (path.parent / "__init__.py").exists()]
    assert {str(path.relative_to(ROOT)) for path in loose} == set(SCRIPTS) - {"app.py"}


def test_nothing_but_the_app_imports_by_name() -> None:
    by_name = [path for path in code_files() if re.search(r"\bimport_module\b|\b__import__\b", path.read_text("utf-8"))]
    assert by_name == [ROOT / "app.py"]


DOMAIN_MAY_IMPORT = {"workbench.domain", "email_validator", "phonenumbers", "pycountry", "stdnum", "zipcodes"} | {
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "importlib.resources",  # the table of zones that the package tzdata brings
    "itertools",
    "math",
    "re",
    "typing",
    "unicodedata",
    "zoneinfo",
}


def test_the_domain_is_pure() -> None:
    """No network, no database, no screen: the standard library's arithmetic of values, and libraries' tables of how
    countries, zones, telephone numbers, addresses and national ids are written."""
    files = list((ROOT / "workbench" / "domain").rglob("*.py"))
    foreign = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in imported_by(path.read_text(encoding="utf-8"))
        if not is_within(name, DOMAIN_MAY_IMPORT)
    }
    assert files
    assert foreign == set()


def texts_of(source: str) -> list[str]:
    nodes = ast.walk(ast.parse(source))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def holds_sql(source: str) -> bool:
    return any(SQL.search(text) for text in texts_of(source))


def test_app_pages_and_ui_hold_no_sql() -> None:
    folders = (ROOT / "pages", ROOT / "workbench" / "ui")
    screens = [ROOT / "app.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    assert [path for path in screens if holds_sql(path.read_text(encoding="utf-8"))] == []


def test_planted_sql_is_found_and_prose_is_not() -> None:
    assert holds_sql('ROWS = "select name\\nfrom accounts order by 1"\n')
    assert not holds_sql('WORDS = "Select a customer. Updated 5 minutes ago; choose from these."\n')


def private_reaches(source: str) -> list[str]:
    """Private names that the source takes from something that is not itself: attributes, and what it imports."""
    tree = ast.parse(source)
    taken = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not _is_itself(node.value)]
    taken += [alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    return [name for name in taken if re.match(r"_(?!_)", name) and name not in PUBLIC_ALL_THE_SAME]


def _is_itself(owner: ast.expr) -> bool:
    if isinstance(owner, ast.Call):
        return isinstance(owner.func, ast.Name) and owner.func.id == "super"
    return isinstance(owner, ast.Name) and owner.id in {"self", "cls"}


PUBLIC_ALL_THE_SAME = {"_asdict", "_replace", "_fields", "_exit"}
"""Of named tuples, and of ``os``: the underscore only keeps them apart from other names."""


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_tests_and_benchmarks_use_what_everybody_may_use(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    reaches = {str(path.relative_to(ROOT)): private_reaches(path.read_text(encoding="utf-8")) for path in files}
    assert files
    assert {path: names for path, names in reaches.items() if names} == {}


def test_a_reach_into_what_is_private_is_found() -> None:
    planted = "store._database\nsandbox.app._api.forget(name)\nmake()._rows\nfrom workbench.store import _connect\n"
    assert sorted(private_reaches(planted)) == ["_api", "_connect", "_database", "_rows"]
    assert private_reaches("self._rows, cls._all, super()._rows, span._asdict(), os._exit(9), one.__class__") == []


def test_no_test_module_imports_another() -> None:
    """What two of them need stands in tests/support."""
    modules = [path for path in (ROOT / "tests").rglob("*.py") if "support" not in path.parts]
    shared = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in imported_by(path.read_text(encoding="utf-8"))
        if is_within(name, {"tests"}) and not is_within(name, {"tests.support"})
    }
    assert modules
    assert shared == set()


TRUSTING = {
    "workbench/ui/account/link/handover.py",  # the QR code that segno draws
    "workbench/ui/charts/bars.py",  # templates of bars and columns, which escape what fills them
    "workbench/ui/frame/frame.py",  # our style sheet
}
"""Where markup is shown that htpy did not build, and therefore not escape."""

MARKUP = "workbench/ui/html/markup.py"


def files_that_name(word: str) -> set[str]:
    found = [path for path in code_files() if re.search(rf"\b{word}", path.read_text(encoding="utf-8"))]
    return {str(path.relative_to(ROOT)) for path in found}


def test_markup_that_nobody_escaped_has_one_door_and_few_callers() -> None:
    assert files_that_name(r"Markup\([^)]") == {MARKUP}
    assert files_that_name("trusted_markup") == {MARKUP, *TRUSTING}
    assert files_that_name(r"st\.html\(") == {MARKUP}


def bare_uploaders(source: str) -> int:
    """Uploaders whose file nothing frees: those that do not stand inside ``shown_file``."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    uploaders = {call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in UPLOADERS}
    freed = {call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "shown_file"}
    return len(uploaders - freed)


UPLOADERS = {"file_uploader", "camera_input", "audio_input", "chat_input"}


def test_every_uploaded_file_is_freed_when_it_is_no_longer_shown() -> None:
    assert [path for path in code_files() if bare_uploaders(path.read_text(encoding="utf-8"))] == []


def test_a_bare_uploader_is_found() -> None:
    assert bare_uploaders('a = shown_file(st.file_uploader("A"))\nb = left.file_uploader("B")\n') == 1


def unchecked_callbacks(source: str) -> int:
    """How many widgets call what changes the address without asking whether another value was chosen."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    given = [key.value for call in calls for key in call.keywords if key.arg == "on_change"]
    return sum(ast.unparse(one) not in CHECKED_CALLBACKS for one in given)


CHECKED_CALLBACKS = {"pass_on_choice", repr("rerun")}
"""Streamlit calls ``on_change`` also for a widget that it first hears of, when another page may be open already. With
"rerun" it calls nothing of ours."""


def test_a_widget_changes_the_address_only_for_another_choice() -> None:
    assert [path for path in code_files() if unchecked_callbacks(path.read_text(encoding="utf-8"))] == []


def test_an_unchecked_callback_is_found() -> None:
    assert unchecked_callbacks("a.pagination(3, on_change=lambda: go())\nb.tabs([], on_change=pass_on_choice)\n") == 1


STRING_AS_MARKUP = """
from workbench.ui.html.live_markup import show_live, show_svg
from workbench.ui.html.markup import show_html

show_html("<b>Bob</b>")
show_svg("<svg></svg>", key="k")
show_live("<b>Bob</b>", key="k", on_pick=print)
"""


@pytest.mark.slow
def test_mypy_refuses_a_bare_string_where_markup_is_shown(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(STRING_AS_MARKUP, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 -- the tool of our own environment
        [sys.executable, "-m", "mypy", planted],
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
        check=False,
        capture_output=True,
        text=True,
    )
    refused = re.findall(
        r'error: Argument 1 to "(\w+)" has incompatible type "str"; expected "Renderable"', done.stdout
    )
    assert refused == ["show_html", "show_svg", "show_live"], done.stdout + done.stderr
