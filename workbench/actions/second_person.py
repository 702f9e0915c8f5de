"""The second person of the two-person rule: confirms or declines what another has confirmed; the first withdraws it.

What is confirmed goes the very same way as without the rule, once (DESK.md, "Action").
"""

from collections.abc import Callable

from workbench.access.customer_asked_about import with_customer
from workbench.access.permitted import in_full
from workbench.access.policy import ACT_OF_KIND, Act
from workbench.actions.outcomes import without_personal_values
from workbench.actions.performing import BLOCKED, Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.request_link import link_work
from workbench.actions.trigger_kyb import kyb_work
from workbench.domain.actions import Blocker, Plan
from workbench.domain.errors import InputError
from workbench.domain.second_person import WaitingEnd
from workbench.domain.vocabulary import ActionKind
from workbench.store import ActionRecord

NOT_TOLD_APART = Blocker(
    "not_told_apart",
    "A second person is needed",
    "Sign-in is off, so it is not known who you are. Nothing was sent.",
    "Turn sign-in on, or decline it.",
)


def confirm_as_second(actions: Actions, action_id: str) -> Receipt:
    """Sends once what another person has confirmed, if the rules still allow it and nothing that it rests on changed.

    Raises NotAllowedError, InputError and StoreError; then nothing was sent.
    """
    actions.acting.require(Act.CONFIRM_SECOND)
    record = _find(actions, action_id)
    if not actions.acting.person.is_told_apart:
        return Receipt(None, NOT_TOLD_APART)
    actions.catch_up()
    receipt = actions.confirm_as_second(action_id, _work_of(actions, record))
    if receipt.blocker is not None:
        settle_lapsed(actions)
    return receipt


def decline_as_second(actions: Actions, action_id: str, reason: str = "") -> Receipt:
    """Keeps from being sent what another person has confirmed. Raises as ``confirm_as_second``."""
    why = without_personal_values(reason.strip())
    return _end_waiting(
        actions,
        action_id,
        Act.CONFIRM_SECOND,
        WaitingEnd.DECLINED,
        lambda: actions.store.decline_as_second(action_id, actions.acting.person.colleague, actions.now(), why),
    )


def withdraw_action(actions: Actions, action_id: str) -> Receipt:
    """Takes back what the person has asked for, while it waits. Raises as ``confirm_as_second``."""
    return _end_waiting(
        actions,
        action_id,
        Act.WITHDRAW_ACTION,
        WaitingEnd.WITHDRAWN,
        lambda: actions.store.withdraw_action(action_id, actions.acting.person.colleague, actions.now()),
    )


def settle_lapsed(actions: Actions) -> None:
    """Writes down what has lapsed: in the action's record, and in the audit trail. Raises StoreError.

    Nothing depends on when that is done: what has lapsed is shown as not sent and cannot be confirmed before, too.
    """
    for record in in_full(actions.store).settle_lapsed():
        actions.acting.end_for_nobody(ACT_OF_KIND[record.kind], record.client_account_id, WaitingEnd.LAPSED)


def _end_waiting(
    actions: Actions, action_id: str, act: Act, ended_as: WaitingEnd, end: Callable[[], ActionRecord | Blocker]
) -> Receipt:
    actions.acting.require(act)
    record = _find(actions, action_id)
    actions.acting.require(ACT_OF_KIND[record.kind])
    about = with_customer(record.client_account_id, action_id)
    with actions.acting.doing(act, about):
        ended = end()
    is_blocked = isinstance(ended, Blocker)
    actions.acting.end(act, about, BLOCKED if is_blocked else ended_as)
    return Receipt(None, ended) if isinstance(ended, Blocker) else Receipt(ended)


def _find(actions: Actions, action_id: str) -> ActionRecord:
    record = actions.store.find_action(action_id)
    if record is None or record.waiting is None:
        raise InputError("There is no action with this id that waits for a second person.")
    return record


def _work_of(actions: Actions, record: ActionRecord) -> Work:
    """How the action is carried out, as its first person has confirmed it."""
    plan = Plan(
        record.kind,
        record.client_account_id,
        record.confirm_key,
        slot=record.slot,
        what=record.what,
        reason=record.reason,
        changed_fields=record.changed_fields,
    )
    if record.kind is ActionKind.REQUEST_LINK:
        return link_work(actions, plan, is_confirmed_before=True)
    return kyb_work(actions, plan, is_confirmed_before=True)
