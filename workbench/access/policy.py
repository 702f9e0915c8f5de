"""Who may do what: every act that a person can do here, and the roles that may.

This table is the only place that decides. Layers ask it through ``Acting.require``; what has no row nobody may do.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from workbench.domain.vocabulary import ActionKind
from workbench.web.api_tokens import Scope


class Role(StrEnum):
    """What a person is here, from the claims of the sign-in; the first is the one that may least."""

    VIEWER = "viewer"
    AGENT = "agent"
    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"


class Act(StrEnum):
    """What a person can do. The value goes into the audit trail and into "Your role (viewer) may not …"."""

    SEE_LISTS = "see lists and figures"
    SEE_ACCOUNT = "open a customer's page"
    SEARCH = "search for customers"
    SEE_CONTACT = "see phone numbers and e-mail addresses"
    SEE_DOCUMENT = "open a document"
    SEE_LINK = "see a verification link"
    SEE_PAYLOAD = "see what Bakkt answered"
    REQUEST_LINK = "request a link"
    OPEN_ACCOUNT = "open accounts"
    UPDATE_ACCOUNT = "update an account"
    UPLOAD_DOCUMENT = "upload a document"
    TRIGGER_KYB = "trigger KYB"
    RECORD_KYB = "record KYB decisions"
    MAKE_KYB_FORM = "make a customer information form"
    SETTLE_ACTION = "settle an action whose answer was lost"
    CONFIRM_SECOND = "confirm or decline as the second person"
    WITHDRAW_ACTION = "withdraw what waits for a second person"
    EXPORT = "export rows"
    ASK_SQL = "ask in SQL"
    SAVE_SEGMENT = "save segments"
    REMOVE_SEGMENT = "remove segments"
    SYNC = "sync with Bakkt"
    IMPORT_ACCOUNTS = "import accounts and take them out"
    REPLAY_EVENTS = "replay events"
    PUBLISH = "publish a copy"
    DISMISS_LOSSES = "dismiss a loss of data"
    SEE_AUDIT_TRAIL = "see the audit trail"
    MANAGE_PEOPLE = "manage people and tokens"


_EVERYBODY = frozenset(Role)
_WORKING = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
_ANALYSING = frozenset({Role.ANALYST, Role.LEAD, Role.ADMIN})
_NOT_VIEWERS = _EVERYBODY - {Role.VIEWER}
_LEADING = frozenset({Role.LEAD, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

POLICY: Mapping[Act, Collection[Role]] = {
    Act.SEE_LISTS: _EVERYBODY,
    Act.SEE_ACCOUNT: _EVERYBODY,
    Act.SEARCH: _EVERYBODY,
    Act.SEE_CONTACT: _WORKING,
    Act.SEE_DOCUMENT: _WORKING,
    Act.SEE_LINK: _WORKING,
    Act.SEE_PAYLOAD: _NOT_VIEWERS,
    Act.REQUEST_LINK: _WORKING,
    Act.OPEN_ACCOUNT: _WORKING,
    Act.UPDATE_ACCOUNT: _WORKING,
    Act.UPLOAD_DOCUMENT: _WORKING,
    Act.TRIGGER_KYB: _WORKING,
    Act.RECORD_KYB: _WORKING,
    Act.MAKE_KYB_FORM: _WORKING,
    Act.SETTLE_ACTION: _WORKING,
    Act.CONFIRM_SECOND: _WORKING,
    Act.WITHDRAW_ACTION: _WORKING,
    Act.EXPORT: _NOT_VIEWERS,
    Act.ASK_SQL: _ANALYSING,
    Act.SAVE_SEGMENT: _NOT_VIEWERS,
    Act.REMOVE_SEGMENT: _ANALYSING,
    Act.SYNC: _NOT_VIEWERS,
    Act.IMPORT_ACCOUNTS: _LEADING,
    Act.REPLAY_EVENTS: _LEADING,
    Act.PUBLISH: _LEADING,
    Act.DISMISS_LOSSES: _LEADING,
    Act.SEE_AUDIT_TRAIL: _ADMINS,
    Act.MANAGE_PEOPLE: _ADMINS,
}


def may(role: Role, act: Act) -> bool:
    """Whether the role may do it; an act without a row nobody may do."""
    return role in POLICY.get(act, ())


ACT_OF_KIND: Mapping[ActionKind, Act] = {
    ActionKind.OPEN_ACCOUNT: Act.OPEN_ACCOUNT,
    ActionKind.UPDATE_ACCOUNT: Act.UPDATE_ACCOUNT,
    ActionKind.UPLOAD_DOCUMENT: Act.UPLOAD_DOCUMENT,
    ActionKind.TRIGGER_KYB: Act.TRIGGER_KYB,
    ActionKind.REQUEST_LINK: Act.REQUEST_LINK,
}

ACTS_OF_SCOPE: Mapping[Scope, Collection[Act]] = {
    Scope.READ: {Act.SEE_LISTS, Act.SEE_ACCOUNT, Act.SEE_PAYLOAD},
    Scope.PERSONAL: {Act.SEARCH, Act.SEE_CONTACT},
    Scope.OPERATE: {Act.SYNC, Act.IMPORT_ACCOUNTS, Act.REPLAY_EVENTS, Act.PUBLISH},
}
"""What a token of the API may do. Links it never sees, and without the scope personal no column with personal data."""

_OF_QUERIES: Mapping[str, Act] = {
    "accounts/payload": Act.SEE_PAYLOAD,
    "accounts/search": Act.SEARCH,
}
_OF_TOPICS: Mapping[str, Act] = {
    "accounts": Act.SEE_ACCOUNT,
    "actions": Act.SEE_LISTS,
    "audit": Act.SEE_AUDIT_TRAIL,
    "backlog": Act.SEE_LISTS,
    "data": Act.SEE_LISTS,
    "documents": Act.SEE_LISTS,
    "events": Act.SEE_LISTS,
    "explore": Act.SEE_LISTS,
    "funnel": Act.SEE_LISTS,
    "kyb": Act.SEE_ACCOUNT,
    "people": Act.MANAGE_PEOPLE,
    "quality": Act.SEE_LISTS,
    "statements": Act.ASK_SQL,
    "sync": Act.SEE_LISTS,
    "today": Act.SEE_LISTS,
    "verification": Act.SEE_LISTS,
}


def act_of_query(name: str) -> Act | None:
    """What a person does who asks this query of the catalogue; None if its topic has no row, so nobody may."""
    return _OF_QUERIES.get(name) or _OF_TOPICS.get(name.partition("/")[0])
