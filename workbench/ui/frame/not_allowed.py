"""What a person reads at an address that is not for their role, and the way back."""

import streamlit as st

from workbench.access.acting import NotAllowedError
from workbench.access.policy import Act
from workbench.ui.frame.failures import show_error
from workbench.ui.frame.navigation import HOME, TITLES, page_named
from workbench.ui.html.labels import label
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

_REFUSED = "wb-refused"


def is_allowed(act: Act) -> bool:
    """Whether the person may do what the address asks for; else what they read instead is shown.

    The refusal is written down once, however often the page runs there.
    """
    if may(act):
        st.session_state.pop(_REFUSED, None)
        return True
    try:
        _refuse(act)
    except NotAllowedError as error:
        show_error(error)
    return False


def _refuse(act: Act) -> None:
    acting, address = current_desk().acting, st.query_params.to_dict()
    if st.session_state.get(_REFUSED) == (act, address):
        raise acting.refusal_of(act)
    st.session_state[_REFUSED] = (act, address)
    acting.require(act)


def show_way_home() -> None:
    st.page_link(page_named(HOME), label=label("Go to {}", TITLES[HOME]))
