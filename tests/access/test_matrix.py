"""Who may do what: everything that can be done here, found by inspection, against a table written down.

The layers are called as a page, a command or the API calls them. Something new fails until it has its row.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer import Typer

import workbench.actions
import workbench.casework
from tests.support.people import acting_as, person
from tests.support.sign_in import sign_in_settings
from tests.support.stores import new_store
from tests.support.upload_harness import file_of
from workbench.access.acting import NotAllowedError, command_line
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
from workbench.cli.main import app as commands
from workbench.desk import BackgroundWork, Desk, build_desk
from workbench.domain.account import Form
from workbench.domain.actions import Blocker, Plan
from workbench.domain.documents import DocumentDetails
from workbench.domain.errors import WorkbenchError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.events import Applier
from workbench.people_first import PeopleFirst
from workbench.publishing import Publisher
from workbench.registry.importing import import_accounts, look_at_import
from workbench.registry.tables import Choice
from workbench.settings import read_settings
from workbench.store import ActionRecord, Store
from workbench.store.engine.catalogue import catalogue
from workbench.sync import SyncService
from workbench.sync.probing import Probe
from workbench.sync.reading_back import ReadBackWorker
from workbench.sync.schedule import SyncSchedule
from workbench.ui.account.tabs import ACT_OF_TAB
from workbench.ui.frame.navigation import ACT_OF_PAGE, PAGES
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

ANONYMOUS = cast(Role, "anonymous")
"""Somebody whose role has no row. Whoever is not signed in gets no desk at all: tests/pages/test_sign_in.py."""
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
def desk() -> Iterator[Desk]:
    store = new_store()
    yield build_desk(store, read_settings({}, Path("no-such-file")), no_bakkt)
    store.close()


def is_refused(do: Callable[[], object]) -> bool:
    """Whether the policy refuses it; on a desk without accounts and Bakkt it may fail otherwise, in one of our ways."""
    try:
        do()
    except NotAllowedError:
        return True
    except WorkbenchError:
        return False
    return False


def who_may(do: Callable[[Desk], object], desk: Desk) -> str:
    """The roles that are not refused."""
    parts = {role: desk.acted_by(person("Ann", role)) for role in WHO}
    return " ".join(role for role in WHO if not is_refused(partial(do, parts[role])))


KINDS = dict.fromkeys(ActionKind, WORKING)


def test_each_kind_of_action_is_sent_by_its_roles(desk: Desk) -> None:
    def perform(kind: ActionKind, desk: Desk) -> object:
        plan = Plan(kind, "cust-1", "confirmed")
        return desk.actions.perform(Work(plan, lambda _: BLOCKER, never_sent))

    assert {kind: who_may(partial(perform, kind), desk) for kind in ActionKind} == KINDS


async def never_sent(*_: object) -> Any:
    raise AssertionError("A blocked action was sent.")


FUNCTIONS = {
    "delete_draft": WORKING,
    "find_draft": WORKING,
    "read_drafts": WORKING,
    "save_draft": WORKING,
    "delete_update_draft": WORKING,
    "find_update_draft": WORKING,
    "save_update_draft": WORKING,
    "open_account": WORKING,
    "review_opening": EVERYBODY,
    "keep_refusals": WORKING,
    "request_link": WORKING,
    "review_link_request": EVERYBODY,
    "record_no_link_left": WORKING,
    "settle_by_person": WORKING,
    "confirm_as_second": WORKING,
    "decline_as_second": WORKING,
    "withdraw_action": WORKING,
    "trigger_kyb": WORKING,
    "review_kyb": EVERYBODY,
    "update_account": WORKING,
    "find_refused_before": EVERYBODY,
    "read_held_account": WORKING,
    "upload_document": WORKING,
    "review_upload": EVERYBODY,
    "answer_question": WORKING,
    "keep_answers_of_draft": WORKING,
    "questions_of_draft": EVERYBODY,
    "make_draft_form": WORKING,
    "make_form": WORKING,
    "preview_draft_form": EVERYBODY,
    "fetch_document": WORKING,
    "prepare_handover": WORKING,
    "document_ruling": EVERYBODY,
    "mark_document": WORKING,
    "record_owner_facts": WORKING,
    "start_manual_kyb": WORKING,
    "end_manual_kyb": WORKING,
    "take_back": WORKING,
    "waive_owner": WORKING,
}
"""Functions that a page calls for a person. Those for everybody compute from what is given or stored."""
OF_THE_WORKBENCH = {
    *("doubtful_actions", "find_doubtful", "land_settlement", "readers_of", "settle", "unknown_actions"),
    *("settle_from_stored", "settle_lapsed", "link_work", "kyb_work"),
}
"""The settler calls them for nobody, or they plan what a function of the table carries out."""
NEEDS_NO_PERSON = {"questions_of_draft", "preview_draft_form", "review_opening"}
"""Of a draft in the page's own memory; without an id nothing is read."""
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

    expected = {name: f"anonymous {who}" if name in NEEDS_NO_PERSON else who for name, who in FUNCTIONS.items()}
    assert {name: who_may(partial(call, one), desk) for name, one in found.items()} == expected


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
    "read_from": (None, "funnel/steps"),
    "read_in_batches": ("backlog/counts",),
    "begin_action": ("a1", Plan(ActionKind.REQUEST_LINK, "cust-1", "confirmed"), "Ann", NOW, lambda _: BLOCKER),
}


