"""Accounts, verification, backlog, KYB and quality: each result against the same computed independently."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.answers_by_hand import FINAL, ByHand, checklist_by_hand, hours, interpolated_quantile
from tests.support.facts import NOW, as_naive, poll
from tests.support.stores import new_store
from workbench.domain.vocabulary import Standing
from workbench.store import Store

People = dict[str, ByHand]


def in_verification(people: People) -> dict[str, ByHand]:
    return {key: one for key, one in people.items() if one.standing == "verification"}


def past_due(people: People) -> dict[str, ByHand]:
    return {key: one for key, one in people.items() if one.due_at is not None and one.due_at < NOW}


def test_the_seeded_desk_has_every_standing_link_state_and_turn(people: People) -> None:
    standings = Counter(one.standing for one in people.values())
    assert len(people) > 200
    assert len(standings) == 12
    assert {one.link_state for one in people.values()} == {None, "live", "expiring", "expired", "unknown"}
    assert {one.turn for one in people.values()} == {"customer", "us", "bakkt", "nobody"}
    assert {one.expirations_used for one in people.values()} == {0, 1, 2, 3}
    assert any(one.contradicts for one in people.values())
    assert any(one.is_restricted_by_event for one in people.values())


def test_standing_tells_where_each_account_is(seeded: Store, people: People) -> None:
    rows = {row["client_account_id"]: row for row in seeded.read_rows("accounts/standing")}
    assert set(rows) == set(people)
    for key, one in people.items():
        row = rows[key]
        assert (row["standing"], row["turn"], row["link_state"]) == (one.standing, one.turn, one.link_state), key
        assert row["standing_since"] == as_naive(one.since), key
        assert row["age_hours"] == pytest.approx(hours(NOW - one.since)), key
        assert row["due_at"] == (as_naive(one.due_at) if one.due_at else None), key
        assert row["can_trade_crypto"] is one.can_trade, key
        assert (row["contradiction"] is not None) is one.contradicts, key
        assert row["is_restricted_by_event"] is one.is_restricted_by_event, key
        assert row["account_type"] == (one.account.account_type if one.polls else None), key


def test_standing_names_companies_by_their_name_and_people_by_theirs(seeded: Store, people: People) -> None:
    for row in seeded.read_rows("accounts/standing"):
        one = people[row["client_account_id"]]
        first = one.account.owners[0]
        wanted = one.account.entity_name or f"{first.given_name} {first.family_name}"
        assert row["display_name"] == (wanted if one.polls else None)


def test_the_journey_of_every_account_is_the_one_by_hand(seeded: Store, people: People) -> None:
    for key, one in people.items():
        rows = seeded.read_rows("accounts/journey", client_account_id=key)
        found = [(row["standing"], row["entered_at"], row["undated"]) for row in rows]
        assert found == [(standing, as_naive(at), undated) for standing, at, undated in one.journey], key


def test_the_backlog_holds_everyone_who_must_verify(seeded: Store, people: People) -> None:
    rows = {row["client_account_id"]: row for row in seeded.read_rows("verification/backlog")}
    wanted = in_verification(people)
    assert set(rows) == set(wanted)
    for key, one in wanted.items():
        row = rows[key]
        assert (row["link_state"], row["turn"]) == (one.link_state, one.turn), key
        assert (row["expirations_used"], row["expirations_left"]) == (
            one.expirations_used,
            3 - one.expirations_used,
        ), key
        assert row["link_expires_at"] == (as_naive(one.link_expires_at) if one.link_expires_at else None)
        left = hours(one.link_expires_at - NOW) if one.link_expires_at else None
        assert row["hours_left"] == (None if left is None else pytest.approx(left))


def test_the_backlog_shows_the_stuck_ones_first(seeded: Store, people: People) -> None:
    order = [row["client_account_id"] for row in seeded.read_rows("verification/backlog")]
    stuck = [key in past_due(people) for key in order]
    assert True in stuck
    assert False in stuck
    assert stuck == sorted(stuck, reverse=True)


LINK_LISTS: dict[str, Callable[[ByHand], bool]] = {
    "all": lambda one: one.standing == "verification",
    "live": lambda one: one.link_state in {"live", "expiring"},
    "expiring": lambda one: one.link_state == "expiring",
    "last": lambda one: one.link_state in {"live", "expiring"} and one.expirations_used == 2,
    "expired": lambda one: one.link_state == "expired" and one.expirations_used < 3,
    "unknown": lambda one: one.link_state == "unknown",
    "used_up": lambda one: one.expirations_used == 3,
}


@pytest.mark.parametrize("link", LINK_LISTS)
@pytest.mark.parametrize("late", [False, True])
def test_each_list_of_links_holds_its_accounts_in_pages_and_is_counted(
    seeded: Store, people: People, link: str, late: bool
) -> None:
    stuck = past_due(people)
    wanted = {
        key: one for key, one in in_verification(people).items() if LINK_LISTS[link](one) and (key in stuck or not late)
    }
    found = seeded.read_rows("verification/backlog", link=link, late=late)
    assert {row["client_account_id"] for row in found} == set(wanted)
    pages = [
        seeded.read_rows("verification/backlog", link=link, late=late, limit=3, offset=start)
        for start in range(0, len(found), 3)
    ]
    assert [row for page in pages for row in page] == found
    counts = {row["list"]: row for row in seeded.read_rows("verification/counts")}
    counted = counts.get(link, {"accounts": 0, "late": 0, "last_links": 0})
    assert counted["late" if late else "accounts"] == len(wanted)
    if not late:
        assert counted["last_links"] == sum(LINK_LISTS["last"](one) for one in wanted.values())


def test_those_out_of_links_are_counted_and_listed_in_pages(seeded: Store, people: People) -> None:
    wanted = {key for key, one in people.items() if one.expirations_used == 3}
    found = seeded.read_rows("verification/used_up")
    pages = [seeded.read_rows("verification/used_up", limit=2, offset=start) for start in range(0, len(found), 2)]
    assert [row for page in pages for row in page] == found
    assert {row["client_account_id"] for row in found} == wanted
    counts = {row["list"]: row["accounts"] for row in seeded.read_rows("verification/counts")}
    assert counts["ledger"] == len(wanted)


def test_the_late_ones_to_call_are_those_of_the_call_list_that_are_late(seeded: Store, people: People) -> None:
    everybody = seeded.read_rows("verification/call_list")
    late = [row for row in everybody if row["client_account_id"] in past_due(people)]
    assert seeded.read_rows("verification/call_list", late=True) == late
    assert seeded.read_rows("verification/call_list", limit=2, offset=1) == everybody[1:3]


@pytest.mark.parametrize("within", [0, 1, 24, 71.5, 72, 1000])
def test_expiring_holds_the_live_links_that_end_in_time(seeded: Store, people: People, within: float) -> None:
    rows = seeded.read_rows("verification/expiring", hours=within)
    wanted = {
        key: one
        for key, one in in_verification(people).items()
        if one.link_expires_at and NOW < one.link_expires_at <= NOW + timedelta(hours=within)
    }
    assert {row["client_account_id"] for row in rows} == set(wanted)
    ends = [row["link_expires_at"] for row in rows]
    assert ends == sorted(ends)
    assert all(row["expirations_left"] == 3 - wanted[row["client_account_id"]].expirations_used for row in rows)


def test_stuck_holds_everything_past_due_and_nothing_final(seeded: Store, people: People) -> None:
    rows = {row["client_account_id"]: row for row in seeded.read_rows("backlog/stuck")}
    wanted = past_due(people)
    assert set(rows) == set(wanted)
    assert not FINAL & {row["standing"] for row in rows.values()}
    for key, row in rows.items():
        due = wanted[key].due_at
        assert due is not None
        assert row["hours_overdue"] == pytest.approx(hours(NOW - due))
        assert row["turn"] == wanted[key].turn
    overdue = [row["hours_overdue"] for row in seeded.read_rows("backlog/stuck")]
    assert overdue == sorted(overdue, reverse=True)


def test_the_queue_holds_everything_not_final(seeded: Store, people: People) -> None:
    rows = {row["client_account_id"] for row in seeded.read_rows("backlog/queue")}
    assert rows == {key for key, one in people.items() if one.standing not in FINAL}


def test_the_checklist_is_judged_as_of_today(seeded: Store, people: People) -> None:
    found = {
        (row["client_account_id"], row["requirement"], row["client_owner_id"]): row["is_met"]
        for row in seeded.read_rows("kyb/checklist")
    }
    wanted = {
        (key, *line): is_met
        for key, one in people.items()
        if one.is_entity
        for line, is_met in checklist_by_hand(one.account, one.polls[-1], NOW.date()).items()
    }
    assert found == wanted
    assert len(set(wanted.values())) == 2


def test_an_expired_document_is_named_as_the_reason(seeded: Store) -> None:
    reasons = [row["reason"] for row in seeded.read_rows("kyb/checklist") if not row["is_met"]]
    assert all(reasons)
    assert any("expired on" in reason for reason in reasons)


def test_the_checklist_of_one_account_is_its_part_of_all(seeded: Store) -> None:
    every = [row for row in seeded.read_rows("kyb/checklist") if row["client_account_id"] == "E03-1000"]
    assert every
    assert seeded.read_rows("kyb/checklist", client_account_id="E03-1000") == every


def test_missing_fields_are_those_of_the_latest_reading(seeded: Store, people: People) -> None:
    found = {(row["client_account_id"], row["field"]) for row in seeded.read_rows("quality/missing_fields")}
    wanted = {(key, name) for key, one in people.items() if one.polls for name in one.polls[-1].missing_fields}
    assert found == wanted


def test_today_counts_what_the_lists_hold(seeded: Store, people: People) -> None:
    (summary,) = seeded.read_rows("today/summary")
    stuck = past_due(people)
    verifying = in_verification(people).values()
    soon = [one for one in people.values() if one.due_at and timedelta(0) <= one.due_at - NOW < timedelta(hours=24)]
    left = {one.id: 3 - one.expirations_used for one in verifying}
    wanted = {
        "verification_total": len(left),
        "links_expiring": sum(one.link_state == "expiring" for one in verifying),
        "links_expired": sum(one.link_state == "expired" and left[one.id] > 0 for one in verifying),
        "links_unknown": sum(one.link_state == "unknown" for one in verifying),
        "last_links": sum(one.link_state in ("live", "expiring") and left[one.id] == 1 for one in verifying),
        "links_used_up": sum(budget == 0 for budget in left.values()),
        "stuck_total": len(stuck),
        "stuck_us": sum(one.turn == "us" for one in stuck.values()),
        "stuck_customer": sum(one.turn == "customer" for one in stuck.values()),
        "stuck_bakkt": sum(one.turn == "bakkt" for one in stuck.values()),
        "due_soon": len(soon),
        "open_total": sum(one.standing not in FINAL for one in people.values()),
        "contradictions": sum(one.contradicts for one in people.values()),
        "restricted_by_event": sum(one.is_restricted_by_event for one in people.values()),
        "accounts_total": len(people),
    }
    assert {name: summary[name] for name in wanted} == wanted


def test_every_list_has_the_same_past_due_and_due_soon(seeded: Store, people: People) -> None:
    queue, by_standing = seeded.read_rows("backlog/queue"), seeded.read_rows("today/by_standing")
    soon = {key for key, one in people.items() if one.due_at and NOW <= one.due_at < NOW + timedelta(hours=24)}
    assert {row["client_account_id"] for row in queue if row["is_past_due"]} == set(past_due(people))
    assert {row["client_account_id"] for row in queue if row["is_due_soon"]} == soon
    assert sum(row["overdue"] for row in by_standing) == len(past_due(people))
    assert sum(row["due_soon"] for row in by_standing) == len(soon)
    assert soon


def test_a_day_of_practice_is_as_short_for_due_soon_in_every_list() -> None:
    store = new_store()
    store.stop_clock(NOW)
    store.land_targets({Standing.SUBMITTED: 1}, 24 / 3600, NOW - timedelta(days=400), speed=3600)
    opened = {"later": NOW - timedelta(minutes=30), "soon": NOW - timedelta(seconds=3590)}
    store.land_readings([poll(name, NOW, created_at=at) for name, at in opened.items()])
    assert [row["client_account_id"] for row in store.read_rows("backlog/queue") if row["is_due_soon"]] == ["soon"]
    assert store.read_rows("today/summary")[0]["due_soon"] == store.read_rows("today/by_standing")[0]["due_soon"] == 1
    store.close()


def test_the_backlog_marks_last_links_those_to_renew_and_those_out_of_links(seeded: Store, people: People) -> None:
    wanted = {
        key: (
            one.link_state in ("live", "expiring") and one.expirations_used == 2,
            one.link_state == "expired" and one.expirations_used < 3,
            one.expirations_used == 3,
        )
        for key, one in in_verification(people).items()
    }
    found = {
        row["client_account_id"]: (row["is_last_link"], row["needs_new_link"], row["is_used_up"])
        for row in seeded.read_rows("verification/backlog")
    }
    assert found == wanted
    assert all(any(marks[place] for marks in wanted.values()) for place in range(3))


def test_today_by_standing_reports_median_p90_oldest_and_buckets(seeded: Store, people: People) -> None:
    for row in seeded.read_rows("today/by_standing"):
        group = [one for one in people.values() if (one.standing, one.turn) == (row["standing"], row["turn"])]
        ages = [hours(NOW - one.since) for one in group]
        assert row["accounts"] == len(group)
        assert row["median_hours"] == pytest.approx(interpolated_quantile(ages, 0.5))
        assert row["p90_hours"] == pytest.approx(interpolated_quantile(ages, 0.9))
        assert row["oldest_hours"] == pytest.approx(max(ages))
        edges = [0.0, 24.0, 72.0, 168.0, 720.0, 1e9]
        buckets = [sum(low <= age < high for age in ages) for low, high in pairwise(edges)]
        assert [row[name] for name in ("under_1d", "d1_3", "d3_7", "d7_30", "over_30d")] == buckets
        assert row["undated"] == sum(one.undated for one in group)
    assert sum(row["undated"] for row in seeded.read_rows("today/by_standing")) > 0


def test_every_account_not_final_is_in_one_row_of_today(seeded: Store, people: People) -> None:
    rows = seeded.read_rows("today/by_standing")
    assert sum(row["accounts"] for row in rows) == sum(one.standing not in FINAL for one in people.values())


def test_what_ends_in_the_next_hours_adds_up(seeded: Store) -> None:
    rows = seeded.read_rows("verification/expiry_hours")
    links = seeded.read_rows("verification/expiring", hours=72)
    assert sum(row["links_ending"] for row in rows) == len(links)
    assert sum(row["last_links"] for row in rows) == sum(row["expirations_left"] == 1 for row in links)


@pytest.mark.slow
def test_one_account_agrees_with_its_row_in_the_list(seeded: Store) -> None:
    for listed in seeded.read_rows("accounts/standing")[::7]:
        (alone,) = seeded.read_rows("accounts/one", client_account_id=listed["client_account_id"])
        assert {name: alone[name] for name in listed} == listed


def test_an_account_never_heard_of_has_no_row(seeded: Store) -> None:
    assert seeded.read_rows("accounts/one", client_account_id="nobody") == []


def test_a_run_takes_the_never_read_first_then_the_longest_unread(seeded: Store, people: People) -> None:
    order = [row["client_account_id"] for row in seeded.read_rows("sync/due", everything=True)]
    read_at = {key: one.polls[-1].reading.started_at for key, one in people.items() if one.polls}
    reads = [read_at.get(key) for key in order]
    never = reads.count(None)
    assert never > 0
    assert reads[:never] == [None] * never
    assert reads[never:] == sorted(read_at.values())


def test_a_run_reads_finished_accounts_rarely_and_the_others_always(seeded: Store, people: People) -> None:
    due = {row["client_account_id"] for row in seeded.read_rows("sync/due", final_after_hours=168)}
    for key, one in people.items():
        last_read = one.polls[-1].reading.started_at if one.polls else None
        has_news = last_read and one.events and one.events[-1].received_at > last_read
        has_undated_paper = one.polls and one.polls[-1].documents and not one.account.has_dated_documents
        is_in_motion = one.standing not in FINAL or last_read is None or has_news or has_undated_paper
        is_due = is_in_motion or (last_read and hours(NOW - last_read) >= 168)
        assert (key in due) is bool(is_due), key
