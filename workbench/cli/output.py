"""Command output: progress on standard error, sentences and rows on standard output."""

import codecs
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from workbench.access.masked_tables import masked_table
from workbench.domain.errors import InputError
from workbench.events import ReplayReport
from workbench.json_rows import json_rows, json_value
from workbench.store.published.publishing import Published
from workbench.sync import SyncProgress

if TYPE_CHECKING:
    from workbench.exports import About


def replay_sentence(report: ReplayReport) -> str:
    return (
        f"{report.counted:,} events counted, {report.repeated:,} repeats, {report.set_aside:,} set aside, "
        f"{len(report.unreadable):,} unreadable lines."
    )


def sync_sentence(progress: SyncProgress) -> str:
    sentence = (
        f"{progress.accounts_read:,} of {progress.accounts_due:,} accounts read, "
        f"{progress.accounts_changed:,} changed, {progress.accounts_failed:,} failed, "
        f"{progress.requests:,} requests in {progress.seconds:,.1f} s."
    )
    if progress.documents_failed:
        sentence += f" {progress.documents_failed:,} document dates could not be read."
    if progress.stopped_because:
        return f"{sentence} Stopped: {progress.stopped_because.rstrip('.')}. What was not read stays due."
    return sentence


def published_sentence(published: Published) -> str:
    return (
        f"{published.accounts:,} accounts published to {published.folder}, as of {published.as_of:%Y-%m-%d %H:%M} UTC "
        f"({published.size_bytes / 1_000_000:,.1f} MB)."
    )


@contextmanager
def progress_bar() -> Iterator[Callable[[SyncProgress], None]]:
    """A progress bar with rate and time left; silent if standard error is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading accounts", total=None)

        def watch(progress: SyncProgress) -> None:
            words = f"{progress.accounts_per_second:,.0f} accounts/s, {progress.accounts_failed:,} failed"
            bar.update(task, total=progress.accounts_due, completed=progress.accounts_done, description=words)

        yield watch


def write_rows(rows: pa.Table, form: str, file: Path | None = None, about: "About | None" = None) -> None:
    """Writes all rows to the file or standard output and nothing else, masked as on the pages in every format.

    ``about`` goes into a Parquet file's metadata.
    Raises InputError if the file cannot be written.
    """
    rows = masked_table(rows)
    if file is None and form == "table":
        _print_table(rows, Console())
        return
    content = _bytes_of(rows, form, about)
    if file is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({type(error).__name__}).") from error


def _bytes_of(rows: pa.Table, form: str, about: "About | None") -> bytes:
    if form == "json":
        return f"{json.dumps(json_rows(rows), ensure_ascii=False, indent=1)}\n".encode()
    if form == "csv":
        from workbench.exports import csv_bytes  # loads the spreadsheet library, which other formats do not need

        return csv_bytes(rows).removeprefix(codecs.BOM_UTF8)
    if form == "parquet":
        from workbench.exports import parquet_bytes

        return parquet_bytes(rows, about)
    sink = io.BytesIO()
    if form == "arrow":
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(rows)
    else:
        text = io.StringIO()
        _print_table(rows, Console(file=text))
        return text.getvalue().encode()
    return sink.getvalue()


def _print_table(rows: pa.Table, console: Console) -> None:
    """Prints a table with columns as wide as their widest cell, never truncated to the terminal."""
    table = Table(*rows.column_names, box=None, pad_edge=False)
    for row in rows.to_pylist():
        table.add_row(*(Text(_cell_text(value), no_wrap=True) for value in row.values()))
    natural = console.measure(table, options=console.options.update(max_width=100_000)).maximum
    Console(file=console.file, width=max(natural, 1), highlight=False).print(table)


def _cell_text(value: object) -> str:
    plain = json_value(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return f"{plain:,.3f}" if isinstance(plain, float) else str(plain)
