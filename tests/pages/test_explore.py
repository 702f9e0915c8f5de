"""The page Explore: its sentence, its groups, its people, and the segments made of them."""

import functools
from datetime import UTC, date, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.facts import ago, poll
from tests.support.kept_segments import kept_segment
from tests.support.screen_customers import seed
from tests.support.screens import clickable_html_of, open_address, open_page, page_text, place_of
from workbench.desk import Desk
from workbench.domain.words import reason_word, share
from workbench.figures.groups import draw_groups
from workbench.figures.properties import code_of_value
from workbench.figures.times import draw_times
from workbench.store.facts.registry import RegistryChange
from workbench.store.records.segments import Segment
from workbench.ui.explore import breakdown, times
from workbench.ui.live.current_desk import set_desk
from workbench.ui.live.data_version import ShownDataVersion

ANY_TIME = {"opened": "ever", "window": "7"}
ASKED: dict[str, Any] = {"measure": "stuck", "path": "individual", "window_days": 7}


def listed(page: AppTest) -> list[str]:
    tables = [one.value for one in page.dataframe]
    return next(list(table["client_account_id"]) for table in tables if "client_account_id" in table)


def measured(desk: Desk, **asked: Any) -> list[dict[str, Any]]:
    return desk.store.read_rows("explore/measure", **{**ASKED, **asked})


def test_without_accounts_the_page_says_where_they_come_from(empty_desk: Desk) -> None:
    page = open_page("explore", empty_desk)
    assert not page.exception
    assert "Import account ids to begin." in page_text(page)


@pytest.mark.slow
def test_the_sentence_has_the_share_and_its_counts(seeded_desk: Desk) -> None:
    row = measured(seeded_desk, standing="submitted")[0]
    assert row["of_accounts"] >= 30
    page = open_page("explore", seeded_desk, standing="submitted", **ANY_TIME)
    assert (
        f"{share(row['share'])} of all individuals who were in submitted got stuck there "
        f"({row['accounts']} of {row['of_accounts']})" in page_text(page)
    )


@pytest.mark.parametrize("met", ["true", "false"])
def test_the_accounts_behind_the_number_are_listed(seeded_desk: Desk, met: str) -> None:
    rows = seeded_desk.store.read_rows("explore/people", **ASKED, standing="submitted", met=met)
    page = open_page("explore", seeded_desk, standing="submitted", met=met, **ANY_TIME)
    assert len(rows) > 3
    assert listed(page) == [row["client_account_id"] for row in rows][:100]


@pytest.mark.parametrize(("met", "measure", "last"), [("true", "reached", "hours"), ("false", "reached", "opened_at")])
def test_only_those_who_did_have_a_time(seeded_desk: Desk, met: str, measure: str, last: str) -> None:
    page = open_page("explore", seeded_desk, measure=measure, step="screened", met=met, **ANY_TIME)
    assert page.dataframe[0].value.columns[-1] == last


def test_a_group_lists_its_accounts_alone(seeded_desk: Desk) -> None:
    groups = measured(seeded_desk, standing="submitted", by="entry_month")
    group = max(groups, key=lambda row: int(row["accounts"]))
    page = open_page(
        "explore", seeded_desk, standing="submitted", by="entry_month", group=group["first_group"], **ANY_TIME
    )
    found = seeded_desk.store.read_rows(
        "explore/people", **ASKED, standing="submitted", by="entry_month", first_group=group["first_group"]
    )
    assert 0 < group["accounts"] == len(found) < sum(row["accounts"] for row in groups)
    assert listed(page) == [row["client_account_id"] for row in found][:100]
    assert f"{group['accounts']} of {group['of_accounts']}" in clickable_html_of(page)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ({"measure": "luck"}, "No such measure: luck."),
        ({"opened": "2026-11-02..2026-10-01"}, "No such period: 2026-11-02..2026-10-01."),
        ({"by": "shoe_size"}, "No such property: shoe_size."),
        ({"by": "country", "then_by": "country"}, "No such second property: country."),
        ({"then_by": "state"}, "No such second property: state."),
        ({"group": "USA", **ANY_TIME}, "No such group: USA."),
        ({"by": "country", "group": "XXX", **ANY_TIME}, "No such group: XXX."),
        ({"by": "country", "then_group": "XXX", **ANY_TIME}, "No such group: XXX."),
        ({"by": "country", "then_by": "state", "group": "X", "then_group": "Y", **ANY_TIME}, "No such group: X · Y."),
        ({"segment": "abc"}, "No such segment: abc."),
        ({"window": "31"}, "No such window: 31."),
        ({"page": "0"}, "No such page: 0."),
    ],
)
def test_an_unknown_code_is_answered(seeded_desk: Desk, code: dict[str, str], words: str) -> None:
    page = open_page("explore", seeded_desk, **code)
    assert not page.exception
    assert words in page_text(page)


