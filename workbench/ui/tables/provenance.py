"""Where a number is from: its definition, its query as it was asked, its rows as files, and how to ask it elsewhere."""

import keyword
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import htpy as h
import streamlit as st
from htpy import Element

from workbench import exports
from workbench.domain.text import one_line
from workbench.store.engine.catalogue import Query, catalogue
from workbench.ui.html.copying import CopyButton, show_copy_buttons
from workbench.ui.html.labels import Label, literal
from workbench.ui.html.markup import show_html
from workbench.ui.live.cached_queries import Param, QueryResult
from workbench.ui.tables.downloads import about_of, offer_files
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import clock

SOURCE = literal("Source")
"""What the control beside a number is called."""
SOURCE_AND_FILES = literal("Source and files")
"""What it is called below a list, where it has the files of the list's rows."""
_COPIES = (
    CopyButton("cell", "Copy notebook cell", "Copied. Paste it into a notebook."),
    CopyButton("sql", "Copy SQL", "Copied."),
    CopyButton("link", "Copy link to this view", "Copied."),
)


def offer_answer(result: QueryResult, file_name: str, key: str, params: Mapping[str, Param] | None = None) -> None:
    """Show where the rows of a query are from, and offer them as files; nothing if there are none.

    ``params`` are those of all rows, where the page reads a part of them.
    """
    if not result.table.num_rows:
        return
    with st.container(key=f"wb-foot-{key}", width="content"):
        offer_source(SOURCE, key, lambda: show_source_and_files(result, file_name, key, params))


def show_source_and_files(
    result: QueryResult, file_name: str, key: str, params: Mapping[str, Param] | None = None
) -> None:
    """Show where the rows of a query are from, with the rows as files below; ``params`` as in ``offer_answer``."""
    show_source(result, key, params)
    with st.container(horizontal=True, gap="small"):
        offer_files(lambda: result.table, file_name, key, about_of(result, params))


def offer_source(words: Label, key: str, show: Callable[[], None]) -> None:
    """Offer what ``show`` shows, which is made and sent only while it is open: few look, and every rerun would pay."""
    with st.popover(words, type="tertiary", key=f"wb-export-{key}", on_change="rerun") as source:
        if source.open:
            show()


def show_source(result: QueryResult, key: str, params: Mapping[str, Param] | None = None) -> None:
    """Show what the rows are, as of when, and their query with its parameters and SQL, to copy."""
    about = about_of(result, params)
    if about is not None:
        show_source_of(about, key)


def show_source_of(about: exports.About, key: str) -> None:
    """Show it as the rows' description has it."""
    query, asked = catalogue()[about.query], about.filters
    show_html(_definition(query, about))
    copies = {
        "cell": lambda: notebook_cell(query, asked),
        "sql": lambda: query.written_out(asked),
        "link": link_to_this_view,
    }
    show_copy_buttons(_COPIES, key=f"wb-source-{key}", give=lambda asks: copies[asks](), is_inline=True)


def _definition(query: Query, about: exports.About) -> Element:
    as_of = clock(about.as_of, reader_zone(), datetime.now(UTC))
    used = " · ".join(one_line(f"{name} {value}") for name, value in _given(query, about.filters).items())
    sql = h.pre(tabindex="0", role="region", aria_label="SQL of this query")[query.written_out(about.filters)]
    return h.div(".wb-source")[
        h.p[about.definition],
        h.p(".wb-note")[h.code[query.name], used and f" with {used}", f", as of {as_of}"],
        h.details[h.summary["SQL"], sql],
    ]


def notebook_cell(query: Query, asked: Mapping[str, object]) -> str:
    """Python that asks the same in a notebook."""
    topic, question = query.name.split("/")
    given = [f"{name}={_as_python(value)}" for name, value in _given(query, asked).items()]
    if keyword.iskeyword(question):
        call = f"desk.ask({', '.join([repr(query.name), *given])})"
    else:
        call = f"desk.{topic}.{question}({', '.join(given)})"
    return f"from workbench import open_desk\n\ndesk = open_desk()\n{call}.df"


def link_to_this_view() -> str:
    """The address of the page with all its codes."""
    codes = urlencode(st.query_params.to_dict())
    return f"{st.context.url or ''}{'?' if codes else ''}{codes}"


def _given(query: Query, asked: Mapping[str, object]) -> dict[str, object]:
    """The parameters that say something else than the query does without them."""
    return {
        name: value
        for name, value in asked.items()
        if value not in (None, "") and str(value) != query.defaults.get(name)
    }


def _as_python(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float) else repr(str(value))
