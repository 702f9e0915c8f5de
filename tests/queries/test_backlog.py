"""The views of Backlog: their counts, their lists and the same computed independently."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from tests.support.answers_by_hand import FINAL, ByHand, checklist_by_hand
from tests.support.facts import NOW, as_naive, document, landed_event, owner, poll
from tests.support.stores import new_store
from workbench.domain.actions import Plan
from workbench.domain.snapshots import DocumentSnapshot
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store import Completion, Store
from workbench.store.engine.catalogue import BACKLOG_SORTS, BACKLOG_VIEWS
from workbench.ui.backlog.views import VIEWS

DAY = timedelta(hours=24)
People = dict[str, ByHand]


def is_live(one: ByHand) -> bool:
    return one.link_state in ("live", "expiring")


def is_late(one: ByHand) -> bool:
    return one.due_at is not None and one.due_at < NOW


def has_documents(one: ByHand) -> bool:
    return one.is_entity and all(checklist_by_hand(one.account, one.polls[-1], NOW.date()).values())


MEMBERS: dict[str, Callable[[ByHand], bool]] = {
    "open": lambda one: one.standing not in FINAL,
    "late": is_late,
    "late_us": lambda one: is_late(one) and one.turn == "us",
    "late_bakkt": lambda one: is_late(one) and one.turn == "bakkt",
    "late_customer": lambda one: is_late(one) and one.turn == "customer",
    "due": lambda one: one.due_at is not None and timedelta(0) <= one.due_at - NOW < DAY,
    "last": lambda one: is_live(one) and one.expirations_used == 2,
    "expiring": lambda one: one.link_state == "expiring",
    "live": is_live,
    "expired": lambda one: one.link_state == "expired" and one.expirations_used < 3,
    "no_link": lambda one: one.link_state == "unknown",
    "out_of_links": lambda one: one.standing == "verification" and one.expirations_used == 3,
    "verification": lambda one: one.standing == "verification",
    "kyb_ready": lambda one: one.standing not in FINAL and has_documents(one) and not one.starts,
    "kyb_documents": lambda one: one.standing == "kyb_documents",
    "kyb_screening": lambda one: one.standing == "kyb_screening",
    "contradictions": lambda one: one.contradicts,
    "restricted": lambda one: one.is_restricted_by_event,
    "unrecognised": lambda one: one.standing == "unrecognised",
}
"""Who is in each view, by hand; documents and missing data have their own tests."""


@pytest.mark.many_cases
@pytest.mark.parametrize("view", MEMBERS)
def test_a_view_lists_exactly_its_accounts_and_its_count_agrees(seeded: Store, people: People, view: str) -> None:
    wanted = {key for key, one in people.items() if MEMBERS[view](one)}
    listed = [row["client_account_id"] for row in seeded.read_rows("backlog/list", view=view)]
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted
    (counts,) = seeded.read_rows("backlog/counts")
    assert counts[view] == len(wanted)
    assert seeded.read_rows("backlog/size", view=view) == [{"accounts": len(wanted)}]


def test_each_of_these_views_has_somebody(people: People) -> None:
    assert [view for view in MEMBERS if not any(map(MEMBERS[view], people.values()))] == []


def test_the_catalogue_knows_the_views_of_the_page() -> None:
    assert set(BACKLOG_VIEWS) == {code for code, view in VIEWS.items() if not view.are_actions}
    sorts = {sort for view in VIEWS.values() if not view.are_actions for sort in view.sorts}
    assert set(BACKLOG_SORTS) == sorts - {"lost"}


def test_last_links_that_expire_soon_are_counted_for_the_headline(seeded: Store, people: People) -> None:
    (counts,) = seeded.read_rows("backlog/counts")
    wanted = sum(MEMBERS["last"](one) and MEMBERS["expiring"](one) for one in people.values())
    assert counts["last_expiring"] == wanted > 0


def test_the_next_change_by_time_alone_is_the_first_link_to_expire_or_account_to_become_late(
    seeded: Store, people: People
) -> None:
    (counts,) = seeded.read_rows("backlog/counts")
    ends = [one.link_expires_at for one in people.values() if is_live(one) and one.link_expires_at]
    dues = [one.due_at for one in people.values() if one.due_at and one.due_at > NOW]
    assert (counts["next_expiry_at"], counts["next_due_at"]) == (as_naive(min(ends)), as_naive(min(dues)))


FILTERS: list[tuple[dict[str, str], Callable[[ByHand], bool]]] = [
    ({"turn": "us"}, lambda one: one.turn == "us"),
    ({"standing": "verification"}, lambda one: one.standing == "verification"),
    ({"account_type": "ENTITY"}, lambda one: bool(one.polls) and one.account.account_type == "ENTITY"),
    ({"country": "USA"}, lambda one: bool(one.polls)),
    ({"country": "DEU"}, lambda _: False),
    ({"turn": "bakkt", "standing": "submitted"}, lambda one: (one.turn, one.standing) == ("bakkt", "submitted")),
]


@pytest.mark.parametrize(("filters", "meets"), FILTERS)
def test_filters_narrow_a_view(
    seeded: Store, people: People, filters: dict[str, str], meets: Callable[[ByHand], bool]
) -> None:
    wanted = {key for key, one in people.items() if MEMBERS["open"](one) and meets(one)}
    rows = seeded.read_rows("backlog/list", view="open", **filters)
    assert {row["client_account_id"] for row in rows} == wanted
    assert seeded.read_rows("backlog/size", view="open", **filters) == [{"accounts": len(wanted)}]


def test_one_account_is_in_a_view_or_not(seeded: Store, people: People) -> None:
    inside = next(key for key, one in people.items() if MEMBERS["late"](one))
    outside = next(key for key, one in people.items() if not MEMBERS["late"](one))
    sizes = [seeded.read_rows("backlog/size", view="late", client_account_id=key)[0] for key in (inside, outside)]
    assert sizes == [{"accounts": 1}, {"accounts": 0}]


SORTED: dict[str, Callable[[ByHand], object]] = {
    "due": lambda one: one.due_at,
    "since": lambda one: one.since,
    "newest": lambda one: -one.since.timestamp(),
}


@pytest.mark.parametrize("sort", SORTED)
def test_a_sort_orders_the_whole_view(seeded: Store, people: People, sort: str) -> None:
    order = [row["client_account_id"] for row in seeded.read_rows("backlog/list", view="late", sort=sort)]
    assert order == sorted(order, key=lambda key: (SORTED[sort](people[key]), key))


def test_names_sort_without_case_and_accents() -> None:
    store = new_store()
    store.stop_clock(NOW)
    names = ("Zoë", "ábel", "Ørsted", "omar", "Łukasz", "Abe", "Émile")
    store.land_readings([poll(name, NOW, owners=[owner(given_name=name, family_name="X")]) for name in names])
    order = [row["client_account_id"] for row in store.read_rows("backlog/list", view="open", sort="name")]
    store.close()
    assert order == ["Abe", "ábel", "Émile", "Łukasz", "omar", "Ørsted", "Zoë"]


def test_pages_together_are_the_whole_list_in_its_order(seeded: Store) -> None:
    whole = [row["client_account_id"] for row in seeded.read_rows("backlog/list", view="open", sort="name")]
    pages = [
        row["client_account_id"]
        for offset in range(0, len(whole) + 20, 20)
        for row in seeded.read_rows("backlog/list", view="open", sort="name", limit=20, offset=offset)
    ]
    assert pages == whole


@pytest.mark.parametrize("view", ["last", "expiring", "live"])
def test_most_lost_first_is_the_order_of_the_call_list(seeded: Store, people: People, view: str) -> None:
    calls = [row["client_account_id"] for row in seeded.read_rows("verification/call_list")]
    order = [row["client_account_id"] for row in seeded.read_rows("backlog/call_list", view=view)]
    assert order == [key for key in calls if MEMBERS[view](people[key])]
    assert order


@pytest.fixture
def papers() -> Iterator[Store]:
    store = new_store()
    store.stop_clock(NOW)
    yield store
    store.close()


def test_accounts_with_documents_ending_are_listed_by_the_first_to_expire(papers: Store) -> None:
    def passport(name: str, days: float) -> DocumentSnapshot:
        ends = NOW + timedelta(days=days)
        return document("PASSPORT", client_document_id=f"{name}{days}", client_owner_id=f"o{days}", expires_at=ends)

    held = {"a": (20, 400), "b": (-3, 29), "c": (31,), "d": ()}
    papers.land_readings(
        [poll(name, NOW, documents=[passport(name, days) for days in ends]) for name, ends in held.items()]
    )
    rows = papers.read_rows("backlog/list", view="documents", sort="expiry")
    assert [(row["client_account_id"], row["documents_ending"], row["first_expires_at"]) for row in rows] == [
        ("b", 2, as_naive(NOW - timedelta(days=3))),
        ("a", 1, as_naive(NOW + timedelta(days=20))),
    ]
    assert papers.read_rows("backlog/counts")[0]["documents"] == 2
    assert papers.read_rows("backlog/size", view="documents", days=365)[0]["accounts"] == 3
    ending = papers.read_rows("documents/expiring")
    assert {row["client_account_id"] for row in ending} == {"a", "b"}


def test_accounts_that_want_an_identity_document_are_those_whose_owners_lack_one(papers: Store) -> None:
    fields = {"a": ("owners[0].identityDocument",), "b": ("owners[0].phoneNumber",)}
    people = [owner(country="FRA")]
    papers.land_readings([poll(name, NOW, owners=people, missing_fields=gone) for name, gone in fields.items()])
    listed = papers.read_rows("backlog/list", view="identity")
    assert [(row["client_account_id"], row["country"]) for row in listed] == [("a", "FRA")]
    assert papers.read_rows("backlog/counts")[0]["identity"] == 1
    assert [row["client_account_id"] for row in papers.read_rows("documents/identity_missing")] == ["a"]


def test_accounts_with_missing_data_are_listed_by_how_much_they_lack_but_not_closed_ones(papers: Store) -> None:
    phone, tax = "owners[0].phoneNumber", "owners[0].identity.taxId"
    lacking = {"a": (phone,), "b": (phone, tax), "c": (), "closed": (phone,)}
    papers.land_readings([poll(name, NOW - DAY, missing_fields=fields) for name, fields in lacking.items()])
    papers.land_events([landed_event("closed", NOW, "CLOSED", "CLOSED")])
    rows = papers.read_rows("backlog/list", view="missing", sort="fields")
    assert [(row["client_account_id"], row["fields_missing"]) for row in rows] == [("b", 2), ("a", 1)]
    assert papers.read_rows("backlog/counts")[0]["missing"] == 2


def test_how_long_an_account_is_in_its_state_is_said_only_if_it_is_known(papers: Store) -> None:
    phone = ("owners[0].phoneNumber",)
    papers.land_readings(
        [poll(name, NOW - DAY, missing_fields=phone, can_trade_crypto=True) for name in ("dated", "found")]
    )
    papers.land_events([landed_event("dated", NOW - 2 * DAY, "ACTIVE", "ENROLLMENT")])
    rows = papers.read_rows("backlog/list", view="missing")
    assert {row["client_account_id"]: row["age_hours"] for row in rows} == {"dated": 48, "found": None}


def test_actions_that_need_somebody_are_counted(papers: Store) -> None:
    at = NOW - DAY
    for number, outcome in enumerate((Outcome.UNKNOWN, Outcome.ACCEPTED, Outcome.REJECTED_LATER)):
        papers.begin_action(
            f"action-{number}", Plan(ActionKind.UPDATE_ACCOUNT, f"a{number}", "r"), "ann", at, lambda _: None
        )
        papers.complete_action(f"action-{number}", Completion(outcome), at)
    (counts,) = papers.read_rows("backlog/counts")
    assert (counts["unsettled"], counts["rejected_later"]) == (1, 1)


def test_the_trend_of_each_day_is_the_journeys_state_at_that_time(seeded: Store, people: People) -> None:
    rows = seeded.read_rows("backlog/trends")
    assert [row["moment"] for row in rows] == [as_naive(NOW - timedelta(days=days)) for days in reversed(range(14))]
    for days, row in enumerate(reversed(rows)):
        then = [standing_at(one, NOW - timedelta(days=days)) for one in people.values()]
        assert row["open"] == sum(standing is not None and standing not in FINAL for standing in then), days
        for standing in ("verification", "kyb_documents"):
            assert row[standing] == then.count(standing), days


def test_today_is_the_last_day_of_the_trends(seeded: Store) -> None:
    (counts,), last = seeded.read_rows("backlog/counts"), seeded.read_rows("backlog/trends")[-1]
    assert {name: counts[name] for name in ("open", "late", "verification", "kyb_documents")} == {
        name: last[name] for name in ("open", "late", "verification", "kyb_documents")
    }


def test_who_was_late_is_judged_by_the_target_of_that_time(papers: Store) -> None:
    """Opened three days ago and cleared yesterday: late from its second day on, until then."""
    papers.land_targets({Standing.SUBMITTED: 24}, 24, NOW - timedelta(days=400))
    opened = NOW - timedelta(days=3, hours=1)
    papers.land_readings([poll("a", opened + timedelta(hours=1), created_at=opened)])
    papers.land_events([landed_event("a", NOW - timedelta(hours=20), "ACTIVE", "ENROLLMENT")])
    late = [row["late"] for row in papers.read_rows("backlog/trends")]
    assert late == [*[0] * 11, 1, 1, 0]


def standing_at(one: ByHand, moment: datetime) -> str | None:
    """Where the account was; what the first reading found, with no event to date it, counts from the opening."""
    dated = [(standing, one.opened if undated else at) for standing, at, undated in one.journey]
    before = [standing for standing, at in dated if at <= moment]
    return before[-1] if before else None
