"""The views of the page Backlog: what each lists, in which columns, and how it can be sorted."""

from dataclasses import dataclass

from workbench.ui.text.words import RESTRICTED_BY_EVENT

SORT_WORDS = {
    "lost": "Most lost first",
    "left": "Least time left first",
    "due": "Earliest due first",
    "since": "Longest in this state first",
    "newest": "Newest in this state first",
    "used_up": "Latest first",
    "expiry": "First to expire",
    "fields": "Most fields missing first",
    "sent": "Oldest first",
    "name": "Name",
}
AWAITING_SECOND = "awaiting_second"
_BY_TIME = ("since", "newest", "name")
_BY_LINK = ("left", "lost", *_BY_TIME)
"""By time left first: what is likely lost takes five times as long to work out."""
_OPEN = ("standing", "turn")
_LINK = ("hours_left", "link_expires_at", "expirations_used")
_READ = ("last_event_at", "read_at")


@dataclass(frozen=True, slots=True)
class View:
    """One list of the page: its code in the address, its group in the navigation, its name, columns and sorts.

    The first sort is the usual one. ``note`` says what the name cannot. ``constant`` are columns that are the same in
    all its rows. ``fills``: the list has the window to itself, as nothing stands below it.
    """

    code: str
    group: str
    name: str
    columns: tuple[str, ...]
    sorts: tuple[str, ...]
    note: str = ""
    constant: frozenset[str] = frozenset()
    are_actions: bool = False
    fills: bool = True


_TURN = frozenset({"turn"})
_STANDING = frozenset({"standing"})
_DUE = ("due", *_BY_TIME)
_BOTH = _TURN | _STANDING

_ALL = (
    View("late", "Late", "Late: all", (*_OPEN, "hours_overdue", "age_hours"), _DUE),
    View("late_us", "Late", "Late: us", (*_OPEN, "hours_overdue", "age_hours"), _DUE, constant=_TURN),
    View("late_bakkt", "Late", "Late: Bakkt", (*_OPEN, "hours_overdue", "age_hours"), _DUE, constant=_TURN),
    View("late_customer", "Late", "Late: customer", (*_OPEN, "hours_overdue", "age_hours"), _DUE, constant=_TURN),
    View("due", "Late", "Due in {day}", (*_OPEN, "hours_until_due", "age_hours"), _DUE),
    View("last", "Links", "Last links", (*_LINK, "age_hours"), _BY_LINK, constant=_BOTH),
    View("expiring", "Links", "Expire in {soon}", (*_LINK, "age_hours"), _BY_LINK, constant=_BOTH),
    View("live", "Links", "Live links", (*_LINK, "age_hours"), _BY_LINK, constant=_BOTH),
    View(
        "expired",
        "Links",
        "Expired links",
        ("expirations_used", "link_expired_at", "age_hours", "due_at"),
        ("left", *_BY_TIME),
        constant=_BOTH,
    ),
    View("no_link", "Links", "No link yet", ("expirations_used", "age_hours", "due_at"), _BY_TIME, constant=_BOTH),
    View(
        "out_of_links",
        "Links",
        "Out of links",
        ("used_up_at", "age_hours", "due_at"),
        ("used_up", *_BY_TIME),
        "Bakkt issues no more links to these customers; only Bakkt can help.",
        _BOTH,
    ),
    View(
        "verification",
        "Links",
        "Must verify",
        ("turn", "link_state", "link_expires_at", "expirations_used", "due_at"),
        ("left", *_BY_TIME),
        constant=_STANDING,
    ),
    View("kyb_ready", "KYB", "KYB ready", (*_OPEN, "holds_through", "due_at"), _DUE),
    View("kyb_documents", "KYB", "KYB documents needed", ("due_at", "age_hours"), _DUE, constant=_BOTH),
    View(
        "kyb_screening",
        "KYB",
        "KYB screening",
        ("screening_started_at", "screening_started_by", "is_screening_manual", "due_at", "age_hours"),
        _DUE,
        constant=_BOTH,
        fills=False,
    ),
    View(
        "documents",
        "Data",
        "Expiring documents",
        ("document", "first_expires_at", "documents_ending", *_OPEN),
        ("expiry", *_BY_TIME),
        "Latest version of each document only; the first to expire is named.",
    ),
    View(
        "identity",
        "Data",
        "Identity document missing",
        (*_OPEN, "age_hours"),
        _BY_TIME,
        "An owner outside the USA has no identity document.",
    ),
    View(
        "missing", "Data", "Missing data", ("fields_missing", *_OPEN, "age_hours"), ("fields", *_BY_TIME), fills=False
    ),
    View(
        "contradictions",
        "Check",
        "Contradictions",
        ("contradiction", *_READ, "age_hours"),
        ("newest", "since", "name"),
        "No Bakkt rule explains these: ask Bakkt which is right.",
        _BOTH,
    ),
    View(
        "restricted",
        "Check",
        "Restricted by event",
        ("turn", "standing_cause", *_READ),
        ("newest", "since", "name"),
        f"{RESTRICTED_BY_EVENT} The event counts.",
    ),
    View("unrecognised", "Check", "Unrecognised", ("standing_cause", "due_at", "age_hours"), _DUE, constant=_BOTH),
    View(
        "rejected_later",
        "Check",
        "Rejected later",
        ("action", "outcome", "started_at", "actor", "reason"),
        ("sent",),
        "Bakkt accepted these updates and rejected them later. Each is listed until somebody has seen it.",
        are_actions=True,
    ),
    View(
        "unsettled",
        "Check",
        "Unsettled actions",
        ("action", "outcome", "started_at", "actor", "reason"),
        ("sent",),
        "Locked until settled. Open one to settle it.",
        are_actions=True,
    ),
    View(
        AWAITING_SECOND,
        "Check",
        "Second person",
        ("action", "asked_at", "actor", "reason", "lapses_at"),
        ("sent",),
        "One person has confirmed these; nothing was sent. Somebody else confirms or declines each of them.",
        are_actions=True,
    ),
    View("open", "All", "All open", (*_OPEN, "due_at", "age_hours"), _DUE),
)
VIEWS = {view.code: view for view in _ALL}
GROUPS = tuple(dict.fromkeys(view.group for view in _ALL))
