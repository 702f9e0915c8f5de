"""When the accounts of a cohort opened: usual periods and days of one's own, as codes of the address."""

from dataclasses import dataclass
from datetime import date, timedelta

from workbench.domain.words import day
from workbench.ui.forms.address_codes import ANY_DAY
from workbench.ui.forms.periods import before, is_month, next_month

USUAL = "last_month"
EVER = "ever"
PRESETS = {
    "this_month": "This month",
    USUAL: "Last month",
    "last_30": "Last 30 days",
    "last_90": "Last 90 days",
    "this_year": "This year",
    EVER: "At any time",
}
_BETWEEN = ".."
_TO = " to "


@dataclass(frozen=True, slots=True)
class Period:
    """Days in [since, until); None on a side is without limit.

    ``words`` are its name, "October 2026", or its days; ``has_name`` says which.
    """

    since: date | None
    until: date | None
    words: str
    has_name: bool = True

    @property
    def params(self) -> dict[str, str | None]:
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }

    @property
    def days(self) -> str:
        """The first and the last day in words; empty without two limits."""
        return _span_words(self.since, self.until) if self.since and self.until else ""

    @property
    def when(self) -> str:
        """ "in October 2026", "on 28 Nov 2026", "from 1 Nov 2026 to 28 Nov 2026"."""
        if self.has_name:
            return f"in {self.words}"
        return f"from {self.words}" if _TO in self.words else f"on {self.words}"

    @property
    def before(self) -> "Period | None":
        """The period before; None without two limits."""
        if self.since is None or self.until is None:
            return None
        since, until = before(self.since, self.until)
        return month_of(since) if is_month(since, until) else _days(since, until)


def period_of(code: str, today: date) -> Period | None:
    """The period of a code; None if there is none of that code, or its days are the wrong way round."""
    first = today.replace(day=1)
    match code:
        case "this_month":
            return month_of(today)
        case "last_month":
            return month_of(first - timedelta(days=1))
        case "last_30" | "last_90":
            return _days(today - timedelta(days=int(code[5:]) - 1), today + timedelta(days=1))
        case "this_year":
            return Period(today.replace(month=1, day=1), date(today.year + 1, 1, 1), str(today.year))
        case "ever":
            return Period(None, None, "")
    return _typed(code)


def code_of(first: date | str, last: date | str) -> str:
    """The code of two days, the first and the last one included."""
    return f"{first}{_BETWEEN}{last}"


def days_of(code: str) -> list[str]:
    """The two days that ``code_of`` wrote."""
    return code.split(_BETWEEN)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, next_month(first), f"{first:%B %Y}")


def _typed(code: str) -> Period | None:
    first, _, last = code.partition(_BETWEEN)
    if first not in ANY_DAY or last not in ANY_DAY:
        return None
    since, until = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    return _days(since, until) if since < until else None


def _days(since: date, until: date) -> Period:
    return Period(since, until, _span_words(since, until), has_name=False)


def _span_words(since: date, until: date) -> str:
    last = until - timedelta(days=1)
    return day(since) if since == last else f"{day(since)}{_TO}{day(last)}"
