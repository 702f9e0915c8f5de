"""The parts of a desk as one person may use them: each public method has a row, and what has none nobody may use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

import pyarrow as pa

from workbench.access.acting import Acting
from workbench.access.masked_tables import as_seen_by, sees_all
from workbench.access.masking import Masks, masked_words, masks_for
from workbench.access.policy import ACT_OF_KIND, Act, act_of_query
from workbench.domain.actions import Plan
from workbench.domain.facts import Ruling
from workbench.domain.words import plural
from workbench.store import ActionRecord, Attribution, Store
from workbench.store.engine.catalogue import CONTACT, find_query
from workbench.store.facts.registry import ImportOfIds
from workbench.store.records.segments import Segment

_T = TypeVar("_T")
_WITHOUT_A_ROW = "do this"
"""What is said of a method or a query for nobody; its name is in the audit trail alone."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a person must be allowed to do to use a method.

    ``about`` says, from its arguments, what it is done to: then it is written down before it is done.
    """

    act: Act
    about: Callable[..., str] | None = None


class _Permitted:
    """Stands before one part of the desk. Its methods call each other on the part itself, where nothing is asked."""

    def __init__(self, whole: object, acting: Acting, needs: Mapping[str, Need]) -> None:
        self._whole = whole
        self._acting = acting
        self._needs = needs

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        need = self._needs.get(name)
        if need is None:
            self._acting.refuse(f"use {name}", _WITHOUT_A_ROW)
        self._acting.require(need.act)
        found = getattr(self._whole, name)
        return found if need.about is None else self._written_down(found, need.act, need.about)

    def __call__(self, *_: object, **__: object) -> Any:
        """For a part that is a function: it has no methods, so no row."""
        self._acting.refuse("reach Bakkt directly", _WITHOUT_A_ROW)

    def _written_down(
        self, method: Callable[..., object], act: Act, about: Callable[..., str]
    ) -> Callable[..., object]:
        def begin(*args: object, **named: object) -> object:
            with self._acting.doing(act, about(*args, **named)):
                return method(*args, **named)

        return begin


class _PermittedStore(_Permitted):
    """Rows are masked as the person may see them, and what is masked is not searched."""

    _whole: Store

    def read(self, name: str, **parameters: object) -> pa.Table:
        require_query(self._acting, name)
        return as_seen_by(self._acting.person, self._whole.read(name, **self._allowed(name, parameters)))

    def read_rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        if sees_all(self._acting.person):
            require_query(self._acting, name)
            return self._whole.read_rows(name, **parameters)
        rows: list[dict[str, Any]] = self.read(name, **parameters).to_pylist()
        return rows

    def read_from(self, source: pa.Table, name: str, **parameters: object) -> pa.Table:
        require_query(self._acting, name)
        asked = self._allowed(name, parameters)
        return as_seen_by(self._acting.person, self._whole.read_from(source, name, **asked))

    def read_in_batches(self, name: str, **parameters: object) -> pa.RecordBatchReader:
        """For a file with all rows: whoever makes it writes the export down."""
        require_query(self._acting, name)
        self._acting.require(Act.EXPORT)
        batches = self._whole.read_in_batches(name, **self._allowed(name, parameters))
        return pa.RecordBatchReader.from_batches(batches.schema, self._seen(batches))

    def _allowed(self, name: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """What is asked, without a search of phone numbers and e-mail addresses that the person may not see."""
        if find_query(name).searches_contact and not self._acting.may(Act.SEE_CONTACT):
            return {**parameters, CONTACT: "false"}
        return parameters

    def _seen(self, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            seen = as_seen_by(self._acting.person, pa.Table.from_batches([batch], batches.schema))
            yield from seen.cast(batches.schema).to_batches()

    def find_action(self, action_id: str) -> ActionRecord | None:
        self._acting.require(Act.SEE_LISTS)
        found = self._whole.find_action(action_id)
        if found is None or sees_all(self._acting.person):
            return found
        return _with_words_masked(found, masks_for(self._acting.person))

    def begin_action(self, action_id: str, plan: Plan, *others: Any) -> Any:
        self._acting.require(ACT_OF_KIND[plan.kind])
        return self._whole.begin_action(action_id, plan, *others)


def require_query(acting: Acting, name: str) -> None:
    """Raises NotAllowedError unless the person may ask this query of the catalogue, InputError if there is none."""
    act = act_of_query(name)
    if act is None:
        acting.refuse(f"ask {name}", _WITHOUT_A_ROW)
    acting.require(act)
    if find_query(name).searches_names:
        acting.require(Act.SEARCH)


def _with_words_masked(action: ActionRecord, masks: Masks) -> ActionRecord:
    return replace(
        action,
        reason=masked_words(action.reason, masks),
        note=masked_words(action.note, masks),
        bakkt_words=masked_words(action.bakkt_words, masks),
        refusals=tuple((field, masked_words(words, masks)) for field, words in action.refusals),
        settled_words=action.settled_words and masked_words(action.settled_words, masks),
        waiting=action.waiting
        and replace(action.waiting, second_reason=masked_words(action.waiting.second_reason, masks)),
    )


def permitted_store(store: Store, acting: Acting) -> Store:
    """The store as the person may use it."""
    return cast("Store", _PermittedStore(in_full(store), acting, STORE_NEEDS))


def permitted(part: _T, acting: Acting, needs: Mapping[str, Need]) -> _T:
    """A part of the desk as the person may use it; mypy sees the part itself."""
    return cast("_T", _Permitted(in_full(part), acting, needs))


def in_full(part: _T) -> _T:
    """The part behind a person's: for the workbench's own work, and to hand it to another person."""
    return cast("_T", part._whole) if isinstance(part, _Permitted) else part


def _of_the_ruling(recorded: Attribution, ruling: Ruling, *_: object, **__: object) -> str:
    ruled = (ruling.requirement, ruling.client_owner_id, ruling.client_document_id)
    return " ".join((recorded.client_account_id, *filter(None, ruled)))


def _of_the_owner(recorded: Attribution, client_owner_id: str, *_: object, **__: object) -> str:
    return f"{recorded.client_account_id} owner {client_owner_id}"


def _of_the_start(recorded: Attribution, *_: object, **__: object) -> str:
    return f"{recorded.client_account_id} manual KYB began"


def _of_the_end(recorded: Attribution, ended_at: datetime, ended_as: str, *_: object, **__: object) -> str:  # noqa: ARG001
    return f"{recorded.client_account_id} manual KYB ended as {ended_as}"


def _of_the_segment(segment: Segment, *_: object, **__: object) -> str:
    return segment.segment_id


def _of_the_import(_: object, about: ImportOfIds) -> str:
    return about.import_id


def _number_of_ids(ids: Sequence[str], *_: object) -> str:
    """Only how many: somebody may have typed something else than an id. The log of the registry has those taken out."""
    return plural(len(ids), "account")


def _of_the_first(first: str, *_: object, **__: object) -> str:
    return first


def nothing_more(*_: object, **__: object) -> str:
    """For what is done to nothing that has an id."""
    return ""


def in_words(words: str) -> Callable[..., str]:
    """For what has no id, where the act alone does not say what was done."""
    return lambda *_, **__: words


_SEE = Need(Act.SEE_LISTS)
_WRITE_DRAFT = Need(Act.OPEN_ACCOUNT)
_IMPORT_IDS = Need(Act.IMPORT_ACCOUNTS)
_REPLAY = Need(Act.REPLAY_EVENTS)

STORE_NEEDS: Mapping[str, Need] = {
    **dict.fromkeys(("data_version", "has_losses", "loss", "check_readable", "identity", "path", "columns_of"), _SEE),
    **dict.fromkeys(("find_segment", "refresh_segment"), _SEE),
    **dict.fromkeys(("save_draft", "find_draft", "read_drafts", "delete_draft", "delete_opened_drafts"), _WRITE_DRAFT),
    "land_ruling": Need(Act.RECORD_KYB, _of_the_ruling),
    "land_owner_facts": Need(Act.RECORD_KYB, _of_the_owner),
    "land_manual_start": Need(Act.RECORD_KYB, _of_the_start),
    "land_manual_end": Need(Act.RECORD_KYB, _of_the_end),
    **dict.fromkeys(("find_registered", "find_with_zeros", "land_kyb_starts"), _IMPORT_IDS),
    **dict.fromkeys(("land_events", "land_set_aside", "read_set_aside", "count_set_aside"), _REPLAY),
    "land_registry": Need(Act.IMPORT_ACCOUNTS, nothing_more),
    "land_import": Need(Act.IMPORT_ACCOUNTS, _of_the_import),
    "take_out": Need(Act.IMPORT_ACCOUNTS, _number_of_ids),
    "take_import_back": Need(Act.IMPORT_ACCOUNTS, _of_the_first),
    "settle_action": Need(Act.SETTLE_ACTION),
    **dict.fromkeys(("confirm_as_second", "decline_as_second"), Need(Act.CONFIRM_SECOND)),
    "withdraw_action": Need(Act.WITHDRAW_ACTION),
    "note_no_link_left": Need(Act.REQUEST_LINK, _of_the_first),
    "mark_seen": Need(Act.UPDATE_ACCOUNT, _of_the_first),
    "save_segment": Need(Act.SAVE_SEGMENT, _of_the_segment),
    "remove_segment": Need(Act.REMOVE_SEGMENT, _of_the_first),
    "published_columns": Need(Act.ASK_SQL),
    "land_statement_run": Need(Act.ASK_SQL),
    "save_question": Need(Act.ASK_SQL, in_words("save a question")),
    "remove_question": Need(Act.ASK_SQL, in_words("remove a question")),
    "dismiss_losses": Need(Act.DISMISS_LOSSES, nothing_more),
}
"""What a person needs for each method of the store that people use. Refreshing a segment changes nobody's choice."""
