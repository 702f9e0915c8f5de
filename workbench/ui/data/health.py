"""How complete and how fresh the data is."""

from datetime import UTC, datetime
from typing import Any

from workbench.domain.words import count, plural
from workbench.ui.html.markup import Cell, show_facts, show_heading
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import ago, exact, hours_since, sentences


def headline_of(health: dict[str, Any]) -> tuple[str, str]:
    registered, never_read, failing = health["registered"], health["never_read"], health["failing"]
    if not registered:
        return "No accounts yet", "Import account ids to begin, then sync from Bakkt."
    if never_read:
        verb = "has" if never_read == 1 else "have"
        answer = f"{count(never_read)} of {plural(registered, 'account')} {verb} not been read yet"
    elif registered == 1:
        answer = f"The only account was read {_ago(health['oldest_read_at'])}"
    else:
        answer = f"All {count(registered)} accounts have been read, the oldest {_ago(health['oldest_read_at'])}"
    return answer, sentences(
        f"{plural(failing, 'account is', 'accounts are')} failing." if failing else "No account is failing.",
        f"{plural(health['events'], 'event')} received, the last {_ago(health['last_event_at'])}."
        if health["events"]
        else "No event has been received yet.",
    )


def show_health(health: dict[str, Any]) -> None:
    show_heading("Health")
    show_facts(
        {
            "Registered": count(health["registered"]),
            "Read": f"{health['read_ok']:,}, {count(health['never_read']) if health['never_read'] else 'none'} unread",
            "Oldest read": _when(health["oldest_read_at"]),
            "Latest read": _when(health["newest_read_at"]),
            "Events": f"{count(health['events'])}, {count(health['events_set_aside'])} unreadable",
            "Documents": f"{count(health['documents'])}, {count(health['documents_undated'])} without an upload date",
        }
    )


def _when(at: datetime | None) -> Cell | str:
    return "" if at is None else Cell(_ago(at), note=exact(at, reader_zone()))


def _ago(at: datetime | None) -> str:
    return "never" if at is None else ago(hours_since(at, datetime.now(UTC)))
