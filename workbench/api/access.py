"""The tokens of this process: those of the settings, and one for the command line of this machine's user."""

import logging
from pathlib import Path

from workbench.client.server_file import ServerAddress, remove_address, write_address
from workbench.settings import Settings
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_local_token, parse_tokens

log = logging.getLogger(__name__)


class LocalAccess:
    """The doorkeeper, and the file with which this machine's command line finds this server."""

    def __init__(self, database: Path, listed: tuple[Token, ...] = ()) -> None:
        self._database = database
        self._secret, local = new_local_token("this machine", Scope)
        self.doorkeeper = Doorkeeper([local, *listed])

    @classmethod
    def of(cls, settings: Settings) -> "LocalAccess":
        listed = settings.workbench_api_tokens
        return cls(settings.workbench_database, parse_tokens(listed.get_secret_value()) if listed else ())

    def announce(self, url: str) -> None:
        """Writes the file. A workbench that cannot write it runs all the same."""
        try:
            write_address(self._database, ServerAddress(url, self._secret))
        except OSError as error:
            log.warning("the file for the command line could not be written (%s)", type(error).__name__)

    def withdraw(self) -> None:
        remove_address(self._database, self._secret)
