"""What the Find box shows below it: the matches with the reason for each, or the accounts opened last."""

from collections.abc import Mapping, Sequence
from typing import Any

import htpy as h
from htpy import Element, Fragment

from workbench.access.masking import masked_number
from workbench.domain.text import searched_text
from workbench.domain.words import code_word, plural
from workbench.ui.text.words import standing_word, turn_word

_FOUND_IN = {
    "account_id": "Account id",
    "bakkt_account_id": "Bakkt account id",
    "business": "Business",
    "owner": "Owner",
    "email": "E-mail",
    "phone": "Phone",
    "owner_id": "Owner id",
    "document": "Document id",
}
"""The fields that search looks at, as ``accounts/search`` names them. A match in the account's name needs no words."""


def reason_of(hit: Mapping[str, Any]) -> str:
    """Why the account matched: the field and the matching part, numbers down to their last four digits.

    Empty where the account's name shows it already.
    """
    if hit["is_similar"]:
        return f"Similar: {_FOUND_IN.get(hit['found_in'] or '', 'Name').lower()} {_matching_part(hit)}"
    words = _FOUND_IN.get(hit["found_in"] or "")
    if words is None or hit["found_in"] == "account_id":
        return ""
    return f"{words} {_matching_part(hit)}"


def _matching_part(hit: Mapping[str, Any]) -> str:
    found: str = hit["found_text"]
    if hit["found_in"] == "phone":
        return masked_number(found)
    written = (one for one in hit["written_as"] or () if one and searched_text(one) == found)
    return next(written, found)


def hits_markup(hits: Sequence[Mapping[str, Any]] | None, *, shortest: int) -> Fragment:
    """The matches as options; ``hits`` is None for a term that is shorter than ``shortest``."""
    if hits is None:
        return h.fragment[h.p(".wb-note")[f"Type at least {shortest} letters or digits."]]
    if not hits:
        return h.fragment[h.p(".wb-note")["No matches. Try part of the name, or the account id as in your own system."]]
    matches = hits[0]["matches"]
    all_of_them = (
        matches > len(hits)
        and h.button(type="button", tabindex="-1", data_all=True)[f"See all {plural(matches, 'match', 'matches')}"]
    )
    return h.fragment[
        _options("Matches", hits),
        h.p(".wb-note")["Enter opens the first match. ", all_of_them],
    ]


def recent_markup(accounts: Sequence[Mapping[str, Any]]) -> Fragment:
    """The accounts opened last as options."""
    if not accounts:
        return h.fragment[h.p(".wb-note")["Accounts that you open are listed here."]]
    return h.fragment[h.p(".wb-note")["Opened last"], _options("Opened last", accounts)]


def _options(words: str, accounts: Sequence[Mapping[str, Any]]) -> Element:
    return h.ul(role="listbox", aria_label=words)[[_option(at, account) for at, account in enumerate(accounts)]]


def _option(at: int, account: Mapping[str, Any]) -> Element:
    name = account["display_name"] or account["client_account_id"]
    where = " · ".join(
        filter(None, (code_word(account["account_type"]), standing_word(account["standing"]), _move(account)))
    )
    why = reason_of(account) if "found_in" in account else ""
    return h.li(
        role="option", id=f"wb-hit-{at}", aria_selected="false", data_account=account["client_account_id"], title=name
    )[
        h.b(dir="auto")[name],
        h.span(".wb-id")[account["client_account_id"]],
        h.span[why or where],
        why and h.span[where],
    ]


def _move(account: Mapping[str, Any]) -> str:
    return turn_word(account["turn"]) if account["turn"] not in (None, "nobody") else ""
