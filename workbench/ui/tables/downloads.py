"""Tables as files: made when they are asked for, safe to open in a spreadsheet, and with what they are."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from workbench import exports
from workbench.access.policy import Act
from workbench.store.engine.catalogue import catalogue
from workbench.ui.html.labels import label, literal
from workbench.ui.live.cached_queries import Param, QueryResult
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.current_person import for_same_person
from workbench.ui.live.permission import may

_OF_A_PAGE = frozenset({"limit", "offset"})


def about_of(result: QueryResult, params: Mapping[str, Param] | None = None) -> exports.About | None:
    """What the rows of a query are, whichever of them a page shows; None if it is none of the catalogue."""
    query = catalogue().get(result.name)
    if query is None:
        return None
    asked = query.in_effect(result.params if params is None else params)
    filters = {name: value for name, value in asked.items() if name not in _OF_A_PAGE}
    sentence = f"{query.sentence} {result.arranged}".rstrip()
    return exports.About(query.name, sentence, result.read_at, filters)


def offer_files(
    read: Callable[[], exports.Rows], file_name: str, key: str, about: exports.About | None = None, *, of: str = ""
) -> None:
    """Offer the rows as CSV, xlsx and Parquet; ``read`` is called only at the download.

    The description is stored inside Excel and Parquet files; for CSV it is a separate text file.
    ``of`` says which rows, if not all. Nothing for whoever may not export; a file that is made is written down before.
    """
    if not may(Act.EXPORT):
        return

    def rows() -> exports.Rows:
        current_desk().acting.begin(Act.EXPORT, about.query if about else file_name)
        return read()

    written = {
        "CSV": (lambda: exports.csv_bytes(rows()), "csv", exports.CSV_TYPE),
        "Excel": (lambda: exports.xlsx_bytes(rows(), about), "xlsx", exports.XLSX_TYPE),
        "Parquet": (lambda: exports.parquet_bytes(rows(), about), "parquet", exports.PARQUET_TYPE),
    }
    for words, (make, ending, media_type) in written.items():
        _offer(words, make, f"{file_name}.{ending}", media_type, f"wb-{words.lower()}-{key}", of=of)
    if about is not None:
        write = partial(exports.about_bytes, about)
        _offer("About", write, f"{file_name}-about.txt", exports.TEXT_TYPE, f"wb-about-{key}")


def _offer(words: str, make: Callable[[], bytes], file_name: str, media_type: str, key: str, *, of: str = "") -> None:
    st.download_button(
        label("{} {}", words, of) if of else literal(words),
        data=for_same_person(make),
        file_name=file_name,
        mime=media_type,
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
