"""Parts of the page Explore: the answer, its breakdown, and the accounts behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.moments import duration
from workbench.domain.words import count, plural
from workbench.figures.groups import Key, key_of
from workbench.ui.explore.balance import show_balance
from workbench.ui.explore.breakdown import Groups, name_of, row_of, show_groups, show_whole
from workbench.ui.explore.codes import CODE_WORDS, TABS, ExploreCodes, go_to, read_codes
from workbench.ui.explore.filters import ask_for_question
from workbench.ui.explore.periods import Period
from workbench.ui.explore.phrases import headline_of, what_happened, whose
from workbench.ui.explore.times import show_flow, show_times
from workbench.ui.forms.address_codes import ask_with_buttons, show_unknown
from workbench.ui.frame.first_step import answer_or_none_yet, show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.not_allowed import is_allowed
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_empty, show_heading
from workbench.ui.live.cached_queries import QueryResult, read, read_calmly, read_in_batches
from workbench.ui.live.permission import may
from workbench.ui.segments.choosing import show_segment
from workbench.ui.segments.saving import offer_segment
from workbench.ui.tables.columns import duration_of, moment, text
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import ROWS_A_PAGE, last_instead
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.moments import day_here
from workbench.ui.text.words import sentences

_PEOPLE = ["client_account_id", "display_name", "account_type", "country", "standing", "turn", "opened_at", "hours"]
_LOOKS = {"country": text("Country", 68), "opened_at": moment("Opened", width=104), "hours": duration_of("Took", 96)}
_IN_THE_STATE = {**_LOOKS, "hours": duration_of("In the state", 96)}
_OTHER_TABS = {"times": show_times, "flow": show_flow, "balance": show_balance}
ACT_OF_TAB = {"sql": Act.ASK_SQL}
"""What a person must be allowed to do to open a tab, if it is more than seeing figures."""
_MET = {"true": "Those who did", "false": "Those who did not"}


def show_explore(show_other: Mapping[str, Any]) -> None:
    """Show the tab that the address names; ``show_other`` has those that are not measures."""
    codes, unknown = read_codes(day_here())
    heading = st.container()
    _ask_for_tab(codes)
    show_unknown({CODE_WORDS[name]: code for name, code in unknown.items()})
    if not is_allowed(ACT_OF_TAB.get(codes.tab, Act.SEE_LISTS)):
        return
    if codes.tab in _OTHER_TABS:
        _OTHER_TABS[codes.tab](codes, heading)
    elif codes.tab in show_other:
        show_other[codes.tab](heading)
    else:
        _show_measure(codes, heading)


def _ask_for_tab(codes: ExploreCodes) -> None:
    ask_with_buttons(
        label("Tab"),
        _tabs_for(codes.tab),
        codes.tab,
        key="wb-explore-tab",
        on_choose=lambda tab: go_to(tab=tab),
    )


def _tabs_for(shown: str) -> dict[str, str]:
    """The tabs that are for the person's role, and the one that the address names."""
    return {tab: words for tab, words in TABS.items() if tab == shown or may(ACT_OF_TAB.get(tab, Act.SEE_LISTS))}


def _show_measure(codes: ExploreCodes, heading: Any) -> None:
    ask_for_question(codes)
    show_segment(codes.segment)
    period = codes.period(day_here())
    if codes.measure == "after_reason" and codes.reason is None:
        with heading:
            show_answer("Choose the reason code to follow")
        return
    whole = read_calmly("explore/measure", **codes.measured(period))
    before = _before(codes, period)
    with heading:
        headline = headline_of(codes, period, whole.first, before.first if before else None)
        show_answer(*answer_or_none_yet(headline, _lead(codes, whole.first), is_empty=not whole.table.num_rows))
    if not whole.table.num_rows:
        show_empty_list("No account counts in this period.", _first_opened(codes))
        return
    groups = read_calmly("explore/measure", **codes.broken_down(period)) if codes.by else whole
    codes, row = without_unknown_group(codes, groups.rows)
    if codes.by:
        show_groups(codes, groups, _groups_before(codes, period), partial(_choose, codes))
    else:
        show_whole(codes, whole, before, partial(_choose, codes))
    _show_people(codes, period, row, groups.rows)