def test_a_group_that_no_row_has_leaves_the_list_of_everybody(seeded_desk: Desk) -> None:
    everybody = measured(seeded_desk, standing="submitted")[0]["accounts"]
    page = open_page("explore", seeded_desk, standing="submitted", by="country", then_group="XXX", **ANY_TIME)
    assert len(listed(page)) == min(everybody, 100) > 0


def test_a_group_with_marks_that_are_not_shown_lists_its_accounts(empty_desk: Desk) -> None:
    seed(empty_desk.store, 60)
    with empty_desk.store.database.writer() as cursor:
        cursor.execute("update accounts set country = $value, is_entity = false", {"value": "\u200fABC"})
    asked = {"measure": "reached", "step": "screened", "by": "country"}
    code = code_of_value("country", "\u200fABC")
    page = open_page("explore", empty_desk, group=code, **asked, **ANY_TIME)
    assert "No such" not in page_text(page)
    people = empty_desk.store.read_rows("explore/people", **ASKED | asked, first_group="\u200fABC")
    assert len(listed(page)) == len(people) > 0


def test_a_period_before_the_first_account_says_when_that_was(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, opened="2018-01-01..2018-02-01")
    assert "No account counts in this period." in page_text(page)
    assert "The first account opened on" in page_text(page)


def test_the_days_of_ones_own_stay_while_the_next_ones_are_picked(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, opened="2026-10-05..2026-10-20")
    box = page.date_input(key="wb-explore-days")
    assert box.value == (date(2026, 10, 5), date(2026, 10, 20))
    box.set_value((date(2026, 9, 1),)).run()
    assert page.date_input(key="wb-explore-days").value == (date(2026, 9, 1),)
    assert page.query_params["opened"] == "2026-10-05..2026-10-20"
    page.date_input(key="wb-explore-days").set_value((date(2026, 9, 1), date(2026, 9, 20))).run()
    assert page.query_params["opened"] == "2026-09-01..2026-09-20"
    page.date_input(key="wb-explore-days").set_value(()).run()
    assert page.query_params["opened"] == "ever"
    assert not page.exception


def test_a_reason_is_asked_for_before_it_is_followed(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, measure="after_reason")
    assert "Choose the reason code to follow" in page_text(page)


def test_the_old_address_of_sql_leads_to_its_tab(seeded_desk: Desk) -> None:
    assert "Query the data with SQL" in page_text(open_address("sql", seeded_desk))


def saved(desk: Desk, *, is_frozen: bool = False, **parameters: Any) -> str:
    segment = Segment(
        f"s{len(parameters)}{int(is_frozen)}", "Late <b>ones</b>", "explore/people", parameters, is_frozen
    )
    desk.store.save_segment(segment, "Ann", datetime.now(UTC))
    return segment.segment_id


