"""The box that says why an action is blocked now and what to do about it, the same on every page."""

from workbench.domain.actions import Hindrance
from workbench.ui.html.markup import literal, show_html


def show_hindrance(hindrance: Hindrance) -> None:
    show_html(
        f'<div class="wb-receipt wb-not" role="status"><strong>{literal(hindrance.title)}</strong>'
        f"<p>{literal(hindrance.words)}</p><p>{literal(hindrance.next_step)}</p></div>"
    )
