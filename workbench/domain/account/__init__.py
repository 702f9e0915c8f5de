"""Opening an account (GUIDE.md, "Opening an account"): the form, the rules for each field, and the resulting body."""

from workbench.domain.account.body import FieldIssue, body_of, errors_of, issues_of, owners_abroad, summary_of
from workbench.domain.account.checks import CheckedAnswer, check
from workbench.domain.account.doubts import Doubt
from workbench.domain.account.form import (
    MAX_OWNERS,
    Field,
    FieldAnswer,
    Form,
    Group,
    Kind,
    Need,
    Step,
    fields_of,
    steps_of,
)
from workbench.domain.account.refusals import PlacedRefusals, place_refusals

__all__ = [
    "MAX_OWNERS",
    "CheckedAnswer",
    "Doubt",
    "Field",
    "FieldAnswer",
    "FieldIssue",
    "Form",
    "Group",
    "Kind",
    "Need",
    "PlacedRefusals",
    "Step",
    "body_of",
    "check",
    "errors_of",
    "fields_of",
    "issues_of",
    "owners_abroad",
    "place_refusals",
    "steps_of",
    "summary_of",
]
