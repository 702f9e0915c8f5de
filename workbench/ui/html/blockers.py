"""The box that says why an action is blocked now and what to do about it, the same on every page."""

from workbench.domain.actions import Blocker
from workbench.ui.html.markup import literal, show_html


def show_blocker(blocker: Blocker) -> None:
    show_html(
        f'<div class="wb-receipt wb-not" role="status"><strong>{literal(blocker.title)}</strong>'
        f"<p>{literal(blocker.words)}</p><p>{literal(blocker.next_step)}</p></div>"
    )
