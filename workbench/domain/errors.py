"""Every error a person can see, as one tree.

    WorkbenchError                  message, title and next step, written for the person who will read them
    ├── SettingsError               a setting is missing, half-set, malformed or unknown
    ├── InputError                  a file or value given by a person cannot be used
    ├── BusyError                   another run or process is doing this already
    ├── StoreError                  the database cannot be opened or written
    │   └── HarmedFileError         a file of the database is damaged or gone, and no one else's
    └── BakktError                  a request to Bakkt failed                 (workbench.bakkt.errors)
        ├── BakktUnreachable        no usable answer after all attempts
        │   └── BakktTimedOut       no whole answer within the time limit
        ├── BakktDenied             401 or 403: the key or the address is not accepted
        ├── BakktRefused            Bakkt refused the request, with its words by field
        │   └── BakktNotFound       404
        └── BakktUnreadable         an answer that does not follow the contract

Errors are raised with their three texts where the cause is known, wrapped at the boundary with ``from``, and shown
in one place. None of the three texts ever holds a key, a link, a body or anything personal.
"""


class WorkbenchError(Exception):
    """Something went wrong that a person can understand and act on."""

    default_title = "Something went wrong"
    default_next_step = ""

    def __init__(self, message: str, *, title: str | None = None, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.title = title or self.default_title
        self.next_step = self.default_next_step if next_step is None else next_step


class SettingsError(WorkbenchError):
    """A setting is missing, half-set, malformed or unknown."""

    default_title = "A setting is wrong"
    default_next_step = "Correct it in the environment or in .streamlit/secrets.toml, then start again."


class InputError(WorkbenchError):
    """A file or value given by a person cannot be used; nothing was changed."""

    default_title = "Wrong input"


class BusyError(WorkbenchError):
    """Another run or process is doing this already."""

    default_title = "Already running"


class StoreError(WorkbenchError):
    """The database cannot be opened or written; nothing in it was overwritten."""

    default_title = "The database cannot be used"


class ComingForwardError(StoreError):
    """The database is not open yet: its tables of an earlier version are being brought forward."""


class HarmedFileError(StoreError):
    """A file of the database is damaged or gone; it may be set aside, unlike one that is locked or newer."""

    default_title = "The database is damaged"
