"""What a tab keeps in memory for as long as it shows it: uploaded and opened files, and what was made of them.

Streamlit keeps uploaded files until the session ends, also when their form was sent or left.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.ui.live.left_sessions import note_session
from workbench.ui.live.uploads_held import files_of

SECONDS_ON_THE_WAY = 30.0
"""How long an uploaded file may take to appear in its form."""

_STATE = "wb-while-shown"
T = TypeVar("T")


@dataclass
class _WhileShown:
    """``values`` by key, of which ``shown`` were asked for in this run; ``unseen`` files and since when."""

    values: dict[str, Any] = field(default_factory=dict, repr=False)
    shown: set[str] = field(default_factory=set)
    unseen: dict[str, float] = field(default_factory=dict)


def _state() -> _WhileShown:
    state: _WhileShown = st.session_state.setdefault(_STATE, _WhileShown())
    return state


def keep(key: str, value: object) -> None:
    state = _state()
    state.values[key] = value
    state.shown.add(key)


def kept(key: str, kind: type[T]) -> T | None:
    """What was kept under this key; asking for it is showing it."""
    state = _state()
    state.shown.add(key)
    value = state.values.get(key)
    return value if isinstance(value, kind) else None


def forget(key: str) -> None:
    _state().values.pop(key, None)


def shown_file(uploaded: UploadedFile | None) -> UploadedFile | None:
    """The file of an uploader, which is freed once no uploader shows it."""
    if uploaded is not None:
        keep(_file_key(uploaded.file_id), None)
    return uploaded


def made_of_file(uploaded: UploadedFile, make: Callable[[bytes], T]) -> T:
    """What ``make`` makes of the file's content: made once, and kept as long as the file."""
    key = f"made of {uploaded.file_id}"
    state = _state()
    state.shown.add(key)
    if key not in state.values:
        state.values[key] = make(uploaded.getvalue())
    made: T = state.values[key]
    return made


def free_file(uploaded: UploadedFile) -> None:
    """Free a file that was used up."""
    context = get_script_run_ctx()
    if context is not None:
        files_of(context.uploaded_file_mgr).remove_file(context.session_id, uploaded.file_id)


@contextmanager
def what_is_not_shown_is_freed() -> Iterator[None]:
    """Around a run of the whole script: what it did not show is freed. A run that was cut short says nothing.

    Streamlit cuts a run for each message of a person, by the exception that ends a page early, which none of ours does;
    and the next run may begin before that one ends.
    """
    note_session()
    state, shown = _state(), set[str]()
    state.shown = shown
    yield
    if state.shown is shown:
        _free_what_is_not_shown(state)


def _free_what_is_not_shown(state: _WhileShown) -> None:
    _free_files(state)
    state.values = {key: value for key, value in state.values.items() if key in state.shown}


def _free_files(state: _WhileShown) -> None:
    """Free the files that were shown before and those that did not appear in time: their page was left meanwhile."""
    context = get_script_run_ctx()
    if context is None:
        return
    files, now = files_of(context.uploaded_file_mgr), time.monotonic()
    held = [one for one in files.file_ids(context.session_id) if _file_key(one) not in state.shown]
    unseen = {one: state.unseen.get(one, now) for one in held if _file_key(one) not in state.values}
    late = {one for one, since in unseen.items() if now - since > SECONDS_ON_THE_WAY}
    for one in held:
        if one not in unseen or one in late:
            files.remove_file(context.session_id, one)
    state.unseen = {one: since for one, since in unseen.items() if one not in late}


def _file_key(file_id: str) -> str:
    return f"file {file_id}"
