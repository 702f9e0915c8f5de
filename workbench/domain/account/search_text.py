"""The text of an account that search looks at, and what each part of it is."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from workbench.domain.snapshots import OwnerSnapshot
from workbench.domain.text import searched_text

BETWEEN_FIELDS = "\x1f"


class Field(StrEnum):
    """What a part of the text is, as the sign that it begins with; ``field_name`` in views.sql names them."""

    ACCOUNT_ID = "\x01"
    NAME = "\x02"
    BUSINESS = "\x03"
    OWNER = "\x04"
    EMAIL = "\x05"
    PHONE = "\x06"
    OWNER_ID = "\x07"
    BAKKT_ACCOUNT_ID = "\x08"
    DOCUMENT = "\x0e"


Word = tuple[Field, str | None]
_NAMES = (Field.NAME, Field.BUSINESS, Field.OWNER)
SHORTEST_NAME_WORD = 4
"""Of a word with one typing mistake; such a term has five letters or more."""


def account_text(
    client_account_id: str,
    names: tuple[str | None, str | None] = (None, None),
    owners: Iterable[OwnerSnapshot] = (),
    others: Iterable[Word] = (),
) -> str:
    """The account's id, names, owners and further ids as ``searched_text``, the best to find it by first.

    ``names``: the account's and the business's. The separator keeps a term from matching across fields.
    """
    display_name, business = names
    words: list[Word] = [(Field.ACCOUNT_ID, client_account_id), (Field.NAME, display_name), (Field.BUSINESS, business)]
    for owner in owners:
        words += _words_of_owner(owner)
    given = [(field, word) for field, word in (*words, *others) if word]
    fields: dict[str, Field] = {}
    for (field, _), text in zip(given, _folded([word for _, word in given]), strict=True):
        fields.setdefault(text, field)
    return BETWEEN_FIELDS.join(f"{field}{text}" for text, field in fields.items() if text)


def name_words(text: str) -> set[str]:
    """The words of the names in a search text that a term with a typing mistake may have meant."""
    names = (field[1:] for field in text.split(BETWEEN_FIELDS) if field[:1] in _NAMES)
    return {word for name in names for word in name.split(" ") if len(word) >= SHORTEST_NAME_WORD}


def ids_of(bakkt_account_id: str | None, document_ids: Iterable[str]) -> list[Word]:
    """The ids of an account besides its own and its owners'."""
    return [(Field.BAKKT_ACCOUNT_ID, bakkt_account_id), *((Field.DOCUMENT, one) for one in document_ids)]


def _folded(words: list[str]) -> list[str]:
    """All at once, which takes a third of the time; one by one if one of them is nothing but punctuation."""
    folded = [word.strip() for word in searched_text(BETWEEN_FIELDS.join(words)).split(BETWEEN_FIELDS)]
    return folded if all(folded) else [searched_text(word) for word in words]


def _words_of_owner(owner: OwnerSnapshot) -> Iterator[Word]:
    given = " ".join(filter(None, (owner.given_name, owner.middle_names)))
    yield Field.OWNER, f"{given} {owner.family_name or ''}"
    yield Field.OWNER, f"{owner.given_name or ''} {owner.family_name or ''}"
    yield Field.EMAIL, owner.email_address
    yield Field.PHONE, owner.phone_number
    yield Field.PHONE, "".join(filter(str.isdigit, owner.phone_number or ""))
    yield Field.OWNER_ID, owner.client_owner_id
    yield Field.OWNER_ID, owner.bakkt_owner_id
