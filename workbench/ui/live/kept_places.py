"""Places on the page for the parts of a list that changes by itself, none of which moves when another one goes."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.ui.live.while_shown import keep, kept


def kept_places(name: str, ids: Sequence[str], *, gap: Literal["xsmall", "small"] = "small") -> list[DeltaGenerator]:
    """A container for each id; ``name`` tells this list from all others of the session.

    When an id goes, its container stays, empty, until the list is empty or no longer shown; new ids are added at the
    end. A field that moves loses what is typed in it and not sent.
    """
    key = f"places of {name}"
    ever_shown = tuple(dict.fromkeys([*(kept(key, tuple) or ()), *ids])) if ids else ()
    keep(key, ever_shown)
    places = {one: st.container(gap=gap) for one in ever_shown}
    return [places[one] for one in ids]
