"""Who may do what: everything that can be done here, found by inspection, against a table written down.

The layers are called as a page, a command or the API calls them. Something new fails until it has its row. Commands
have theirs in ``test_commands.py``.
"""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import app
import workbench.actions
import workbench.casework
from tests.support.people import person
from tests.support.screens import open_address, page_text
from tests.support.sign_in import desk_with_sign_in
from tests.support.upload_harness import file_of
from workbench.access.acting import NotAllowedError
from workbench.access.claims import SignedOutError
from workbench.access.permitted import in_full, require_query
from workbench.access.policy import Act, Role
from workbench.actions import Actions, Settler
from workbench.actions.drafts import Draft
from workbench.actions.performing import Work
from workbench.actions.update_account import HeldAccount, plan_update
from workbench.actions.upload_document import DocumentUpload
from workbench.api.routes import PREFIX, ROUTES, api_routes
from workbench.bakkt.availability import Availability
from workbench.bakkt.client import BakktClient
from workbench.casework.api_tokens import ApiTokens
from workbench.casework.sign_ins import SignIns
from workbench.desk import BackgroundWork, Desk
from workbench.domain.account import Form
from workbench.domain.actions import Blocker, Plan
from workbench.domain.documents import DocumentDetails
from workbench.domain.errors import WorkbenchError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.events import Applier
from workbench.health import PATH as HEALTH
from workbench.people_first import PeopleFirst
from workbench.publishing import Publisher
from workbench.registry.importing import import_accounts, look_at_import
from workbench.registry.tables import Choice
from workbench.store import ActionRecord, Store
from workbench.store.engine.catalogue import catalogue
from workbench.sync import SyncService
from workbench.sync.probing import Probe
from workbench.sync.reading_back import ReadBackWorker
from workbench.sync.schedule import SyncSchedule
from workbench.ui.account.tabs import ACT_OF_TAB
from workbench.ui.frame.navigation import ACT_OF_PAGE, PAGES
from workbench.ui.live.current_desk import current_desk, set_desk
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

ANONYMOUS = "anonymous"
"""Nobody is signed in."""
WHO = (ANONYMOUS, *Role)

EVERYBODY = "viewer agent analyst lead admin"
WORKING = "agent lead admin"
ANALYSING = "analyst lead admin"
NOT_VIEWERS = "agent analyst lead admin"
LEADING = "lead admin"
ADMINS = "admin"
NOBODY = ""

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKER = Blocker("test", "Not sent", "A test.")


class NoBakktError(WorkbenchError):
    """There is no Bakkt here."""


def no_bakkt(share: float = 1.0) -> BakktClient:
    raise NoBakktError("There is no Bakkt here.")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with sign-in, without accounts and without a Bakkt, which the pages of this process show."""
    with desk_with_sign_in(tmp_path_factory.mktemp("desk"), no_bakkt) as made:
        set_desk(made)
        yield made


class Row(NamedTuple):
    """Who may do something, and with which error of ours it ends here for whoever may: empty if it ends well."""

    who: str
    ends: str = ""


def outcome_of(do: Callable[[], object]) -> str | None:
    """None if it is refused. What else goes wrong in one of our ways was begun: its words, empty if nothing did."""
    try:
        do()
    except (NotAllowedError, SignedOutError):
        return None
    except WorkbenchError as error:
        return error.message
    return ""


def desk_of(desk: Desk, who: str) -> Desk:
    """The desk as somebody's page has it; each has drafts of their own. Whoever is not signed in gets none."""
    return current_desk() if who == ANONYMOUS else desk.acted_by(person(who.title(), Role(who)))


def row_of(do: Callable[[Desk], object], desk: Desk) -> Row:
    """Who is not refused, and how it ended for them."""
    outcomes = {who: outcome_of(lambda: do(desk_of(desk, who))) for who in WHO}  # noqa: B023 -- called at once
    ends = {outcome for outcome in outcomes.values() if outcome is not None}
    return Row(" ".join(who for who in WHO if outcomes[who] is not None), " or ".join(sorted(ends)))


