"""Desks with the two-person rule, and the people at them."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.kyb_harness import KybHarness
from tests.support.link_harness import LinkHarness
from tests.support.people import person
from tests.support.trails import Notebook
from workbench.access.acting import Acting, Person
from workbench.access.policy import Role
from workbench.actions import Actions, Receipt
from workbench.actions.request_link import request_link
from workbench.actions.trigger_kyb import trigger_kyb
from workbench.store import ActionRecord, Store

ANN, BO, CY = person("Ann", Role.AGENT), person("Bo", Role.LEAD), person("Cy", Role.AGENT)


@dataclass
class TwoPeople:
    """The actions of a harness with the rule, for anybody; what they do is in the notebook."""

    harness: LinkHarness | KybHarness
    notebook: Notebook = field(default_factory=Notebook)

    def __post_init__(self) -> None:
        self._actions = self.with_rule(is_on=True)

    def with_rule(self, *, is_on: bool) -> Actions:
        return Actions(self.store, self.harness.connect, Acting(ANN, self.notebook), two_person_rule=is_on)

    @property
    def store(self) -> Store:
        return self.harness.store

    def of(self, who: Person) -> Actions:
        return self._actions.acted_by(Acting(who, self.notebook))

    def ask_link(self, name: str, who: Person = ANN, **choice: Any) -> Receipt:
        asked = {"confirm_key": f"review of {who.name}", "reason": "She is on the phone", **choice}
        return request_link(self.of(who), name, **asked)

    def ask_kyb(self, name: str, who: Person = ANN, reason: str = "Bakkt wants it now") -> Receipt:
        return trigger_kyb(self.of(who), name, confirm_key=f"review of {who.name}", reason=reason)

    def record(self, receipt: Receipt) -> ActionRecord:
        """The action as it is now."""
        assert receipt.record is not None
        record = self.store.find_action(receipt.record.action_id)
        assert record is not None
        return record