def test_people_are_saved_as_a_segment_and_backlog_is_filtered_by_it(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, measure="stayed", standing="under_review", **ANY_TIME)
    page.text_input(key="wb-segment-name").set_value("Waiting since October").run()
    page.button(key="wb-segment-save").click().run()
    assert not page.exception
    row = next(r for r in seeded_desk.store.read_rows("explore/segments") if r["segment_name"].startswith("Waiting"))
    people = seeded_desk.store.read_rows(
        "explore/people", measure="stayed", standing="under_review", path="individual", window_days=7
    )
    assert row["accounts"] == len(people) > 0
    backlog = open_page("backlog", seeded_desk, view="open", segment=row["segment_id"])
    is_open = {one["client_account_id"] for one in seeded_desk.store.read_rows("backlog/list", view="open")}
    expected = is_open & {one["client_account_id"] for one in people}
    assert 0 < len(expected) < len(is_open)
    assert set(listed(backlog)) == expected
    assert "Segment “Waiting since October”" in page_text(backlog)
    seeded_desk.store.remove_segment(row["segment_id"])


def test_a_saved_segment_is_named_and_a_second_press_saves_nothing(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, measure="stayed", standing="under_review", **ANY_TIME)
    page.session_state["wb-segment"] = True
    page.text_input(key="wb-segment-name").set_value("Twice").run()
    page.button(key="wb-segment-save").click().run()
    (row,) = seeded_desk.store.read_rows("explore/segments")
    assert f"Segment “Twice” is saved: {row['accounts']} accounts." in page_text(page)
    assert page.text_input(key="wb-segment-name").value == ""
    assert not page.session_state["wb-segment"], "the form is closed"
    page.button(key="wb-segment-save").click().run()
    assert "Give it a name." in page_text(page)
    assert len(seeded_desk.store.read_rows("explore/segments")) == 1
    seeded_desk.store.remove_segment(row["segment_id"])


def test_a_press_that_a_rerun_repeats_with_its_name_saves_one_segment(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, measure="stayed", standing="under_review", **ANY_TIME)
    for _ in range(2):
        page.session_state["wb-segment"] = True
        page.text_input(key="wb-segment-name").set_value("Repeated")
        page.button(key="wb-segment-save").click().run()
        assert "Segment “Repeated” is saved" in page_text(page)
        assert "The segment was not saved" not in page_text(page)
        assert not page.session_state["wb-segment"]
    (row,) = seeded_desk.store.read_rows("explore/segments")
    seeded_desk.store.remove_segment(row["segment_id"])


def test_a_name_that_another_segment_has_stays_to_be_changed(seeded_desk: Desk) -> None:
    code = saved(seeded_desk, **ASKED, standing="submitted")
    page = open_page("explore", seeded_desk, measure="stayed", standing="under_review", **ANY_TIME)
    page.session_state["wb-segment"] = True
    page.text_input(key="wb-segment-name").set_value("Late <b>ones</b>").run()
    page.button(key="wb-segment-save").click().run()
    assert "Another segment has this name." in page_text(page)
    assert page.text_input(key="wb-segment-name").value == "Late <b>ones</b>"
    assert page.session_state["wb-segment"], "the form is open"
    page.text_input(key="wb-segment-name").set_value("Others").run()
    assert "Another segment has this name." not in page_text(page)
    seeded_desk.store.remove_segment(code)


@pytest.mark.parametrize(
    ("opened", "words"),
    [
        ("ever", "Kept up to date"),
        ("2024-02-01..2100-02-28", "Kept up to date, of those opened 1 Feb 2024 to 28 Feb 2100"),
    ],
)
def test_the_days_of_a_segment_that_is_kept_up_to_date_are_said(seeded_desk: Desk, opened: str, words: str) -> None:
    page = open_page("explore", seeded_desk, standing="submitted", opened=opened, window="7")
    assert page.radio(key="wb-segment-keep").options == [words, "Exactly these accounts"]


@pytest.mark.parametrize("is_frozen", [False, True])
def test_who_saved_a_segment_and_when_is_said(seeded_desk: Desk, is_frozen: bool) -> None:
    code = saved(seeded_desk, is_frozen=is_frozen, **ASKED, standing="submitted")
    with seeded_desk.store.database.writer() as cursor:
        cursor.execute("update segments set saved_at = timestamp '2026-03-05 14:30:00', saved_by = 'Ann <i>B</i>'")
    text = page_text(open_page("backlog", seeded_desk, view="open", segment=code))
    assert "saved by Ann &lt;i&gt;B&lt;/i&gt; 5 Mar" in text
    assert (", found " in text) is not is_frozen
    seeded_desk.store.remove_segment(code)


