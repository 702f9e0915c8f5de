"""One row of the audit trail: who did what, when, about what, and how that turned out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row as it is stored; ``happened_at`` is naive UTC, and the same for all rows of one commit.

    ``about`` is an id or a name of ours. ``row_seal`` is of the row alone, ``seal`` also of its number and the seal
    before it. ``position`` is where the row stands in the table: rows are only added, so it grows with the number.
    """

    number: int
    happened_at: datetime
    subject: str
    person: str
    role: str
    act: str
    about: str
    outcome: str
    row_seal: str = ""
    seal: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last row as the file beside the database names it; ``proof`` shows that the holder of the key wrote it."""

    number: int
    seal: str
    proof: str
