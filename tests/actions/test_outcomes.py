"""The outcome of a failed request: not sent, refused with Bakkt's words, or unknown if it may have taken effect."""

import pytest

from workbench.actions.outcomes import completion_of, without_personal_values
from workbench.bakkt.errors import (
    BakktDenied,
    BakktError,
    BakktNotFound,
    BakktRefused,
    BakktUnreachable,
    BakktUnreadable,
    FieldRefusal,
)
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.vocabulary import Outcome

CASES: dict[str, tuple[WorkbenchError, Outcome]] = {
    "no connection": (BakktUnreachable("x", was_sent=False), Outcome.NOT_SENT),
    "refused by our own client": (InputError("x"), Outcome.NOT_SENT),
    "answer lost": (BakktUnreachable("x"), Outcome.UNKNOWN),
    "answer cut off": (BakktUnreachable("x", status=200), Outcome.UNKNOWN),
    "408": (BakktUnreachable("x", status=408), Outcome.UNKNOWN),
    "500": (BakktUnreachable("x", status=500), Outcome.UNKNOWN),
    "502": (BakktUnreachable("x", status=502), Outcome.UNKNOWN),
    "504": (BakktUnreachable("x", status=504), Outcome.UNKNOWN),
    "429": (BakktUnreachable("x", status=429), Outcome.REFUSED),
    "503 in Bakkt's words": (BakktUnreachable("x", status=503, bakkt_words="Closed"), Outcome.REFUSED),
    "503 of a gateway": (BakktUnreachable("x", status=503), Outcome.UNKNOWN),
    "401": (BakktDenied("x", status=401), Outcome.REFUSED),
    "403": (BakktDenied("x", status=403), Outcome.REFUSED),
    "400": (BakktRefused("x", status=400), Outcome.REFUSED),
    "404": (BakktNotFound("x", status=404), Outcome.REFUSED),
    "unreadable": (BakktUnreadable("x", status=200), Outcome.UNKNOWN),
    "redirect": (BakktUnreadable("x", status=302), Outcome.UNKNOWN),
    "something else of Bakkt's": (BakktError("x"), Outcome.UNKNOWN),
}


@pytest.mark.parametrize("case", CASES)
def test_each_failure_has_its_outcome(case: str) -> None:
    error, outcome = CASES[case]
    assert completion_of(error).outcome is outcome


def test_a_refusal_keeps_bakkts_words_by_field() -> None:
    fields = (FieldRefusal("owners[0].phone", "is not in the form E.164"), FieldRefusal("city", "is empty"))
    found = completion_of(BakktRefused("m", status=422, fields=fields, bakkt_words="Not valid"))
    assert found.bakkt_words == "Not valid"
    assert found.refusals == (("owners[0].phone", "is not in the form E.164"), ("city", "is empty"))


@pytest.mark.parametrize(
    "error",
    [
        BakktDenied("x", status=403, bakkt_words="Call 219 09 9887"),
        BakktUnreachable("x", status=429, bakkt_words="Call 219 09 9887"),
        BakktUnreachable("x", status=503, bakkt_words="Call 219 09 9887"),
    ],
    ids=["403", "429", "503"],
)
def test_bakkts_words_are_kept_with_every_refusal_without_numbers(error: BakktError) -> None:
    found = completion_of(error).bakkt_words
    assert found.startswith("Call ")
    assert "9887" not in found


def test_how_long_bakkt_asks_to_wait_is_told() -> None:
    found = completion_of(BakktUnreachable("Too often.", status=429, retry_after_seconds=30))
    assert "Try again in 30 seconds." in found.note


@pytest.mark.parametrize(
    "value",
    [
        "https://verify.example.test/s/1",
        "HTTPS://VERIFY.example.test/s/1?token=abc",
        "ann@example.test",
        "123-45-6789",
        "123 45 6789",
        "987654321",
        "6789",
        "+1 (415) 555-0100",
        "１２３４５６７８９",
        "1985-02-14",
    ],
)
def test_values_that_name_a_person_are_taken_out_of_bakkts_words(value: str) -> None:
    found = without_personal_values(f"The value {value} is in use")
    assert value not in found
    assert not any(part in found for part in ("6789", "0100", "verify", "ann", "1985"))
    assert found.startswith("The value ")
    assert found.endswith(" is in use")


def test_words_without_such_values_stay_as_they_are() -> None:
    words = "owners[0].identity.taxId: 3 of 12 digits are missing (code 422)"
    assert without_personal_values(words) == words