def test_a_segment_without_a_name_is_not_saved(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, standing="under_review", **ANY_TIME)
    page.button(key="wb-segment-save").click().run()
    assert "Give it a name." in page_text(page)
    assert seeded_desk.store.read_rows("explore/segments") == []


@pytest.mark.slow
def test_a_segment_whose_query_changed_says_so_and_keeps_its_accounts(seeded_desk: Desk) -> None:
    code = saved(seeded_desk, **ASKED, standing="under_review")
    before = seeded_desk.store.read_rows("explore/segments")[0]["accounts"]
    with seeded_desk.store.database.writer() as cursor:
        cursor.execute("update segments set parameters = '{\"shoe_size\": 44}', refreshed_at = timestamp '2026-01-01'")
    for name in ("backlog", "explore", "funnel", "verification"):
        page = open_page(name, seeded_desk, segment=code)
        assert "Its query explore/people changed since it was saved" in page_text(page)
    assert seeded_desk.store.read_rows("explore/segments")[0]["accounts"] == before > 0
    assert "Late &lt;b&gt;ones&lt;/b&gt;" in page_text(page)
    seeded_desk.store.remove_segment(code)


def test_a_segment_is_found_again_once_a_minute_however_often_the_page_runs(seeded_desk: Desk) -> None:
    store, code = seeded_desk.store, saved(seeded_desk, **ASKED, standing="submitted")
    open_page("backlog", seeded_desk, view="open", segment=code)
    with store.database.writer(is_news=False) as cursor:
        cursor.execute("update segments set refreshed_at = refreshed_at - interval 1 hour")
    saved_at = store.read_rows("explore/segments")[0]["saved_at"]
    page = open_page("backlog", seeded_desk, view="open", segment=code)
    found_at = store.read_rows("explore/segments")[0]["refreshed_at"]
    page.run()
    assert store.read_rows("explore/segments")[0]["refreshed_at"] == found_at >= saved_at
    store.remove_segment(code)


@pytest.mark.slow
def test_accounts_of_a_segment_that_were_taken_out_are_said(empty_desk: Desk) -> None:
    store = empty_desk.store
    seed(store, 40)
    code = saved(empty_desk, is_frozen=True, **ASKED, standing="submitted")
    row = store.read_rows("explore/segments")[0]
    gone = store.read_rows("explore/people", **ASKED, standing="submitted")[0]["client_account_id"]
    store.take_out([gone], RegistryChange(datetime.now(UTC), "Ann", "moved away"))
    for name in ("explore", "funnel", "verification"):
        text = page_text(open_page(name, empty_desk, segment=code))
        assert f"{row['accounts']} accounts" in text
        assert "1 of them is no longer registered." in text


def test_a_segment_is_removed_after_a_confirmation_and_everyone_is_listed_again(seeded_desk: Desk) -> None:
    code = saved(seeded_desk, **ASKED, standing="submitted")
    page = open_page("backlog", seeded_desk, view="open", segment=code)
    assert [block.proto.popover.label for block in page.get("popover")].count("Remove segment") == 1
    assert [button.label for button in page.button].count("Remove segment") == 0
    assert "It is removed for everybody." in page_text(page)
    page.button(key="wb-segment-remove").click().run()
    assert seeded_desk.store.read_rows("explore/segments") == []
    assert "segment" not in page.query_params
    assert not page.exception