def test_each_method_of_the_store_serves_its_roles(desk: Desk) -> None:
    def use(name: str, desk: Desk) -> object:
        found = getattr(desk.store, name)
        used = found(*GIVEN_TO_STORE[name]) if name in GIVEN_TO_STORE else found
        return used.read_all() if name == "read_in_batches" else used

    names = public_names(Store) | {name for name in vars(in_full(desk.store)) if not name.startswith("_")}
    assert {name: who_may(partial(use, name), desk) for name in names} == STORE


def public_names(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


DESK = {
    **dict.fromkeys(("import_accounts", "look_at_import", "register", "take_out", "take_import_back"), LEADING),
    **dict.fromkeys(("publish", "replay_events", "replay_set_aside"), LEADING),
    "check_audit_trail": ADMINS,
    "begin_audit_trail_again": ADMINS,
    **dict.fromkeys(("receive", "start_background", "close"), NOBODY),
}


def new_import(desk: Desk) -> str:
    """The id of an import that somebody else has made."""
    import_accounts(in_full(desk.store), "ids.csv", b"client_account_id\nACC-1\n")
    return str(in_full(desk.store).read_rows("data/imports")[0]["import_id"])


CALLS: Mapping[str, Callable[[Desk], object]] = {
    "import_accounts": lambda desk: desk.import_accounts("ids.csv", b"client_account_id\nACC-1\n"),
    "look_at_import": lambda desk: desk.look_at_import("ids.csv", b"client_account_id\nACC-1\n"),
    "register": lambda desk: desk.register(look_at_import(in_full(desk.store), "ids.csv", b"id\nACC-1\n", Choice())),
    "take_out": lambda desk: desk.take_out(["ACC-1"], "A test"),
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
    assert {name: who_may(call, desk) for name, call in CALLS.items()} == DESK


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


OF_ANYBODY = f"anonymous {EVERYBODY}"
ACTIONS = {
    **dict.fromkeys(("actor", "author", "acting", "clock_margin", "link_life", "now", "catch_up", "close"), OF_ANYBODY),
    **dict.fromkeys(("store", "acted_by", "two_person_rule"), OF_ANYBODY),
    "receipt": EVERYBODY,
    **dict.fromkeys(("perform", "confirm_as_second", "settle_by_person", "read_back", "connect_for"), WORKING),
}
"""What is for anybody says nothing of a customer; ``store`` is the person's own."""


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

    assert {name: who_may(partial(use, name), desk) for name in names_of_part(desk.actions)} == ACTIONS
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
    ApiTokens: {"in_force": NOBODY, "make": ADMINS, "revoke": ADMINS},
}


def test_people_and_tokens_are_an_admin_s_and_nobody_reads_hashes_or_admits_others(tmp_path: Path) -> None:
    store = new_store()
    with_sign_in = build_desk(store, sign_in_settings(tmp_path), no_bakkt)

    def reach(part: str, name: str, desk: Desk) -> object:
        return getattr(getattr(desk, part), name)

    parts = {SignIns: "sign_ins", ApiTokens: "api_tokens"}
    found = {
        kind: {name: who_may(partial(reach, part, name), with_sign_in) for name in public_names(kind)}
        for kind, part in parts.items()
    }
    store.close()
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
    return " ".join(role for role in WHO if person("Ann", role).may(act))


OF_TOPICS = {
    **dict.fromkeys(("accounts", "actions", "backlog", "data", "documents", "events", "explore"), EVERYBODY),
    **dict.fromkeys(("funnel", "kyb", "quality", "sync", "today", "verification"), EVERYBODY),
    "statements": ANALYSING,
    "audit": ADMINS,
    "people": ADMINS,
}
OF_QUERIES = {"accounts/payload": NOT_VIEWERS}


def test_each_query_is_asked_by_its_roles() -> None:
    def who_asks(name: str) -> str:
        return " ".join(role for role in WHO if not is_refused(partial(require_query, acting_as("Ann", role), name)))

    expected = {name: OF_QUERIES.get(name) or OF_TOPICS[name.partition("/")[0]] for name in catalogue()}
    assert {name: who_asks(name) for name in catalogue()} == expected


def test_a_topic_without_a_row_is_for_nobody() -> None:
    assert all(is_refused(partial(require_query, acting_as("Ann", role), "weather/today")) for role in WHO)


@pytest.mark.parametrize("name", ["backlog/list", "accounts/standing", "funnel/accounts"])
def test_each_export_of_a_whole_list_is_made_by_its_roles(desk: Desk, name: str) -> None:
    assert who_may(lambda desk: desk.store.read_in_batches(name).read_all(), desk) == NOT_VIEWERS


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


COMMANDS = {
    *("serve", "sandbox", "notebook", "import-accounts", "take-out-accounts", "take-back-import", "sync"),
    *("replay-events", "publish", "query", "queries", "doctor", "audit verify", "audit new-key"),
}


def names_of(app: Typer, before: str = "") -> Iterator[str]:
    """The commands of the app and of those within it."""
    for one in app.registered_commands:
        yield f"{before}{one.name or (one.callback and one.callback.__name__)}"
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from names_of(group.typer_instance, f"{before}{group.name} ")


def test_each_command_acts_as_an_admin_with_the_machine_users_name() -> None:
    """Who runs a command reads and writes the database file anyway, so every command is an admin's."""
    assert set(names_of(commands)) == COMMANDS
    assert (command_line("ada").subject, command_line("ada").role) == ("command line", Role.ADMIN)
    assert all(command_line("ada").may(act) for act in Act)
