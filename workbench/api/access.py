"""The tokens of this process: those that an admin made, and one for the command line of this machine's user."""

import logging
from collections.abc import Iterable
from pathlib import Path

from workbench.client.server_file import ServerAddress, remove_address, write_address
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

log = logging.getLogger(__name__)


class LocalAccess:
    """The token of this machine's command line, and the file with which that finds this server."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._secret, self._token = new_token("this machine", Scope, is_local=True)

    def doorkeeper(self, made: Iterable[Token] = ()) -> Doorkeeper:
        """Who lets in the command line, and those with a token that was ``made``."""
        return Doorkeeper([self._token, *made])

    def announce(self, url: str) -> None:
        """Writes the file. A workbench that cannot write it runs all the same."""
        try:
            write_address(self._database, ServerAddress(url, self._secret))
        except OSError as error:
            log.warning("the file for the command line could not be written (%s)", type(error).__name__)

    def withdraw(self) -> None:
        remove_address(self._database, self._secret)
