"""The views at the left of the page Backlog, each with how much is in it."""

from collections.abc import Callable, Mapping

import htpy as h
from htpy import Element

from workbench.domain.moments import span
from workbench.domain.standing.targets import DUE_SOON_HOURS
from workbench.domain.words import count
from workbench.ui.backlog.views import AWAITING_SECOND, GROUPS, VIEWS, View
from workbench.ui.html.live_markup import show_live
from workbench.ui.live.current_desk import current_desk


def show_views(shown: View, counts: Mapping[str, int], go_to_view: Callable[[str], None]) -> None:
    """Show every view as a button with its name and its number."""
    groups = [
        h.div(".wb-view-group", role="group", aria_label=group)[
            [
                _button(view, counts[view.code], is_shown=view is shown)
                for view in VIEWS.values()
                if view.group == group and (view is shown or _is_offered(view, counts[view.code]))
            ]
        ]
        for group in GROUPS
    ]
    show_live(h.nav(".wb-views", aria_label="Views")[groups], key="wb-views", on_pick=go_to_view)


def _is_offered(view: View, number: int) -> bool:
    """What waits for a second person has a view while the two-person rule is on, or anything waits."""
    return view.code != AWAITING_SECOND or bool(number) or current_desk().settings.two_person_rule


def _button(view: View, number: int, *, is_shown: bool) -> Element:
    return h.button(
        type="button",
        data_pick=view.code,
        aria_current="true" if is_shown else None,
        class_={"wb-view": True, "wb-none": not number},
    )[h.span[name_of(view)], " ", h.b[count(number)]]


def name_of(view: View) -> str:
    return view.name.format(day=day_words(), soon=soon_words())


def day_words() -> str:
    """Within what time an account is due soon: a day, shorter in the sandbox's practice mode."""
    return span(DUE_SOON_HOURS / current_desk().settings.speed)


def soon_words() -> str:
    """With less time than this left, a link expires soon (setting LINK_WARNING_HOURS)."""
    return span(current_desk().settings.link_warning_hours)
