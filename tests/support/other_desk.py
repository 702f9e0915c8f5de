"""A workbench in a process of its own whose Bakkt is the other one, with customers for each action and each trouble."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.applicants import company, individual
from tests.support.deliveries import party_event
from tests.support.other_bakkt import OtherBakkt
from tests.support.running import credentials, run
from tests.support.workbench_server import running_workbench
from workbench.access.acting import Acting, local_person
from workbench.actions import Actions
from workbench.actions.drafts import begin_draft, save_draft
from workbench.bakkt.client import BakktClient
from workbench.domain.account import Form, body_of
from workbench.domain.vocabulary import ActionKind
from workbench.store import Source, Store

AGENT = "Ann"


@dataclass(frozen=True, slots=True)
class OtherDesk:
    """The other Bakkt, the workbench's address, and the subject of each action by kind and trouble.

    A subject is an account id; for an opening, the id of a whole draft.
    """

    bakkt: OtherBakkt
    url: str
    subjects: dict[tuple[ActionKind, str], str]


@contextmanager
def other_desk(folder: Path, port: int, troubles: list[str]) -> Iterator[OtherDesk]:
    bakkt = OtherBakkt()
    cases = [(kind, trouble) for kind in ActionKind for trouble in troubles]
    subjects = {case: f"{case[0]}-{case[1]}".replace("_", "-") for case in cases}
    now = datetime.now(UTC)
    for (kind, _), name in subjects.items():
        if kind is not ActionKind.OPEN_ACCOUNT:
            bakkt.hold(body_of(_form(kind, name), now.date()))
    with bakkt.serving() as address:
        settings = credentials(address, WORKBENCH_ACTOR=AGENT, SYNC_INTERVAL_MINUTES=0)
        database = folder / "workbench.duckdb"
        _fill(folder, settings | {"WORKBENCH_DATABASE": str(database)}, bakkt, now, subjects)
        subjects |= _save_drafts(database, Source(address, settings["BAKKT_PARTNER_ID"]), subjects)
        with running_workbench(folder, port, **settings) as url:
            yield OtherDesk(bakkt, url, subjects)


def _form(kind: ActionKind, name: str) -> Form:
    return company(name) if kind is ActionKind.TRIGGER_KYB else individual(name)


def _fill(
    folder: Path,
    settings: dict[str, str],
    bakkt: OtherBakkt,
    now: datetime,
    subjects: dict[tuple[ActionKind, str], str],
) -> None:
    """Registers and reads every account, and tells of links that have expired, in this Bakkt's spelling."""
    (folder / "ids.csv").write_text("\n".join(["clientAccountId", *bakkt.accounts]), encoding="utf-8")
    expiry = (now - timedelta(hours=30)).strftime("%Y-%m-%d %H:%M:%S UTC")
    events = [
        party_event(
            f"r-{name}",
            name,
            partyStatus="UNDER_REVIEW",
            reasonCode="DOCUMENT_VERIFICATION",
            verificationURL=f"https://verify.example.test/{name}",
            verificationUrlExpiry=expiry,
        )
        for (kind, _), name in subjects.items()
        if kind is ActionKind.REQUEST_LINK
    ]
    received = (now - timedelta(hours=100)).isoformat()
    lines = [json.dumps({"received_at": received, "body": event}) for event in events]
    (folder / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for arguments in (["import-accounts", "ids.csv"], ["sync"], ["replay-events", "events.jsonl"]):
        done = run(arguments, folder, settings)
        assert done.returncode == 0, done.stdout + done.stderr


def _save_drafts(
    database: Path, source: Source, subjects: dict[tuple[ActionKind, str], str]
) -> dict[tuple[ActionKind, str], str]:
    store = Store.open(database, source)
    actions = Actions(store, _no_client, Acting(local_person(AGENT)))
    saved = {
        case: save_draft(actions, replace(begin_draft(), form=individual(name))).draft_id
        for case, name in subjects.items()
        if case[0] is ActionKind.OPEN_ACCOUNT
    }
    store.close()
    return saved


def _no_client() -> BakktClient:
    raise AssertionError("nothing is sent before the workbench runs")
