"""The import directions (STYLE.md), checked by reading every import statement of ours."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.running import ROOT

FOLDERS = (
    "domain",
    "bakkt",
    "store",
    "access",
    "files",
    "registry",
    "sync",
    "events",
    "actions",
    "casework",
    "ui",
    "sandbox",
)

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "bakkt": {"domain"},
    "store": {"domain"},
    "access": {"domain"},
    "files": {"domain"},
    "registry": {"store", "domain"},
    "sync": {"bakkt", "store", "access", "domain"},
    "events": {"bakkt", "store", "access", "domain"},
    "actions": {"bakkt", "store", "access", "files", "domain"},
    "casework": {"actions", "bakkt", "store", "access", "files", "domain"},
    "ui": {
        "casework",
        "files",
        "actions",
        "registry",
        "sync",
        "events",
        "bakkt",
        "store",
        "access",
        "domain",
        "desk",
        "exports",
        "settings",
    },
    "pages": {"ui"},
    "sandbox": {"bakkt.models", "domain.account.choices", "domain.errors"},
    "settings": {"domain"},
    "desk": {"settings", "actions", "registry", "sync", "events", "bakkt", "store", "access", "domain"},
    "cli": {"desk", "embedded_sandbox", "settings", *FOLDERS},
    "embedded_sandbox": {"desk", "settings", *FOLDERS},
    "exports": set(),
    "app": {"desk", "embedded_sandbox", "settings", *FOLDERS},
    "__main__": {"cli"},
    "": set(),
}
"""Which of our packages each part may import besides itself; top-level modules are named as such."""

ALLOWED_IMPORTERS: dict[str, set[str]] = {
    "streamlit": {"app", "pages", "ui"},
    "plotly": set(),
    "duckdb": {"store"},
    "httpx": {"bakkt", "sandbox"},
    "httpx2": {"bakkt", "sandbox"},
    "pyreqwest": {"bakkt"},
    "aiohttp": {"bakkt"},
    "requests": set(),
    "typer": {"cli"},
}
"""Which parts may import a third-party package."""

SQL = re.compile(
    r"^\s*(with\s+\w+\s+as\b|select\s.+\sfrom\s|insert\s+into\s|update\s.+\sset\s|delete\s+from\s"
    r"|SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s.+\sSET\s|DELETE\s+FROM\s)",
    re.DOTALL,
)
"""Text that starts like an SQL statement, in lower or upper case; an English sentence starts with one capital."""


@dataclass(frozen=True)
class Checkout:
    """A checkout whose import statements are read."""

    root: Path

    def files(self) -> Iterator[Path]:
        yield from sorted(path for path in (self.root / "app.py",) if path.exists())
        for folder in ("pages", "workbench"):
            yield from sorted((self.root / folder).rglob("*.py"))

    def part_of(self, path: Path) -> str:
        names = path.relative_to(self.root).with_suffix("").parts
        if names[0] != "workbench":
            return names[0]
        return names[1] if names[1] != "__init__" else ""

    def imports(self, path: Path) -> Iterator[str]:
        """Return the full names of the modules that the file imports, at the top or inside functions."""
        package = path.relative_to(self.root).with_suffix("").parts[:-1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                before = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
                module = ".".join(filter(None, (before, node.module)))
                yield from (self.whole_name(module, alias.name) for alias in node.names)
            elif isinstance(node, ast.Call) and _is_import_by_name(node):
                yield from (str(text.value) for text in node.args[:1] if isinstance(text, ast.Constant))

    def whole_name(self, module: str, name: str) -> str:
        place = self.root.joinpath(*module.split("."), name)
        return f"{module}.{name}" if place.is_dir() or place.with_suffix(".py").exists() else module

    def violations(self) -> list[str]:
        imported = [(path, name) for path in self.files() for name in self.imports(path)]
        return [
            f"{path.relative_to(self.root)} imports {name}"
            for path, name in imported
            if self.is_forbidden(self.part_of(path), name)
        ]

    def is_forbidden(self, part: str, name: str) -> bool:
        if name.split(".")[0] == "pages":
            return True
        if name.split(".")[0] != "workbench":
            return part not in ALLOWED_IMPORTERS.get(name.split(".")[0], {part})
        ours = name.split(".", 1)[1] if "." in name else ""
        if ours.split(".")[0] in {part, ""}:
            return False
        return not any(ours == allowed or ours.startswith(f"{allowed}.") for allowed in MAY_IMPORT[part])

    def pages_with_sql(self) -> list[str]:
        """Return pages and screens with SQL statements in strings."""
        screens = [path for path in self.files() if self.part_of(path) in {"pages", "ui", "app"}]
        return [str(path.relative_to(self.root)) for path in screens if any(map(SQL.search, _texts(path)))]


def _is_import_by_name(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


OURS = Checkout(ROOT)


def test_every_import_follows_the_directions() -> None:
    assert OURS.violations() == []


def test_every_part_is_checked() -> None:
    parts = {OURS.part_of(path) for path in OURS.files()}
    built = {path.name for path in (ROOT / "workbench").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert parts >= built | {"app", "pages", "desk", "settings"}
    assert parts <= set(MAY_IMPORT), "a new part of the house needs its line here"


def test_pages_hold_no_sql() -> None:
    assert OURS.pages_with_sql() == []


def test_nothing_but_the_app_and_the_command_line_knows_the_sandbox() -> None:
    knowing = {
        OURS.part_of(path)
        for path in OURS.files()
        if any(name.startswith("workbench.sandbox") for name in OURS.imports(path))
    }
    assert knowing <= {"app", "cli", "embedded_sandbox", "sandbox"}


PLANTED = {
    "workbench/domain/rule.py": "import workbench.store\n",
    "workbench/domain/other.py": "from workbench.bakkt import client\n",
    "workbench/bakkt/client.py": "from workbench.store.store import Store\n",
    "workbench/store/store.py": "from workbench.bakkt.client import BakktClient\n",
    "workbench/sync/run.py": "from workbench.events import take_in\n",
    "workbench/events/apply.py": "from workbench.sync import SyncService\n",
    "workbench/actions/write.py": "from workbench.ui import frame\n",
    "workbench/ui/frame.py": "from workbench.sandbox import Sandbox\n",
    "workbench/ui/deep/inner.py": "def late():\n    from workbench.cli import main\n",
    "workbench/sandbox/server.py": "from workbench.bakkt.client import BakktClient\n",
    "workbench/desk.py": "import streamlit as st\n",
    "workbench/cli/main.py": "from streamlit import cache_data\n",
    "workbench/sync/http.py": "import httpx2\n",
    "workbench/sync/table.py": "import duckdb.typing\n",
    "pages/today.py": "import plotly.express as px\n",
    "pages/data.py": "from workbench.store import Store\n",
    "pages/funnel.py": "import duckdb\n",
    "workbench/access/by_name.py": "import importlib\nimportlib.import_module('workbench.store')\n",
    "workbench/store/relative.py": "from ..sync import run\n",
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_violation_is_found(tmp_path: Path, place: str) -> None:
    checkout = plant(tmp_path, place, PLANTED[place])
    assert [found.split(" imports ")[0] for found in checkout.violations()] == [place]


ALLOWED = {
    "workbench/sync/run.py": "from workbench.bakkt.client import BakktClient\nimport asyncio\n",
    "workbench/sandbox/server.py": "from workbench.bakkt.models import A\nfrom workbench.domain.errors import X\n",
    "workbench/store/relative.py": "from . import runs\nfrom .runs import Run\n",
    "pages/today.py": "from workbench.ui import today\nimport streamlit as st\n",
    "app.py": "from workbench.embedded_sandbox import open_with_sandbox\nimport streamlit as st\n",
}


@pytest.mark.parametrize("place", ALLOWED)
def test_what_is_allowed_is_not_found(tmp_path: Path, place: str) -> None:
    assert plant(tmp_path, place, ALLOWED[place]).violations() == []


def test_planted_sql_is_found_and_prose_is_not(tmp_path: Path) -> None:
    statement = 'ROWS = "select name\\nfrom accounts order by 1"\n'
    assert plant(tmp_path / "sql", "pages/data.py", statement).pages_with_sql() == ["pages/data.py"]
    prose = 'WORDS = "Select a customer. Updated 5 minutes ago; choose from these."\n'
    assert plant(tmp_path / "prose", "pages/data.py", prose).pages_with_sql() == []


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
        for name in OURS.imports(path)
        if name.startswith("tests.") and not name.startswith("tests.support")
    }
    assert modules
    assert shared == set()


def plant(root: Path, place: str, text: str) -> Checkout:
    for name in {*FOLDERS, "cli"}:
        (root / "workbench" / name).mkdir(parents=True, exist_ok=True)
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(text, encoding="utf-8")
    return Checkout(root)


def test_the_domain_is_pure() -> None:
    """The domain has no network, database or screen: only the standard library's value types, and two libraries'
    tables of country names and telephone number formats."""
    allowed = {
        "phonenumbers",
        "pycountry",
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "re",
        "unicodedata",
        "math",
        "typing",
        "functools",
        "itertools",
        "workbench",
    }
    foreign = {
        f"{path.name}: {name}"
        for path in (ROOT / "workbench" / "domain").glob("*.py")
        for name in OURS.imports(path)
        if name.split(".")[0] not in allowed
    }
    assert foreign == set()
