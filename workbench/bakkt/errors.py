"""The errors of the Bakkt client. The whole tree is shown in ``workbench.domain.errors``."""

from dataclasses import dataclass

from workbench.domain.errors import WorkbenchError


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """One field that Bakkt refused: its path as Bakkt writes it, and Bakkt's words (never the rejected value)."""

    field: str
    message: str


class BakktError(WorkbenchError):
    """A request to Bakkt failed.

    ``status`` is the HTTP status, if there was an answer; ``was_sent`` says whether the request may have reached
    Bakkt (a write whose answer was lost is then unknown, not failed). None of these errors is chained to the
    HTTP library's error that caused it, which carries the request with its key and body, or the answer's body.

    ``bakkt_words`` are Bakkt's own about the whole request. They may quote customer data: they are for the person who
    made the request, and never part of ``message``, ``str`` or ``repr``.
    """

    default_title = "Bakkt did not answer as expected"

    def __init__(
        self,
        message: str,
        *,
        title: str | None = None,
        next_step: str | None = None,
        status: int | None = None,
        was_sent: bool = True,
        bakkt_words: str = "",
    ) -> None:
        super().__init__(message, title=title, next_step=next_step)
        self.status = status
        self.was_sent = was_sent
        self.bakkt_words = bakkt_words


class BakktUnreachable(BakktError):
    """No usable answer after all attempts: no connection, timeout, 408, 429 or 5xx.

    ``retry_after_seconds`` is how long Bakkt asked us to wait, if it did.
    """

    default_title = "Bakkt cannot be reached"
    default_next_step = "Stored data is kept and still shown. Try again later."

    def __init__(
        self,
        message: str,
        *,
        title: str | None = None,
        next_step: str | None = None,
        status: int | None = None,
        was_sent: bool = True,
        retry_after_seconds: float | None = None,
        bakkt_words: str = "",
    ) -> None:
        super().__init__(
            message, title=title, next_step=next_step, status=status, was_sent=was_sent, bakkt_words=bakkt_words
        )
        self.retry_after_seconds = retry_after_seconds


class BakktTimedOut(BakktUnreachable):
    """No whole answer within the time limit."""


class BakktDenied(BakktError):
    """401 or 403: the key is not accepted, or this machine's IP address is not on Bakkt's allow-list."""

    default_title = "Bakkt denied access"
    default_next_step = "Check BAKKT_API_KEY; a 403 may also mean that this machine's IP address is not allow-listed."


class BakktRefused(BakktError):
    """Bakkt refused the request. ``fields`` has its words by field, which may quote customer data too.

    ``codes`` are the types of the refusal and of its details.
    """

    default_title = "Bakkt refused"

    def __init__(
        self,
        message: str,
        *,
        title: str | None = None,
        next_step: str | None = None,
        status: int | None = None,
        fields: tuple[FieldRefusal, ...] = (),
        codes: tuple[str, ...] = (),
        bakkt_words: str = "",
    ) -> None:
        super().__init__(message, title=title, next_step=next_step, status=status, bakkt_words=bakkt_words)
        self.fields = fields
        self.codes = codes


class BakktNotFound(BakktRefused):
    """404: Bakkt does not know this id."""

    default_title = "Bakkt does not know this id"


class BakktUnreadable(BakktError):
    """An answer that does not follow the contract; it is kept out of the database."""

    default_title = "Bakkt's answer cannot be read"
