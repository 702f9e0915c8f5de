"""Places on the page for the parts of a list that changes by itself, none of which moves when another one goes."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.ui.live.while_shown import keep, kept


def kept_places(name: str, ids: Sequence[str]) -> list[DeltaGenerator]:
    """A container for each id. One that goes leaves an empty one as long as the list is shown; a new one comes last.

    A field that moves loses what is typed in it and not sent.
    """
    key = f"places of {name}"
    ever_shown = tuple(dict.fromkeys([*(kept(key, tuple) or ()), *ids]))
    keep(key, ever_shown)
    places = {one: st.container() for one in ever_shown}
    return [places[one] for one in ids]