def who_may(do: Callable[[Desk], object], desk: Desk) -> str:
    """The roles that are not refused, for whom it ends well."""
    row = row_of(do, desk)
    assert not row.ends
    return row.who


KINDS = dict.fromkeys(ActionKind, WORKING)


def test_each_kind_of_action_is_sent_by_its_roles(desk: Desk) -> None:
    def perform(kind: ActionKind, desk: Desk) -> object:
        plan = Plan(kind, "cust-1", "confirmed")
        return desk.actions.perform(Work(plan, lambda _: BLOCKER, never_sent))

    assert {kind: who_may(partial(perform, kind), desk) for kind in ActionKind} == KINDS


async def never_sent(*_: object) -> Any:
    raise AssertionError("A blocked action was sent.")


NOT_READ = "This account has not been read yet."
NO_OWNER = "This owner is not on the account."
NO_REQUIREMENT = "The account's checklist has no such requirement."
NO_BAKKT = "There is no Bakkt here."
NOT_WAITING = "There is no action with this id that waits for a second person."
FUNCTIONS: Mapping[str, str | Row] = {
    "delete_draft": WORKING,
    "find_draft": WORKING,
    "read_drafts": WORKING,
    "save_draft": WORKING,
    "delete_update_draft": WORKING,
    "find_update_draft": WORKING,
    "save_update_draft": WORKING,
    "open_account": Row(WORKING, "Some fields need correcting; nothing was sent."),
    "review_opening": EVERYBODY,
    "keep_refusals": WORKING,
    "request_link": WORKING,
    "review_link_request": EVERYBODY,
    "record_no_link_left": Row(WORKING, "This is not a link request that Bakkt refused."),
    "settle_by_person": Row(WORKING, "This action is no longer open."),
    **dict.fromkeys(("confirm_as_second", "decline_as_second", "withdraw_action"), Row(WORKING, NOT_WAITING)),
    "trigger_kyb": WORKING,
    "review_kyb": EVERYBODY,
    "update_account": WORKING,
    "find_refused_before": EVERYBODY,
    "read_held_account": Row(WORKING, NO_BAKKT),
    "upload_document": WORKING,
    "review_upload": EVERYBODY,
    "answer_question": Row(WORKING, NO_OWNER),
    "keep_answers_of_draft": WORKING,
    "questions_of_draft": EVERYBODY,
    "make_draft_form": WORKING,
    "make_form": Row(WORKING, NOT_READ),
    "preview_draft_form": EVERYBODY,
    "fetch_document": Row(WORKING, NO_BAKKT),
    "prepare_handover": WORKING,
    "document_ruling": EVERYBODY,
    "mark_document": Row(WORKING, NO_REQUIREMENT),
    "record_owner_facts": Row(WORKING, NO_OWNER),
    "start_manual_kyb": Row(WORKING, "It has no data yet."),
    "end_manual_kyb": Row(WORKING, "This account has no manual KYB in progress."),
    "take_back": WORKING,
    "waive_owner": Row(WORKING, NO_REQUIREMENT),
}
"""Functions that a page calls for a person. Those for everybody compute from what is given or stored."""
OF_THE_WORKBENCH = {
    *("doubtful_actions", "find_doubtful", "land_settlement", "readers_of", "settle", "unknown_actions"),
    *("settle_from_stored", "settle_lapsed", "link_work", "kyb_work"),
}
"""The settler calls them for nobody, or they plan what a function of the table carries out."""
RULING = Ruling(NOW, "OWNER", "o1")
GIVEN: Mapping[str, Any] = {
    "draft_id": "d1",
    "draft": Draft("d1", Form(), businesses={"o1": True}),
    "kind": "details",
    "client_account_id": "cust-1",
    "form": UpdateForm({}),
    "revision": 0,
    "refusals": (),
    "confirm_key": "confirmed",
    "action_id": "a1",
    "outcome": Outcome.ACCEPTED,
    "words": "By phone",
    "plan": plan_update(HeldAccount("cust-1", {}, "", "COMPLETE", (), NOW), {}),
    "upload": DocumentUpload(DocumentDetails("PASSPORT", "FRONT", "o1"), file_of()),
    "client_owner_id": "o1",
    "is_business": True,
    "client_document_id": "doc-1",
    "requirement": "OWNER",
    "ended_as": "approved",
    "ruling": RULING,
    "reason": "By phone",
    "facts": OwnerFacts(50, manages=True),
}


