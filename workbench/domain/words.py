"""Numbers, days, steps and codes in words, as screens and figures show them."""

from datetime import date

STEP_WORDS = {
    "opened": "Opened",
    "documented": "Documented",
    "screened": "Screened",
    "cleared": "Cleared",
    "trading": "Trading",
}


def code_word(code: str | None) -> str:
    """One of Bakkt's codes in words: ``UNDER_REVIEW`` becomes "Under review". Works for unknown codes too."""
    return (code or "").replace("_", " ").strip().capitalize()


def count(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def plural(number: int, singular: str, many: str | None = None) -> str:
    return f"{count(number)} {singular if number == 1 else many or singular + 's'}"


def ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def share(part: float | None) -> str:
    return "–" if part is None else f"{part * 100:.0f}%"


def day(moment: date) -> str:
    """ "10 Jan 2034": the same in lists, lines and tables."""
    return f"{moment.day} {moment:%b %Y}"