@pytest.mark.slow
def test_values_of_customers_are_shown_as_they_are_and_the_rare_ones_together(empty_desk: Desk) -> None:
    seed(empty_desk.store, 60)
    odd = ["<b>XX</b>", "=1+1", "**bold**", "\u202eDEU", *(f"odd {number}" for number in range(5000))]
    with empty_desk.store.database.writer() as cursor:
        cursor.execute(
            "update accounts set country = $odd[1 + (hash(client_account_id) % 5004)::integer], is_entity = false",
            {"odd": odd},
        )
        for place, value in enumerate(odd[:4]):
            cursor.execute(
                "update accounts set country = $value where client_account_id in "
                "(select client_account_id from accounts order by client_account_id limit 5 offset $place)",
                {"value": value, "place": 5 * place},
            )
    page = open_page("explore", empty_desk, by="country", measure="reached", step="screened", opened="ever", window="7")
    assert not page.exception
    html = clickable_html_of(page)
    assert "&lt;b&gt;XX&lt;/b&gt;" in html
    assert "<b>XX</b>" not in html
    assert "Other" in html
    assert "\u202e" not in html.encode().decode("unicode_escape")
    rows = measured(empty_desk, measure="reached", step="screened", by="country")
    assert len(rows) == 11


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("times", "all individuals went from “opened” to “cleared” within"),
        ("flow", "What came after each reason code"),
        ("balance", "came in"),
    ],
)
def test_a_tab_answers_in_its_first_line_or_table(seeded_desk: Desk, tab: str, words: str) -> None:
    page = open_page("explore", seeded_desk, tab=tab, opened="ever")
    assert not page.exception
    assert words in page_text(page)


def test_the_box_of_reason_codes_lists_what_came_after_one_of_them(seeded_desk: Desk) -> None:
    rows = seeded_desk.store.read_rows("explore/flow", path="individual")
    chosen = rows[0]["reason_code"]
    page = open_page("explore", seeded_desk, tab="flow", opened="ever")
    assert all(reason_word(row["reason_code"]) in page_text(page) for row in rows)
    page.selectbox(key="wb-explore-reason").set_value(chosen).run()
    assert page.query_params["reason"] == chosen
    others = {reason_word(row["reason_code"]) for row in rows} - {reason_word(chosen)}
    assert others
    assert not any(f">{other}<" in page_text(page) for other in others)
    page = open_page("explore", seeded_desk, tab="flow", opened="ever", reason="NO_SUCH_CODE")
    assert "No such event with a reason code in this period." in page_text(page)


@pytest.mark.parametrize("tab", ["measure", "times", "flow", "balance"])
def test_a_tab_of_an_empty_desk_says_what_to_do(empty_desk: Desk, tab: str) -> None:
    page = open_page("explore", empty_desk, tab=tab)
    assert not page.exception
    assert "No accounts yet" in page_text(page)
    assert "Import account ids to begin." in page_text(page)


def test_balance_asks_for_days_and_never_at_any_time(seeded_desk: Desk) -> None:
    page = open_page("explore", seeded_desk, tab="balance", opened="ever")
    box = page.selectbox(key="wb-explore-opened")
    assert box.label == "Days"
    assert "At any time" not in box.options
    assert box.value == "last_30"
    assert page.query_params["opened"] == "ever", "the other tabs keep their period"
    assert "At any time" in open_page("explore", seeded_desk).selectbox(key="wb-explore-opened").options


