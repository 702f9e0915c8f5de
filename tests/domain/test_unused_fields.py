"""Fields that say nothing: deprecated by the guide or the contract, or reserved."""

import pytest

from workbench.domain.account.unused_fields import note_on_answer, note_on_request
from workbench.domain.updates.paths import path_of


@pytest.mark.parametrize(
    "path",
    [
        "id",
        "enrollments.registrationIndividual.x",
        "owners[1].identityId",
        "owners[0].identity.citizenshipCountry",
        "owners[0].identity.disclosures.isControlPerson",
        "owners[0].identity.verificationResults",
    ],
)
def test_deprecated_fields_of_a_request_are_known(path: str) -> None:
    assert note_on_request(path_of(path)) == "deprecated"


@pytest.mark.parametrize("path", ["clientAccountId", "owners[0].role", "owners[0].identity.taxId", "mode", ""])
def test_other_fields_of_a_request_have_no_note(path: str) -> None:
    assert note_on_request(path_of(path)) == ""


def test_the_answers_own_fields_are_told_apart_from_those_of_the_request() -> None:
    assert note_on_answer(("cipClearanceState",)) == "deprecated: says nothing about the account"
    assert note_on_answer(("mode",)) == "reserved for future use: says nothing yet"
    assert note_on_answer(("id",)) == note_on_answer(("status",)) == ""
