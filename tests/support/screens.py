"""Runs pages in tests: the shell's script in process, over the test's own desk."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils import script_run_context
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import Block
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

import workbench.desk
from tests.support.running import ROOT
from workbench.access.claims import Claims
from workbench.bakkt.client import BakktClient
from workbench.desk import Connect, Desk
from workbench.settings import Settings, read_settings
from workbench.store import Store
from workbench.ui.frame.navigation import HOME, TITLES
from workbench.ui.live.current_desk import desk_holder, set_desk

SCRIPT = ROOT / "workbench" / "ui" / "shell" / "main.py"
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
"""Otherwise each ``AppTest`` reads the metadata of every installed package, which takes longer than most pages."""
vars(local_script_runner)["ScriptCache"] = cache(ScriptCache)
"""Otherwise each run compiles the shell and the page again; a server compiles them once."""
vars(script_run_context)["populate_hash_if_needed"] = lambda _message: None
"""By their hashes a server knows which messages a browser has; here nothing is sent."""


class _SessionValues(Mapping[str, Any]):
    """The values in a session by key, each looked up when it is asked for.

    Each field looks for its own, for which Streamlit gathers those of all fields: of a long form, a sixth of the time.
    """

    def __init__(self, state: SafeSessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_all_values(self._state))

    def __len__(self) -> int:
        return len(_all_values(self._state))


_all_values = vars(SafeSessionState)["filtered_state"].fget
SafeSessionState.filtered_state = property(_SessionValues)  # type: ignore[assignment]


def _wait_for_script(runner: LocalScriptRunner, timeout: float = 0) -> None:
    """Sleep until the script ends: Streamlit looks a thousand times a second, which slows the script it waits for.

    A script that hangs ends with the test, at the time limit of pytest.
    """
    runner.join()


local_script_runner.require_widgets_deltas = _wait_for_script


def no_connection(share: float = 1.0) -> BakktClient:
    raise AssertionError("This test reads no Bakkt.")


def build_desk(store: Store, settings: Settings | None = None, connect: Connect = no_connection) -> Desk:
    """Return a desk on this store whose Bakkt does not respond."""
    return workbench.desk.build_desk(store, settings or read_settings({}, Path("no-such-file")), connect)


FORMS_OF_ACCOUNT = {
    "link": {"send": "link"},
    "update": {"tab": "details"},
    "documents": {"tab": "documents"},
    "kyb": {"tab": "kyb"},
    "backfill": {"tab": "details", "form": "missing"},
}
"""The forms that had pages of their own: where they are on the account's page."""


_READ_AT: dict[int, int] = {}
"""The data version at which pages of the open desk read, by the desk's identity."""


def _show_desk(desk: Desk) -> None:
    """Pages of one desk share what they read of one data version, as in one process; ``set_desk`` makes them read anew.

    What moves slowly is read again as soon as anything was written: tests do not wait a minute.
    """
    version = desk.store.data_version
    if desk_holder().desk is not desk or _READ_AT.get(id(desk)) != version:
        set_desk(desk)
        _READ_AT.clear()
        _READ_AT[id(desk)] = version


def open_page(name: str = HOME, desk: Desk | None = None, *, zone: str | None = None, **query: str) -> AppTest:
    """Return a page after its first run, at an address with these parameters, in a browser of this time zone.

    A form of one account opens on the account's page, where its old address leads (``open_address`` shows that).
    """
    if name in FORMS_OF_ACCOUNT and "account" in query:
        name, query = "customers", FORMS_OF_ACCOUNT[name] | query
    return open_address(name, desk, zone=zone, **query)


def open_address(name: str, desk: Desk | None = None, *, zone: str | None = None, **query: str) -> AppTest:
    """Return what a page shows at its own address, wherever that leads."""
    if desk is not None:
        _show_desk(desk)
    app = AppTest.from_file(str(SCRIPT))
    app.context = {"timezone": zone} if zone else {}
    return _run_at(app, name, query)


def open_as(user: Claims, name: str, desk: Desk, /, **query: str) -> AppTest:
    """Return what a page of a desk with sign-in shows to whoever has these claims."""
    set_desk(desk)
    app = AppTest.from_file(str(SCRIPT))
    app.user = dict(user)
    return _run_at(app, name, query)


def _run_at(app: AppTest, name: str, query: Mapping[str, str]) -> AppTest:
    assert name in TITLES, f"Add {name} to TITLES in workbench/ui/frame/navigation.py."
    for parameter, value in query.items():
        app.query_params[parameter] = value
    return (app if name == HOME else app.switch_page(str(ROOT / "pages" / f"{name}.py"))).run()


def clickable_html_of(app: AppTest) -> str:
    """Return all our HTML on the page that reacts to clicks."""
    return "\n".join(element.proto.json for element in app.get("bidi_component"))


def unfold(page: AppTest, key: str) -> None:
    """Open a fold whose content runs once it is open."""
    page.session_state[key] = True
    page.run()


def unfold_sources(page: AppTest) -> None:
    """Open all that says where a number or list is from, with its files."""
    for popover in page.get("popover"):
        _, is_source, name = popover.proto.id.partition("-wb-export-")
        if is_source:
            page.session_state[f"wb-export-{name}"] = True
    page.run()


def place_of(app: AppTest, name: str, position: int = 0) -> list[int]:
    """Return where in the page's tree the field of this key or label is: one that moves loses what is typed in it."""
    return list(_paths_to(app.main, name))[position]


def _paths_to(block: Block, name: str) -> Iterator[list[int]]:
    for place, child in block.children.items():
        if isinstance(child, Block):
            yield from ([place, *below] for below in _paths_to(child, name))
        elif name in (getattr(child, "key", None), getattr(child, "label", None)):
            yield [place]


def gaps_of(app: AppTest) -> list[Block]:
    """Return the parts of a page that hold nothing but empty containers: unlike an empty one, they are drawn.

    A closed popover is no empty container: it has a button.
    """
    return list(_holding_empty_ones(app.main))


def _holding_empty_ones(block: Block) -> Iterator[Block]:
    parts = [child for child in block.children.values() if isinstance(child, Block)]
    holds_nothing = len(parts) == len(block.children) and not any(map(_is_drawn, parts))
    if parts and holds_nothing and block.type == "flex_container":  # columns have their place in any case
        yield block
    for part in parts:
        yield from _holding_empty_ones(part)


def _is_drawn(block: Block) -> bool:
    return bool(block.children) or block.type == "popover"


def page_text(app: AppTest) -> str:
    """Return all our HTML on the page."""
    return "\n".join(markup(app))


def markup(app: AppTest) -> list[str]:
    """Each piece of HTML of ours on the page, from top to bottom, without the style sheet."""
    pieces = [str(element.proto.body) for element in app.get("html")]
    return [piece for piece in pieces if not piece.startswith("<style>")]


def forget_desk() -> None:
    st.cache_resource.clear()
    desk_holder.cache_clear()