def test_the_figure_of_times_keeps_a_readers_zoom_through_a_sync(
    empty_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw_counted(*args: Any, **options: Any) -> Any:
        drawn.append("times")
        return draw_times(*args, **options)

    monkeypatch.setattr(times, "draw_times", draw_counted)
    seed(empty_desk.store, 60)
    set_desk(empty_desk, ShownDataVersion(calm_seconds=3600))
    page = open_page("explore", tab="times", opened="ever")
    assert drawn == ["times"]
    empty_desk.store.land_registry(["ANOTHER"], "file")
    page.run()
    assert not page.exception
    assert drawn == ["times"]


def test_a_measure_is_drawn_once_while_nothing_is_new(seeded_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    @functools.wraps(draw_groups)
    def draw_counted(rows: Any, *args: Any, **options: Any) -> Any:
        drawn.append(len(rows))
        return draw_groups(rows, *args, **options)

    monkeypatch.setattr(breakdown, "draw_groups", draw_counted)
    set_desk(seeded_desk)
    groups = measured(seeded_desk, standing="submitted", by="country")
    page = open_page("explore", seeded_desk, standing="submitted", by="country", **ANY_TIME)
    assert len(page.get("plotly_chart")) == 1
    page.run()
    assert drawn == [len(groups)]
    page.selectbox(key="wb-explore-by").set_value(None).run()
    assert drawn == [len(groups), 1]
    assert len(page.get("plotly_chart")) == 1


def test_a_row_has_the_interval_of_its_share_as_text(seeded_desk: Desk) -> None:
    row = max(measured(seeded_desk, standing="submitted", by="country"), key=lambda row: int(row["of_accounts"]))
    page = open_page("explore", seeded_desk, standing="submitted", by="country", **ANY_TIME)
    interval = f"{row['share_low'] * 100:.0f}\\u2013{row['share_high'] * 100:.0f}%"
    assert row["share"] is not None
    assert interval in clickable_html_of(page)


EVERYONE_OPENED = {"measure": "reached", "step": "opened", "path": "all", "opened": "ever", "window": "7"}


def land_new_account(desk: Desk) -> None:
    desk.store.land_readings([poll("NEW", ago(500), created_at=ago(500))])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "asked"),
    [("explore", EVERYONE_OPENED), ("funnel", {"people": "opened:reached"})],
)
def test_the_accounts_listed_are_those_that_the_figure_counts(
    empty_desk: Desk, name: str, asked: dict[str, str]
) -> None:
    seed(empty_desk.store, 60)
    set_desk(empty_desk, ShownDataVersion(calm_seconds=3600))
    page = open_page(name, None, **asked)
    before = listed(page)
    land_new_account(empty_desk)
    assert listed(page.run()) == before
    assert "NEW" not in before
    set_desk(empty_desk)
    assert "NEW" in listed(open_page(name, None, **asked))


@pytest.mark.slow
def test_a_segment_found_again_is_what_all_numbers_of_the_page_are_of(empty_desk: Desk) -> None:
    seed(empty_desk.store, 60)
    asked = {"measure": "reached", "step": "opened", "window_days": 7}
    empty_desk.store.save_segment(Segment("s1", "All", "explore/people", asked), "Ann", datetime.now(UTC))
    set_desk(empty_desk, ShownDataVersion(calm_seconds=3600))
    page = open_page("explore", None, **EVERYONE_OPENED, segment="s1")
    accounts = len(listed(page))
    land_new_account(empty_desk)
    with empty_desk.store.database.writer() as cursor:
        cursor.execute("update segments set refreshed_at = timestamp '2026-03-05 14:30:00'")
    page.run()
    assert f"“All”: {accounts + 1} accounts, found " in page_text(page)
    assert f"of {accounts + 1}" in page_text(page)
    assert "NEW" in listed(page)


def test_a_group_that_is_gone_moves_nothing_of_the_list(seeded_desk: Desk) -> None:
    asked = {"measure": "stayed", "standing": "under_review", "by": "country", **ANY_TIME}
    before = place_of(open_page("explore", seeded_desk, **asked), "wb-segment-name")
    page = open_page("explore", seeded_desk, **asked, group="ZZZ")
    assert "No such group" in page_text(page)
    assert place_of(page, "wb-segment-name") == before


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("name", "address", "keys"),
    [
        (
            "explore",
            {"measure": "stayed", "standing": "under_review", **ANY_TIME},
            ["wb-explore-path", "wb-segment-name"],
        ),
        ("explore", {"tab": "sql"}, ["wb-sql-statement"]),
        ("funnel", {}, ["wb-funnel-opened", "wb-funnel-people"]),
        ("backlog", {"view": "open"}, ["wb-backlog-country"]),
        ("verification", {}, ["wb-verification-hour"]),
    ],
)
def test_no_field_moves_when_somebody_removes_the_segment(
    seeded_desk: Desk, name: str, address: dict[str, str], keys: list[str]
) -> None:
    everyone = [row["client_account_id"] for row in seeded_desk.store.read_rows("backlog/list", view="open")]
    with kept_segment(seeded_desk.store, "removed", everyone) as code:
        page = open_page(name, seeded_desk, segment=code, **address)
        before = [place_of(page, key) for key in keys]
    page.run()
    assert "No such segment" in page_text(page)
    assert [place_of(page, key) for key in keys] == before
