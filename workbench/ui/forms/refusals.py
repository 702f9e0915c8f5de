"""What Bakkt refused the last time and has not been changed since, shown at the review."""

from collections.abc import Sequence

from workbench.domain.words import plural
from workbench.ui.html.markup import show_heading, show_lines


def show_still_refused(lines: Sequence[str]) -> None:
    """List the refusals that still stand, each with its field in the words of the form."""
    if lines:
        show_heading("Still refused by Bakkt", f"{plural(len(lines), 'point')} unchanged since the last attempt")
        show_lines(lines, tone="wb-red", role="status")
