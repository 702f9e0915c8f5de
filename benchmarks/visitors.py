"""A user without a browser: speaks Streamlit's websocket protocol as the browser does."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Visit:
    """A page and what changes between two reruns: the value of a widget, or the address if there is no widget.

    ``widget`` is the key in the page's script of one whose value is a text.
    """

    page: str
    path: str
    widget: str = ""
    choices: Sequence[str] = ("",)
    query: str = ""


@dataclass(frozen=True, slots=True)
class Rerun:
    """Time from sending the changed filter to ``script_finished``, with the bytes and elements received meanwhile."""

    milliseconds: float
    bytes_received: int
    elements: int
    cpu_milliseconds: float = 0.0


@dataclass(slots=True)
class Visitor:
    """One session on one page. Open it with ``async with``; there is no think time between changes."""

    url: str
    visit: Visit
    _connection: ClientConnection | None = None
    _page_hash: str = ""
    _widget_ids: dict[str, str] = field(default_factory=dict)
    _changes: int = 0
    first_milliseconds: float = 0.0
    """How long the page took when it was opened."""

    async def __aenter__(self) -> Self:
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self._connection = await connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        self.first_milliseconds = (await self._run(self._message(self.visit.query))).milliseconds
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._connection is not None
        await self._connection.close()

    async def change_filter(self) -> Rerun:
        """Choose the next value and wait for the rerun to finish."""
        self._changes += 1
        choice = self.visit.choices[self._changes % len(self.visit.choices)]
        message = self._message(self.visit.query if self.visit.widget else choice)
        if self.visit.widget:
            _set_value(message.rerun_script.widget_states.widgets.add(), self._id_of_widget(), choice)
        return await self._run(message)

    def _message(self, query: str) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.page_name = "" if self._page_hash else self.visit.path
        return message

    def _id_of_widget(self) -> str:
        return next(known for known in self._widget_ids if known.endswith(f"-{self.visit.widget}"))

    async def _run(self, message: BackMsg) -> Rerun:
        assert self._connection is not None
        began, received, elements = time.perf_counter(), 0, 0
        await self._connection.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                data = await self._connection.recv(decode=False)
                received += len(data)
                message = ForwardMsg.FromString(data)
                elements += self._note(message)
                if str(message.WhichOneof("type")) == "script_finished":
                    return Rerun(1000 * (time.perf_counter() - began), received, elements)

    def _note(self, message: ForwardMsg) -> bool:
        """Store page hash and widget ids; return whether the message is an element. Raise if the page has an error."""
        if message.WhichOneof("type") == "navigation":
            self._page_hash = message.navigation.page_script_hash
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return False
        kind = str(message.delta.new_element.WhichOneof("type"))
        if kind in {"exception", "alert"}:
            raise RuntimeError(f"{self.visit.page} showed an error: {getattr(message.delta.new_element, kind)}")
        widget_id = getattr(getattr(message.delta.new_element, kind), "id", "")
        if widget_id:
            self._widget_ids[widget_id] = kind
        return True


def _set_value(state: WidgetState, widget_id: str, choice: str) -> None:
    state.id = widget_id
    state.string_value = choice