def _before(codes: ExploreCodes, period: Period) -> QueryResult | None:
    earlier = period.before if codes.vs == "before" else None
    return read_calmly("explore/measure", **codes.measured(earlier)) if earlier else None


def _groups_before(codes: ExploreCodes, period: Period) -> QueryResult | None:
    earlier = period.before if codes.vs == "before" else None
    return read_calmly("explore/measure", **codes.broken_down(earlier)) if earlier else None


def _first_opened(codes: ExploreCodes) -> str:
    path = "entity" if codes.path == "entity" else "individual"
    first = read("funnel/span", path=path, segment=codes.segment).first.get("first_on")
    return f"The first account opened on {first.day} {first:%b %Y}." if isinstance(first, date) else "Widen the period."


def _lead(codes: ExploreCodes, row: Mapping[str, Any]) -> str:
    if not row:
        return ""
    time = "They were there" if codes.measure in ("stuck", "stayed") else "It took"
    speed = (
        f"{time} {duration(row['median_hours'])} (median); 90% within {duration(row['p90_hours'])}."
        if row["median_hours"] is not None
        else ""
    )
    young = plural(row["immature"], "account has", "accounts have")
    immature = f"{young} not had {codes.window} days yet." if row["immature"] else ""
    undated = f"{count(row['undated'])} left out: date unknown." if row["undated"] else ""
    return sentences(speed, immature, undated)


def without_unknown_group(codes: ExploreCodes, groups: Groups) -> tuple[ExploreCodes, Key]:
    """The row of the breakdown that the address names; one that no row has is answered and left out."""
    row = row_of(codes, groups)
    named = " · ".join(filter(None, (codes.group, codes.then_group)))
    show_unknown({"group": named} if row is None else {})
    if row is not None:
        return codes, row
    return replace(codes, group=None, then_group=None), (None, None)


def _choose(codes: ExploreCodes, row: Key, met: str) -> None:
    """List the accounts of a row; of all again, if it was chosen already."""
    group, then_group = codes.code_of(row)
    is_chosen = (group, then_group, met) == (codes.group, codes.then_group, codes.met)
    if is_chosen:
        group = then_group = None
    go_to(group=group, then_group=then_group, met=met)


def _show_people(codes: ExploreCodes, period: Period, row: Key, groups: Groups) -> None:
    asked = codes.people(period, row)
    total = _count_people(codes, row, groups)
    show_heading("Accounts", _list_words(codes, period, row))
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-explore-bar")
    with bar:
        _ask_whether_met(codes)
        if total:
            given = {name: code for name, code in asked.items() if code is not None}
            offer_segment("explore/people", given, total, period.days)
    if not total:
        show_empty("No account is on this list.")
        return
    is_of_state = codes.measure in ("stuck", "stayed")
    shown = codes.changed(page=last_instead(codes.page, total))
    people = read_calmly("explore/people", **asked, limit=ROWS_A_PAGE, offset=shown.offset)
    show_work_list(
        WorkList(
            key="-".join(("explore", *shown.address.values())),
            name="explore",
            rows=people.table,
            columns=_PEOPLE if is_of_state or codes.met == "true" else _PEOPLE[:-1],
            total=total,
            file_name=f"explore-{codes.measure}",
            read_whole=lambda: read_in_batches("explore/people", **asked),
            page=shown.page,
            looks=_IN_THE_STATE if is_of_state else _LOOKS,
            rows_at_once=12,
            about=about_of(people, asked),
        ),
        bar=bar,
        go_to_page=lambda page: go_to(page=page),
    )


def _list_words(codes: ExploreCodes, period: Period, row: Key) -> str:
    of_group = name_of(codes, row)
    what = what_happened(codes) if codes.met == "true" else "did not"
    return sentences(f"{of_group}:" if of_group else "", f"{whose(codes, period)} that {what}")


def _count_people(codes: ExploreCodes, row: Key, groups: Groups) -> int:
    """How many accounts are listed: what the row says, or all rows if none is chosen."""
    chosen = [one for one in groups if row in ((None, None), key_of(one))]
    part, whole = (sum(one[name] for one in chosen) for name in ("accounts", "of_accounts"))
    return int(part if codes.met == "true" else whole - part)


def _ask_whether_met(codes: ExploreCodes) -> None:
    ask_with_buttons(label("Accounts"), _MET, codes.met, key="wb-explore-met", on_choose=lambda met: go_to(met=met))
