"""Each rule that a dry run lists is enforced: a case that breaks it alone is blocked by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.applicants import company, individual, without
from tests.support.facts import NOW, ago, ahead
from workbench.actions.doubts import Doubts
from workbench.actions.open_account import NEW_HERE, NEW_TO_BAKKT
from workbench.actions.opening_rules import FORM_RULES, FormCase
from workbench.actions.update_account import (
    AGREEMENTS_RULE,
    UPDATE_RULES,
    Acknowledgements,
    HeldAccount,
    UpdateCase,
    plan_update,
    rules_for,
)
from workbench.actions.upload_document import UPLOAD_RULES, DocumentUpload, UploadCase
from workbench.domain.account import Form, errors_of, fields_of
from workbench.domain.account.doubts import UNKNOWN_PHONE
from workbench.domain.actions import Rule, first_blocker
from workbench.domain.documents import DocumentDetails, EarlierUpload
from workbench.domain.kyb.triggers import STILL_MET, TRIGGER_RULES, KybCase, KybScreening, KybTrigger
from workbench.domain.links.requests import REQUEST_RULES, LinkBudget, LinkRequest, OpenRequest
from workbench.domain.updates import Edits
from workbench.domain.vocabulary import Outcome
from workbench.files.checking import CheckedFile
from workbench.files.kinds import FileKind

BUDGET = LinkBudget("verification", link_expires_at=ago(5), expirations_used=2)
LINKS: list[LinkRequest] = [
    LinkRequest(replace(BUDGET, standing="active"), NOW, "because"),
    LinkRequest(replace(BUDGET, link_expires_at=ahead(1)), NOW, "because"),
    LinkRequest(replace(BUDGET, expirations_used=3), NOW, "because"),
    LinkRequest(replace(BUDGET, open_request=OpenRequest(Outcome.SENT, "Ann", ago(1))), NOW, "because"),
    LinkRequest(BUDGET, NOW),
]

CASE = KybCase("kyb_ready", is_entity=True)
TRIGGERS: list[KybTrigger] = [
    KybTrigger(replace(CASE, standing="closed")),
    KybTrigger(replace(CASE, screenings=(KybScreening(is_manual=False, started_by="Ann", started="at noon"),))),
    KybTrigger(replace(CASE, business_owners=("o2",))),
    KybTrigger(replace(CASE, unmet=("structure chart",))),
]

HELD = HeldAccount(
    "A-1",
    {"clientAccountId": "A-1", "owners": [{"phoneNumber": "+12025550122", "agreements": [{"version": "1"}]}]},
    created_at="2026-01-01T00:00:00Z",
    status="ACCEPTED",
    pending_update_ids=(),
    read_at=datetime(2026, 11, 18, tzinfo=UTC),
)
PHONE: Edits = {("owners", 0, "phoneNumber"): "+12025550123"}
AGREEMENT: Edits = {("owners", 0, "agreements", 0, "version"): "2"}
SAID = Acknowledgements(NOW.date(), NOW.date())


def update(edits: Edits, acknowledgements: Acknowledgements = SAID, **other: Any) -> UpdateCase:
    plan = plan_update(HELD, edits, acknowledgements, NOW.date())
    return replace(UpdateCase(HELD, edits, plan.review, {}, acknowledgements, NOW.date()), **other)


UPDATES: list[UpdateCase] = [
    update({}),
    update(PHONE, review=replace(update(PHONE).review, dropped=("tags",))),
    update({("clientAccountId",): "A-2"}),
    update({("owners", 0, "phoneNumber"): "••••0123"}),
    update(PHONE, field_errors={"owners[0].phoneNumber": "This must be text."}),
    update(PHONE, doubts=Doubts({"owners[0].phoneNumber": (UNKNOWN_PHONE,)})),
    update(AGREEMENT, Acknowledgements()),
]


PASSPORT = DocumentUpload(DocumentDetails("PASSPORT", "FRONT", "o1"), CheckedFile(FileKind.PDF, b"%PDF-", "digest"))
UPLOAD = UploadCase(
    PASSPORT, is_known=True, standing="active", is_entity=False, owner_ids=["o1"], earlier=[], today=NOW.date()
)
UPLOADS: list[UploadCase] = [
    replace(UPLOAD, standing="closed"),
    replace(UPLOAD, owner_ids=["o2"]),
    replace(UPLOAD, upload=replace(PASSPORT, document=replace(PASSPORT.document, expires_on=ago(48).date()))),
    replace(UPLOAD, earlier=[EarlierUpload("o1|VISA|FRONT", "digest")]),
]


@pytest.mark.parametrize(
    ("rules", "sound", "broken"),
    [
        (REQUEST_RULES, LinkRequest(BUDGET, NOW, "because"), LINKS),
        (TRIGGER_RULES, KybTrigger(CASE), TRIGGERS),
        ((*UPDATE_RULES, AGREEMENTS_RULE), update(AGREEMENT), UPDATES),
        (UPLOAD_RULES, UPLOAD, UPLOADS),
        ([STILL_MET], (), [("structure chart",)]),
    ],
    ids=["link", "kyb", "update", "upload", "kyb_again"],
)
def test_each_rule_refuses_what_breaks_it_alone(rules: Sequence[Rule[Any]], sound: Any, broken: Sequence[Any]) -> None:
    assert first_blocker(rules, sound) is None
    assert len(rules) == len(broken)
    for case, rule in zip(broken, rules, strict=True):
        assert [one.words for one in rules if one.find_blocker(case)] == [rule.words]


@pytest.mark.parametrize("edits", [PHONE, AGREEMENT])
def test_a_plan_is_checked_against_the_very_rules_it_lists(edits: Edits) -> None:
    plan = plan_update(HELD, edits, Acknowledgements(), NOW.date())
    assert tuple(one.rule for one in plan.rules) == rules_for(edits)
    assert (AGREEMENTS_RULE in rules_for(edits)) is (edits is AGREEMENT)


OWNER, COMPANY = "owners[0].identity", "entity.entityLegalName"
FORMS: list[Form] = [
    without(individual(), "clientAccountId"),
    without(individual(), "accountType"),
    company(**{"owners[1].role": "PRIMARY_OWNER"}),
    without(individual(), "investmentProfile.accountGoals.investmentObjective"),
    without(individual(), "owners[0].agreements[0].version"),
    without(company(), "owners[1].clientOwnerId"),
    individual(**{f"{OWNER}.taxId": "123"}),
    individual(**{"owners[0].phoneNumber": "12"}),
    without(company(), COMPANY),
    company(**{COMPANY: "Larch\u202e"}),
]


@pytest.mark.parametrize(("rule", "form"), list(zip(FORM_RULES, FORMS, strict=True)))
def test_each_rule_of_a_new_account_refuses_what_breaks_it(rule: Rule[FormCase], form: Form) -> None:
    case = FormCase(form, NOW.date())
    blocker = rule.find_blocker(case)
    assert blocker is not None
    assert [(blocker.title, blocker.words)] == [(one.label, one.words) for one in errors_of(form, NOW.date())]


@pytest.mark.slow
@pytest.mark.parametrize("form", [individual(), company()])
def test_every_field_that_a_new_account_needs_stands_under_a_rule(form: Form) -> None:
    assert first_blocker(FORM_RULES, FormCase(form, NOW.date())) is None
    for one in fields_of(form):
        emptied = form.with_answer(one.path, "")
        if one.path != "accountType" and errors_of(emptied, NOW.date()):
            assert first_blocker(FORM_RULES, FormCase(emptied, NOW.date())) is not None, one.path


@pytest.mark.parametrize(("rule", "code"), [(NEW_HERE, "registered"), (NEW_TO_BAKKT, "known_to_bakkt")])
def test_an_id_that_is_known_is_refused(rule: Rule[bool], code: str) -> None:
    blocker = rule.find_blocker(True)
    assert blocker is not None
    assert blocker.code == code
    assert rule.find_blocker(False) is None
