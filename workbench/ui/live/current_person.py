"""Whose page runs: the person who signed in, or without sign-in the one person of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

from workbench.access.acting import Person, local_person
from workbench.access.claims import Claims, SignedOutError
from workbench.ui.live.acts import is_act_of_person

if TYPE_CHECKING:
    from workbench.desk import Desk

T = TypeVar("T")
_NOBODY: Claims = {}
_away_from_page: ContextVar[Claims | None] = ContextVar("claims of a thread without a page", default=None)


def current_person(desk: Desk) -> Person:
    """Return the person whose page runs.

    With sign-in, raises SignedOutError if nobody is signed in or the session ended, and SignInRefusedError for somebody
    who may not come in, or no longer.
    """
    if desk.sign_ins is None:
        return local_person(desk.settings.actor)
    claims = current_claims()
    if not claims:
        raise SignedOutError("Nobody is signed in here.")
    return desk.sign_ins.admit(claims, is_act=is_act_of_person())


def current_claims() -> Claims:
    """Return the claims of whoever signed in, empty if nobody did."""
    away = _away_from_page.get()
    return claims_of_page() if away is None else away


def claims_of_page() -> Claims:
    """Return what the sign-in cookie of this tab says, which Streamlit has checked."""
    context = get_script_run_ctx(suppress_warning=True)
    claims: Mapping[str, object] = _NOBODY if context is None else context.user_info
    return dict(claims) if claims.get("is_logged_in") is True else _NOBODY


def for_same_person(make: Callable[[], T]) -> Callable[[], T]:
    """Return ``make`` for a thread without a page, such as a download's: as this person, if still signed in then."""
    claims = current_claims()

    def made() -> T:
        with _as_person(claims):
            return make()

    return made


@contextmanager
def _as_person(claims: Claims) -> Iterator[None]:
    token = _away_from_page.set(claims)
    try:
        yield
    finally:
        _away_from_page.reset(token)
