"""The middleware of the server, from the network inwards."""

from collections.abc import Collection
from pathlib import Path

from starlette.middleware import Middleware

from workbench.web.announced_scripts import AnnouncedScripts
from workbench.web.answer_headers import AnswerHeaders
from workbench.web.door import Door
from workbench.web.hashed_files import HashedFiles
from workbench.web.head_limits import HeadLimits
from workbench.web.local_only import LocalOnly
from workbench.web.own_names import OwnNames
from workbench.web.sign_in_answers import SignInAnswers
from workbench.web.unread_bodies import UnreadBodies
from workbench.web.upload_allowance import Allowance, UploadAllowance


def web_middleware(
    own_names: OwnNames,
    open_paths: Collection[str],
    allowance: Allowance,
    pages: Collection[str],
    static_folder: Path,
    *,
    is_local_only: bool,
) -> list[Middleware]:
    """``pages``: their names; ``static_folder``: where Streamlit has its own files."""
    local_only = [Middleware(LocalOnly, open_paths=open_paths)] if is_local_only else []
    return [
        Middleware(UnreadBodies),
        Middleware(AnswerHeaders),
        Middleware(HeadLimits),
        *local_only,
        Middleware(Door, own_names=own_names, open_paths=open_paths),
        Middleware(SignInAnswers, pages=pages),
        Middleware(UploadAllowance, allowance=allowance),
        Middleware(HashedFiles, folder=static_folder),
        Middleware(AnnouncedScripts, folder=static_folder, pages=pages),
    ]
