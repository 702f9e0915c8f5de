"""``documentVerificationDetails`` uses up a customer's link, so only one action may call it."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.link_harness import LINK_OPERATION, LinkHarness
from tests.support.query_parameters import parameters_of
from tests.support.running import ROOT, until
from tests.support.screens import forget_desk, open_page
from tests.support.settling import settle_unknown
from tests.support.sync_harness import is_idle
from workbench.actions.request_link import review_link_request
from workbench.casework.handover import prepare_handover
from workbench.desk import Desk, build_desk
from workbench.sandbox.api.faults import FaultRule
from workbench.settings import read_settings
from workbench.store.engine.catalogue import catalogue

CALL = "fetch_verification_link"
PATH = "documentVerificationDetails"
CLIENT = Path("workbench/bakkt/client.py")
ACTION = Path("workbench/actions/request_link.py")
STAND_IN = Path("workbench/sandbox/api/paths.py")


def our_files(root: Path = ROOT) -> list[Path]:
    return [root / "app.py", *(path for folder in ("workbench", "pages") for path in (root / folder).rglob("*.py"))]


def mentions(path: Path) -> set[str]:
    """Return where the call or its path occurs in code or strings, but not in docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    page_text = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in page_text:
            found |= {name for name in (CALL, PATH) if name in node.value}
        elif isinstance(node, ast.Attribute | ast.Name | ast.FunctionDef | ast.AsyncFunctionDef | ast.alias):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", getattr(node, "name", ""))
            found |= {CALL} & {name}
    return found


def test_one_action_alone_names_the_call_and_the_client_alone_its_path() -> None:
    named = {path.relative_to(ROOT): mentions(path) for path in our_files()}
    assert {path for path, names in named.items() if CALL in names} == {CLIENT, ACTION}
    assert {path for path, names in named.items() if PATH in names} == {CLIENT, STAND_IN}


def test_within_the_client_nothing_calls_it() -> None:
    tree = ast.parse((ROOT / CLIENT).read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == CALL]


def test_within_the_action_it_is_called_in_one_place() -> None:
    tree = ast.parse((ROOT / ACTION).read_text(encoding="utf-8"))
    assert len([node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == CALL]) == 1


@pytest.mark.parametrize(
    "code",
    [
        "async def f(client):\n    await client.fetch_verification_link('A')\n",
        "def f(client):\n    return getattr(client, 'fetch_verification_link')\n",
        "ADDRESS = f'/partner/{1}/kyc/documentVerificationDetails'\n",
    ],
)
def test_a_planted_call_is_found(tmp_path: Path, code: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(code, encoding="utf-8")
    assert mentions(planted)


@pytest.fixture
def desk(harness: LinkHarness, names: list[str]) -> Desk:
    """A desk whose customers with expired links are all registered and read."""
    harness.store.land_registry([row["clientAccountId"] for row in harness.sandbox.registry()], "file")
    made = build_desk(harness.store, read_settings({}, Path("no-such-file")), lambda _share=1.0: harness.connect())
    made.sync.run(everything=True)
    return made


@pytest.mark.slow
def test_no_sync_no_read_back_and_no_retry_requests_a_link(desk: Desk, harness: LinkHarness, name: str) -> None:
    harness.sandbox.faults.rules.append(FaultRule(kind="status", status=503, probability=0.3, count=20))
    desk.sync.run(everything=True)
    desk.sync.run(client_account_id=name)
    harness.tell(name, {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION", "withLink": False})
    desk.background.read_back.start()
    desk.background.read_back.mark_due([name])
    until(lambda: is_idle(desk.background.read_back.state()))
    desk.background.read_back.close()
    assert harness.sandbox.calls()["operations"]["getAccount"] > 0
    assert LINK_OPERATION not in harness.sandbox.calls()["operations"]


@pytest.mark.slow
def test_no_question_no_review_and_no_handover_asks_for_a_link(
    desk: Desk, harness: LinkHarness, names: list[str]
) -> None:
    for query in catalogue().values():
        asked = parameters_of(query)
        harness.store.read(query.name, **asked | {key: names[0] for key in asked if key == "client_account_id"})
    for name in names:
        review_link_request(desk.actions, name)
        prepare_handover(desk.actions, name)
    settle_unknown(desk.actions, {})
    assert harness.asked() == 0


@pytest.mark.slow
def test_no_page_load_and_no_rerun_asks_for_a_link(desk: Desk, harness: LinkHarness, name: str) -> None:
    try:
        for page in sorted(path.stem for path in (ROOT / "pages").glob("*.py")):
            app: AppTest = open_page(page, desk, account=name)
            app.run()
    finally:
        forget_desk()
    assert harness.asked() == 0
