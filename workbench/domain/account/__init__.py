"""Opening an account (GUIDE.md, "Opening an account"): the form, the rules for each field, and the resulting body."""

from workbench.domain.account.body import Finding, body_of, findings_of, owners_abroad, problems_of, summary_of
from workbench.domain.account.checks import RULES, Checked, check
from workbench.domain.account.form import MOST_OWNERS, Answer, Field, Form, Group, Kind, Need, Step, fields_of, steps_of
from workbench.domain.account.refusals import Placed, place_refusals

__all__ = [
    "MOST_OWNERS",
    "RULES",
    "Answer",
    "Checked",
    "Field",
    "Finding",
    "Form",
    "Group",
    "Kind",
    "Need",
    "Placed",
    "Step",
    "body_of",
    "check",
    "fields_of",
    "findings_of",
    "owners_abroad",
    "place_refusals",
    "problems_of",
    "steps_of",
    "summary_of",
]
