"""Desks with the two-person rule, and the people at them."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.support.kyb_harness import KybHarness
from tests.support.link_harness import LinkHarness
from tests.support.people import person
from tests.support.trails import Notebook
from workbench.access.acting import Acting, Person
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Role
from workbench.actions import Actions, Receipt
from workbench.actions.request_link import request_link
from workbench.actions.trigger_kyb import trigger_kyb
from workbench.store import ActionRecord, Store

ANN, BO, CY = person("Ann", Role.AGENT), person("Bo", Role.LEAD), person("Cy", Role.AGENT)

_REVIEWS = itertools.count()


@dataclass
class TwoPeople:
    """The actions of a harness with the rule, for anybody. What they do is in the notebook, or kept in the trail."""

    harness: LinkHarness | KybHarness
    is_kept: bool = False
    notebook: Notebook = field(default_factory=Notebook)

    def __post_init__(self) -> None:
        self._trail = KeptAuditTrail(self.store.audit) if self.is_kept else self.notebook
        self._actions = self.with_rule(is_on=True)

    def with_rule(self, *, is_on: bool) -> Actions:
        return Actions(self.store, self.harness.connect, Acting(ANN, self._trail), two_person_rule=is_on)

    @property
    def store(self) -> Store:
        return self.harness.store

    def of(self, who: Person) -> Actions:
        return self._actions.acted_by(Acting(who, self._trail))

    def ask_link(self, name: str, who: Person = ANN, **choice: Any) -> Receipt:
        asked = {"confirm_key": f"review of {who.name}", "reason": "She is on the phone", **choice}
        return request_link(self.of(who), name, **asked)

    def ask_kyb(self, name: str, who: Person = ANN, reason: str = "Bakkt wants it now") -> Receipt:
        return trigger_kyb(self.of(who), name, confirm_key=f"review {next(_REVIEWS)}", reason=reason)

    def record(self, receipt: Receipt) -> ActionRecord:
        """The action as it is now."""
        assert receipt.record is not None
        record = self.store.find_action(receipt.record.action_id)
        assert record is not None
        return record
