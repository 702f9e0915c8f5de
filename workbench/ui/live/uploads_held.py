"""The uploaded files that Streamlit holds for each session, and how much a session may hold."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileManager

MEBIBYTE = 1_048_576
UPLOADS_PER_SESSION = 4
"""How many uploads of the largest size a session may hold."""


@dataclass(frozen=True, slots=True)
class FilesHeld:
    manager: MemoryUploadedFileManager

    def file_ids(self, session_id: str) -> list[str]:
        return list(self.manager.file_storage.get(session_id, {}))

    def size(self, session_id: str) -> int:
        """In bytes."""
        return sum(len(file.data) for file in list(self.manager.file_storage.get(session_id, {}).values()))

    def remove_file(self, session_id: str, file_id: str) -> None:
        self.manager.remove_file(session_id, file_id)


def files_of(manager: UploadedFileManager) -> FilesHeld:
    if not isinstance(manager, MemoryUploadedFileManager):
        raise TypeError(f"Streamlit holds uploads in {type(manager).__name__} now")
    return FilesHeld(manager)


def bytes_held(session_id: str) -> int:
    return files_of(get_instance().uploaded_file_mgr).size(session_id)


def bytes_per_session() -> int:
    return UPLOADS_PER_SESSION * int(st.get_option("server.maxUploadSize")) * MEBIBYTE
