"""What a measure, a group and a comparison are called in sentences."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.text import one_line
from workbench.domain.words import STEP_WORDS, code_in_sentence, count, share
from workbench.figures.samples import compared_words
from workbench.ui.explore.codes import ExploreCodes
from workbench.ui.explore.periods import Period
from workbench.ui.text.words import standing_in_sentence

MEASURE_WORDS = {
    "stuck": "Got stuck in a state",
    "stayed": "Still in a state",
    "reached": "Reached a step",
    "time": "From one step to another",
    "used_up": "Used up their links",
    "reuploaded": "Uploaded a document again",
    "after_reason": "What came after a reason code",
}
MILESTONE_WORDS = {**STEP_WORDS, "verification": "Had to verify"}
_STEP_DONE = {
    "opened": "opened",
    "documented": "had their documents in",
    "screened": "were screened",
    "cleared": "were cleared",
    "trading": "could trade",
}
_PEOPLE = {"individual": "individuals", "entity": "entities", "all": "accounts"}


def what_happened(codes: ExploreCodes) -> str:
    """The measure as the end of a sentence: "got stuck in verification"."""
    state = standing_in_sentence(codes.standing)
    match codes.measure:
        case "stuck":
            return f"got stuck in {state}"
        case "stayed":
            return f"were still in {state} after {codes.window} days"
        case "reached":
            return f"{_STEP_DONE[codes.step]} within {codes.window} days"
        case "time":
            start, finish = (MILESTONE_WORDS[one].lower() for one in (codes.start, codes.finish))
            return f"went from “{start}” to “{finish}” within {codes.window} days"
        case "used_up":
            return "used up their links"
        case "reuploaded":
            return "uploaded a document again"
    return f"became {state} next after “{_reason_words(codes)}”"


def who_counts(codes: ExploreCodes) -> str:
    """Of whom the share is: "were in verification"."""
    match codes.measure:
        case "stuck" | "stayed":
            return f"were in {standing_in_sentence(codes.standing)}"
        case "time":
            return f"reached “{MILESTONE_WORDS[codes.start].lower()}”"
        case "used_up":
            return "had to verify"
        case "reuploaded":
            return "have a document"
        case "after_reason":
            return f"had “{_reason_words(codes)}” bring them to a state"
    return "opened"


def _reason_words(codes: ExploreCodes) -> str:
    return code_in_sentence(one_line(codes.reason or ""))


def _of_whom(codes: ExploreCodes, period: Period) -> str:
    """ "October's individuals who were in verification": all whom the measure counts."""
    asked = whose(codes, period)
    return asked if codes.measure == "reached" else f"{asked} who {who_counts(codes)}"


def _what_they_did(codes: ExploreCodes) -> str:
    """What happened, behind the words for whom it counts: "got stuck there"."""
    match codes.measure:
        case "stuck":
            return "got stuck there"
        case "stayed":
            return f"were still there after {codes.window} days"
        case "time":
            return f"reached “{MILESTONE_WORDS[codes.finish].lower()}” within {codes.window} days"
        case "reuploaded":
            return "uploaded one again"
        case "after_reason":
            return f"became {standing_in_sentence(codes.standing)} next"
    return what_happened(codes)


def whose(codes: ExploreCodes, period: Period) -> str:
    """ "October's individuals"."""
    people = _PEOPLE[codes.path]
    if not period.words:
        return f"all {people}"
    if not period.has_name:
        return f"{people} opened {period.when}"
    return f"{period.words.split()[0]}'s {people}"


def headline_of(codes: ExploreCodes, period: Period, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """The answer in one sentence, with the counts behind its share."""
    asked, happened = _of_whom(codes, period), _what_they_did(codes)
    if not row or not row["of_accounts"]:
        return f"No {_PEOPLE[codes.path]} to count: {_why_none(codes, period, row)}"
    part, whole = count(row["accounts"]), count(row["of_accounts"])
    if row["is_few"]:
        return f"{part} of {whole} of {asked} {happened}; too few for a rate"
    return f"{share(row['share'])} of {asked} {happened} ({part} of {whole}){_compared(period, row, before)}"


def _why_none(codes: ExploreCodes, period: Period, row: Mapping[str, Any]) -> str:
    if row and row["undated"]:
        return f"the dates of {_of_whom(codes, period)} and had {codes.window} days are not known"
    article = "the " if period.words and not period.has_name else ""
    return f"none of {article}{whose(codes, period)} {who_counts(codes)} and had {codes.window} days"


def _compared(period: Period, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    if not before or not before["of_accounts"] or before["is_few"] or period.before is None:
        return ""
    name = period.before.words.split()[0] if period.before.has_name else "the period before"
    return f", {compared_words(row['share'], before['share'])} {name}"
