"""A file is judged by its content: hostile files are refused for the right reason, valid ones are accepted."""

import pytest

from tests.support.hostile_files import REFUSED, SCRIPT, TAKEN
from workbench.files.examining import examine
from workbench.files.kinds import FileKind
from workbench.files.reasons import FileRefused, Reason, refusal_text


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_for_the_right_reason(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(FileRefused) as unfit:
        examine(content)
    assert unfit.value.reason is reason


@pytest.mark.parametrize("name", TAKEN)
def test_an_honest_file_is_taken_as_what_it_is(name: str) -> None:
    content, kind = TAKEN[name]
    assert examine(content).kind is kind


@pytest.mark.parametrize("name", [name for name, (_, kind) in TAKEN.items() if kind is not FileKind.PDF])
def test_nothing_that_stood_beside_a_picture_is_sent(name: str) -> None:
    sent = examine(TAKEN[name][0]).content
    for beside in (SCRIPT, b"PK\x03\x04", b"alert", b"Phone", b"2026:11", b"hello", b"Nobody", b"GPS", b"MZ\0"):
        assert beside not in sent


@pytest.mark.parametrize("name", [name for name, (_, kind) in TAKEN.items() if kind is FileKind.PDF])
def test_a_pdf_is_sent_as_it_is(name: str) -> None:
    content = TAKEN[name][0]
    assert examine(content).content == content


def test_the_corpus_is_as_large_as_was_asked() -> None:
    assert len(REFUSED) >= 60
    assert {reason for _, reason in REFUSED.values()} == set(Reason) - {Reason.TOO_BIG, Reason.TOO_MUCH_WORK}


def test_other_kinds_are_called_by_their_name() -> None:
    named = {}
    for name, (content, reason) in REFUSED.items():
        if reason is Reason.OTHER_KIND:
            with pytest.raises(FileRefused) as unfit:
                examine(content)
            named[name] = unfit.value.found
    assert named["HEIC"] == "a HEIC image"
    assert named["Word document"] == "an Office document"
    assert named["SVG with a script"] == named["SVG behind an XML head"] == "an SVG drawing"
    assert named["program of Windows"] == "a program"
    assert named["WebP"] == "a WebP image"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_is_wrong_and_what_to_do(reason: Reason) -> None:
    words = refusal_text(reason, "a program", 15_000_000)
    assert words.title
    assert words.message.endswith(".")
    assert words.next_step.endswith(".")
