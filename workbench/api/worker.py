"""The thread that reads and writes the API's answers, one piece after the other, between the runs of pages."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from workbench.people_first import PeopleFirst

_T = TypeVar("_T")


class Worker:
    def __init__(self, people: PeopleFirst) -> None:
        self._people = people
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="api")

    async def do(self, piece: Callable[[], _T]) -> _T:
        """Does a piece of work when its turn comes and pages leave time for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_turn, piece)

    def _in_turn(self, piece: Callable[[], _T]) -> _T:
        with self._people.piece_of_work():
            return piece()