def functions_for_people() -> dict[str, Callable[..., object]]:
    """Public functions of actions and casework that act for whoever ``actions`` is of."""
    modules = (
        import_module(one.name)
        for package in (workbench.actions, workbench.casework)
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )
    return {
        name: function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and "actions" in _names_of(function)[:1]
    }


def _names_of(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_each_function_of_actions_and_casework_serves_its_roles(desk: Desk) -> None:
    found = {name: one for name, one in functions_for_people().items() if name not in OF_THE_WORKBENCH}

    def call(function: Callable[..., object], desk: Desk) -> object:
        required = [one.name for one in inspect.signature(function).parameters.values() if one.default is one.empty]
        given = {name: GIVEN[name] for name in (*required[1:], "reason") if name in _names_of(function)}
        return function(desk.actions, **given)

    expected = {name: row if isinstance(row, Row) else Row(row) for name, row in FUNCTIONS.items()}
    assert {name: row_of(partial(call, one), desk) for name, one in found.items()} == expected


STORE = {
    **dict.fromkeys(("check_readable", "columns_of", "data_version", "identity", "path"), EVERYBODY),
    **dict.fromkeys(("find_action", "find_segment", "refresh_segment", "has_losses", "loss"), EVERYBODY),
    **dict.fromkeys(("read", "read_from", "read_rows"), EVERYBODY),
    "read_in_batches": NOT_VIEWERS,
    **dict.fromkeys(("save_draft", "find_draft", "read_drafts", "delete_draft", "delete_opened_drafts"), WORKING),
    **dict.fromkeys(("land_ruling", "land_owner_facts", "land_manual_start", "land_manual_end"), WORKING),
    **dict.fromkeys(("begin_action", "settle_action", "note_no_link_left", "mark_seen"), WORKING),
    **dict.fromkeys(("confirm_as_second", "decline_as_second", "withdraw_action"), WORKING),
    **dict.fromkeys(("land_registry", "land_import", "land_kyb_starts", "take_out", "take_import_back"), LEADING),
    **dict.fromkeys(("find_registered", "find_with_zeros"), LEADING),
    **dict.fromkeys(("land_events", "land_set_aside", "read_set_aside", "count_set_aside"), LEADING),
    "dismiss_losses": LEADING,
    "save_segment": NOT_VIEWERS,
    **dict.fromkeys(("remove_segment", "published_columns", "land_statement_run"), ANALYSING),
    **dict.fromkeys(("save_question", "remove_question"), ANALYSING),
    **dict.fromkeys(("open", "in_memory", "database", "stop_clock", "close", "checkpoint", "publish"), NOBODY),
    **dict.fromkeys(("count_missing", "land_delivery_loss", "land_readings", "land_document_dates"), NOBODY),
    **dict.fromkeys(("land_targets", "complete_action", "reject_later", "end_review", "settle_lapsed"), NOBODY),
    **dict.fromkeys(
        ("land_away", "read_away", "begin_run", "land_failures", "end_run", "audit", "people", "api_tokens"), NOBODY
    ),
}
GIVEN_TO_STORE: Mapping[str, tuple[Any, ...]] = {
    "read": ("backlog/counts",),
    "read_rows": ("backlog/counts",),
    "read_in_batches": ("backlog/counts",),
    "find_action": ("a1",),
    "begin_action": ("a1", Plan(ActionKind.REQUEST_LINK, "cust-1", "confirmed"), "Ann", NOW, lambda _: BLOCKER),
}


def test_each_method_of_the_store_serves_its_roles(desk: Desk) -> None:
    reached = in_full(desk.store).read("funnel/reached")

    def use(name: str, desk: Desk) -> object:
        found = getattr(desk.store, name)
        if name == "read_from":
            return found(reached, "funnel/steps", path="individual")
        used = found(*GIVEN_TO_STORE[name]) if name in GIVEN_TO_STORE else found
        return used.read_all() if name == "read_in_batches" else used

    names = public_names(Store) | {name for name in vars(in_full(desk.store)) if not name.startswith("_")}
    assert {name: who_may(partial(use, name), desk) for name in names} == STORE


def public_names(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


DESK = {
    **dict.fromkeys(("import_accounts", "look_at_import", "register", "take_out", "take_import_back"), Row(LEADING)),
    **dict.fromkeys(("replay_events", "replay_set_aside"), Row(LEADING)),
    "publish": Row(LEADING, "/dev/null/published cannot be read or written (Not a directory)."),
    "check_audit_trail": Row(ADMINS),
    "begin_audit_trail_again": Row(ADMINS, ":memory:.audit-key is in its place. Nothing was changed."),
    **dict.fromkeys(("receive", "start_background", "close"), Row(NOBODY)),
}


def new_import(desk: Desk) -> str:
    """The id of an import of ACC-1 that somebody else has made."""
    import_accounts(in_full(desk.store), "ids.csv", b"client_account_id\nACC-1\n")
    return str(in_full(desk.store).read_rows("data/imports")[0]["import_id"])


CALLS: Mapping[str, Callable[[Desk], object]] = {
    "import_accounts": lambda desk: desk.import_accounts("ids.csv", b"client_account_id\nACC-1\n"),
    "look_at_import": lambda desk: desk.look_at_import("ids.csv", b"client_account_id\nACC-1\n"),
    "register": lambda desk: desk.register(look_at_import(in_full(desk.store), "ids.csv", b"id\nACC-1\n", Choice())),
    "take_out": lambda desk: (new_import(desk), desk.take_out(["ACC-1"], "A test")),
    "take_import_back": lambda desk: desk.take_import_back(new_import(desk), "A test"),
    "publish": lambda desk: desk.publish(Path("/dev/null/published")),
    "replay_events": lambda desk: desk.replay_events([]),
    "replay_set_aside": lambda desk: desk.replay_set_aside(),
    "check_audit_trail": lambda desk: desk.check_audit_trail(),
    "begin_audit_trail_again": lambda desk: desk.begin_audit_trail_again(),
    "receive": lambda desk: desk.receive({}, b""),
    "start_background": lambda desk: desk.start_background(),
    "close": lambda desk: desk.close(),
}


def test_each_method_of_the_desk_serves_its_roles(desk: Desk) -> None:
    methods = {name for name in public_names(Desk) if inspect.isfunction(getattr(Desk, name))} - {"acted_by"}
    assert methods == set(CALLS)
    assert {name: row_of(call, desk) for name, call in CALLS.items()} == DESK


def of_the_sync(name: str, desk: Desk) -> object:
    return getattr(desk.sync, name)


def names_of_part(part: object) -> set[str]:
    """What a part has beside its private names, set at its beginning or not."""
    return {name for name in dir(in_full(part)) if not name.startswith("_")}


def of_the_publisher(name: str, desk: Desk) -> object:
    return getattr(desk.publisher, name)


def of_the_receiver(name: str, desk: Desk) -> object:
    return getattr(desk.receiver, name)


def test_each_part_of_the_desk_serves_its_roles(desk: Desk) -> None:
    syncs = {name: who_may(partial(of_the_sync, name), desk) for name in public_names(SyncService)}
    assert syncs == {
        **dict.fromkeys(("is_running", "error", "progress", "wait"), EVERYBODY),
        **dict.fromkeys(("start", "run", "request_stop"), NOT_VIEWERS),
        "busy": NOBODY,
    }
    publishers = {name: who_may(partial(of_the_publisher, name), desk) for name in names_of_part(desk.publisher)}
    assert {name: who for name, who in publishers.items() if who} == {
        "folder": EVERYBODY,
        "copy_in_use": ANALYSING,
        "publish": LEADING,
    }
    receivers = {name: who_may(partial(of_the_receiver, name), desk) for name in names_of_part(desk.receiver)}
    assert {name: who for name, who in receivers.items() if who} == {"state": EVERYBODY}
    assert who_may(lambda desk: desk.connect(), desk) == NOBODY


BACKGROUND = {
    Applier: {"problem": EVERYBODY},
    ReadBackWorker: {"state": EVERYBODY, "mark_due": NOT_VIEWERS},
    SyncSchedule: {"next_at": EVERYBODY},
    Settler: {"state": EVERYBODY},
    Probe: {"ask_if_unsure": EVERYBODY},
    Publisher: {},
    Availability: {"away": EVERYBODY},
}
"""Of what works in the background, what people use; the rest is for nobody."""


def test_each_part_of_the_background_work_serves_its_roles(desk: Desk) -> None:
    def part_of(desk: Desk, kind: type) -> object:
        if kind is Availability:
            return desk.availability
        return getattr(desk.background, next(one.name for one in fields(BackgroundWork) if one.type is kind))

    def use(kind: type, name: str, desk: Desk) -> object:
        used = getattr(part_of(desk, kind), name)
        return used([]) if name == "mark_due" else used

    def who_use(kind: type) -> dict[str, str]:
        return {
            name: who for name in names_of_part(part_of(desk, kind)) if (who := who_may(partial(use, kind, name), desk))
        }

    assert {one.type for one in fields(BackgroundWork)} - set(BACKGROUND) == {Callable[[], object]}
    assert {kind: who_use(kind) for kind in BACKGROUND} == BACKGROUND
    assert who_may(lambda desk: desk.background.start, desk) == NOBODY
    assert who_may(lambda desk: desk.background.close, desk) == NOBODY


ACTIONS: Mapping[str, str | Row] = {
    **dict.fromkeys(("actor", "author", "acting", "clock_margin", "link_life", "now", "catch_up", "close"), EVERYBODY),
    **dict.fromkeys(("store", "acted_by", "two_person_rule"), EVERYBODY),
    "receipt": EVERYBODY,
    **dict.fromkeys(("perform", "read_back"), WORKING),
    "confirm_as_second": Row(WORKING, "There is no such action."),
    "settle_by_person": Row(WORKING, "This action is no longer open."),
    "connect_for": Row(WORKING, NO_BAKKT),
}
"""``store`` is the person's own."""


def test_each_method_of_the_actions_serves_its_roles(desk: Desk) -> None:
    upload = Plan(ActionKind.UPLOAD_DOCUMENT, "cust-1", "confirmed")
    sent = ActionRecord(
        *("a1", ActionKind.UPLOAD_DOCUMENT, "cust-1", "", "Ann", {}, "", "confirmed", (), NOW, NOW, Outcome.ACCEPTED),
        *("", (), "", None, None, None),
    )
    calls: Mapping[str, Callable[[Actions], object]] = {
        "perform": lambda actions: actions.perform(Work(upload, lambda _: BLOCKER, never_sent)),
        "settle_by_person": lambda actions: actions.settle_by_person("a1", Outcome.ACCEPTED, "By phone"),
        "confirm_as_second": lambda actions: actions.confirm_as_second(
            "a1", Work(upload, lambda _: BLOCKER, never_sent)
        ),
        "read_back": lambda actions: actions.read_back(sent),
        "connect_for": lambda actions: actions.connect_for(Act.SEE_DOCUMENT),
        "receipt": lambda actions: actions.receipt("a1"),
    }

    def use(name: str, desk: Desk) -> object:
        return calls[name](desk.actions) if name in calls else getattr(desk.actions, name)

    expected = {name: row if isinstance(row, Row) else Row(row) for name, row in ACTIONS.items()}
    assert {name: row_of(partial(use, name), desk) for name in names_of_part(desk.actions)} == expected
    assert desk.acted_by(person("Vi", Role.VIEWER)).actions.store is not desk.actions.store


PAGE = {
    **dict.fromkeys(("backlog", "verification", "funnel", "explore", "data", "actions", "today"), EVERYBODY),
    **dict.fromkeys(("customers", "documents", "kyb"), EVERYBODY),
    "sql": ANALYSING,
    "audit": ADMINS,
    "known_people": ADMINS,
    **dict.fromkeys(("open_account", "link", "update", "backfill"), WORKING),
}


PEOPLE_AND_TOKENS: Mapping[type, Mapping[str, str]] = {
    SignIns: {"admit": NOBODY, "sign_out": NOBODY, **dict.fromkeys(("end_sessions", "remove", "let_in_again"), ADMINS)},
    ApiTokens: {"in_force": NOBODY, "note_use": NOBODY, "make": ADMINS, "revoke": ADMINS},
}


def test_people_and_tokens_are_an_admin_s_and_nobody_reads_hashes_or_admits_others(desk: Desk) -> None:
    def reach(part: str, name: str, desk: Desk) -> object:
        return getattr(getattr(desk, part), name)

    parts = {SignIns: "sign_ins", ApiTokens: "api_tokens"}
    found = {
        kind: {name: who_may(partial(reach, part, name), desk) for name in public_names(kind)}
        for kind, part in parts.items()
    }
    assert found == PEOPLE_AND_TOKENS


def test_each_page_and_each_tab_of_an_account_is_for_its_roles() -> None:
    assert {one.stem for one in PAGES.glob("*.py")} == set(ACT_OF_PAGE)
    assert {name: roles_of(act) for name, act in ACT_OF_PAGE.items()} == PAGE
    assert {name: roles_of(act) for name, act in ACT_OF_TAB.items()} == {
        **dict.fromkeys(("overview", "documents", "kyb"), EVERYBODY),
        "details": WORKING,
        "raw": NOT_VIEWERS,
    }


def roles_of(act: Act) -> str:
    return " ".join(role for role in Role if person("Ann", role).may(act))


@pytest.fixture
def closed_desk(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A desk with sign-in from which nothing can be read."""
    with desk_with_sign_in(tmp_path) as closed:
        closed.store.close()
        yield closed
    set_desk(desk)


@pytest.mark.parametrize("name", PAGE)
def test_whoever_is_not_signed_in_sees_no_page_and_nothing_is_read_for_them(name: str, closed_desk: Desk) -> None:
    page = open_address(name, closed_desk, account="ACC-1")
    assert not page.exception
    assert not shows_workbench(page)
    assert "Sign in to see where customers are" in page_text(page)
    assert [button.label for button in page.button] == ["Sign in"]


def shows_workbench(page: AppTest) -> bool:
    """Whether anything of the app ran: the bar is the first thing that each page shows."""
    return bool(page.get("bidi_component")) or bool(page.get("page_link"))


OF_TOPICS = {
    **dict.fromkeys(("accounts", "actions", "backlog", "data", "documents", "events", "explore"), EVERYBODY),
    **dict.fromkeys(("funnel", "kyb", "quality", "sync", "today", "verification"), EVERYBODY),
    "statements": ANALYSING,
    "audit": ADMINS,
    "people": ADMINS,
}
OF_QUERIES = {"accounts/payload": NOT_VIEWERS}


def test_each_query_is_asked_by_its_roles(desk: Desk) -> None:
    expected = {name: OF_QUERIES.get(name) or OF_TOPICS[name.partition("/")[0]] for name in catalogue()}
    assert {name: who_may(partial(asked, name), desk) for name in catalogue()} == expected
    assert who_may(partial(asked, "weather/today"), desk) == NOBODY


def asked(name: str, desk: Desk) -> None:
    require_query(desk.acting, name)


EXPORTS: Mapping[str, Mapping[str, str]] = {
    "backlog/list": {"view": "open"},
    "accounts/standing": {},
    "funnel/accounts": {},
}


@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_of_a_whole_list_is_made_by_its_roles(desk: Desk, name: str) -> None:
    def export(desk: Desk) -> object:
        return desk.store.read_in_batches(name, **EXPORTS[name]).read_all()

    assert who_may(export, desk) == NOT_VIEWERS


READERS = "read local"
OPERATORS = "operate local"
ROUTE = {
    "GET queries": READERS,
    "GET queries/*/*": READERS,
    "GET desk": READERS,
    "GET doctor": READERS,
    "GET audit": "local",
    **dict.fromkeys(("GET runs/*", "GET replays/*", "GET publishes/*"), OPERATORS),
    **dict.fromkeys(("POST runs", "POST imports", "POST replays", "POST publishes"), OPERATORS),
}


def test_each_route_of_the_api_serves_its_tokens_and_nobody_without_one(desk: Desk) -> None:
    secret, local = new_token("this machine", Scope, is_local=True)
    listed = [Token(one, frozenset({one}), sha256(one.encode()).hexdigest(), token_id=one) for one in Scope]
    client = TestClient(Starlette(routes=api_routes(lambda: desk, lambda: Doorkeeper([local, *listed]), PeopleFirst())))
    tokens = {"anonymous": "", **{one.value: one.value for one in Scope}, "local": secret}

    def status(route: str, token: str) -> int:
        method, _, path = route.partition(" ")
        wrong = "?folder=a&folder=b" if method == "POST" else ""
        address = f"{PREFIX}/{path.replace('*/*', 'sync/freshness').replace('*', 'none')}{wrong}"
        return client.request(method, address, headers={"authorization": f"Bearer {token}"}).status_code

    answers = {route: {name: status(route, token) for name, token in tokens.items()} for route in ROUTES}
    assert {route: allowed_in(by_token) for route, by_token in answers.items()} == ROUTE
    assert {by_token["anonymous"] for by_token in answers.values()} == {404}


def allowed_in(answers: Mapping[str, int]) -> str:
    return " ".join(name for name, status in answers.items() if status != 403 and name != "anonymous")


OF_NOBODY = {
    HEALTH: (200, {"database": "open", "inbox": "writable"}),
    **dict.fromkeys(("/webhooks/bakkt", "/webhooks/bakkt/", "/webhooks/bakkt/{path_secret:path}"), (503, None)),
    **dict.fromkeys(("/api", "/api/{path:path}"), (404, None)),
}
"""What our own routes answer to whoever has neither a session nor a token. The webhook is closed: nothing is set."""


def test_our_own_routes_tell_nobody_anything_of_a_customer(desk: Desk) -> None:
    set_desk(desk)
    paths = [route.path for route in app.ROUTES if isinstance(route, Route)]
    client = TestClient(Starlette(routes=app.ROUTES))
    answers = {
        path: client.request("POST" if "webhooks" in path else "GET", re.sub(r"{.*}", "of-nobody", path))
        for path in paths
    }
    told = {path: (one.status_code, one.json() if path == HEALTH else None) for path, one in answers.items()}
    assert told == OF_NOBODY
    assert len(paths) == len(app.ROUTES)
