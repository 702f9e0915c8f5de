"""How typed numbers are sent, for a review."""

from collections.abc import Iterable

from workbench.ui.html.markup import show_heading, show_lines


def show_sent_numbers(lines: Iterable[str]) -> None:
    """Show each number that is sent in another form than it was typed in; nothing if there is none."""
    found = list(lines)
    if found:
        show_heading("Numbers, in the form in which they are sent")
        show_lines(found)
