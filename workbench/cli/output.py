"""Command output: progress on standard error, sentences and rows on standard output."""

import codecs
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from workbench.access.masking import DOTS, masked_payload
from workbench.bakkt.lossless_json import NotJsonError, read_json, write_json
from workbench.events import ReplayReport
from workbench.registry.importing import ImportReport
from workbench.registry.understanding import Understanding
from workbench.sync import SyncProgress

_JSON_COLUMN = "_json"


def import_sentence(report: ImportReport) -> str:
    parts = f"{report.new:,} new, {report.known:,} known, {report.blank:,} blank, {report.duplicate:,} duplicates"
    kyb = f"; {report.kyb_starts:,} KYB triggers recorded" if report.kyb_starts else ""
    return f"{parts} ({_where(report.understood)}){kyb}. Import {report.import_id}."


def understood_sentence(understood: Understanding) -> str:
    """What an import would register, for a person to look at."""
    more = ", …" if len(understood.ids) > len(understood.first_ids) else ""
    return (
        f"{ids_in_words(len(understood.ids))} ({_where(understood)}): {', '.join(understood.first_ids)}{more}. "
        f"{understood.new:,} new, {understood.known:,} known, {understood.blank:,} blank, "
        f"{understood.duplicate:,} duplicates."
    )


def ids_in_words(count: int) -> str:
    return "1 id" if count == 1 else f"{count:,} ids"


def _where(understood: Understanding) -> str:
    sheet = f"sheet {understood.sheet}, " if understood.sheet else ""
    line = f", header in line {understood.header_line}" if (understood.header_line or 1) > 1 else ""
    return f"{sheet}column {understood.column}{line}" if understood.has_header else f"{sheet}no header"


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


def print_rows(rows: pa.Table, form: str) -> None:
    """Prints all rows on standard output and nothing else, with what the pages mask masked in every format."""
    rows = _masked(rows)
    if form == "json":
        json.dump([_plain_row(row) for row in rows.to_pylist()], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form == "csv":
        from workbench.exports import csv_bytes  # loads the spreadsheet library, which other formats do not need

        sys.stdout.buffer.write(csv_bytes(rows).removeprefix(codecs.BOM_UTF8))
    else:
        _print_table(rows)


def _masked(rows: pa.Table) -> pa.Table:
    for position, name in enumerate(rows.column_names):
        if pa.types.is_string(rows.schema.field(name).type):
            values = [_masked_text(name, text) for text in rows[name].to_pylist()]
            rows = rows.set_column(position, name, pa.array(values, pa.string()))
    return rows


def _masked_text(name: str, text: str | None) -> str | None:
    """A text column's value, masked as the field of that name; columns ending in ``_json`` hold Bakkt's answers."""
    if text is None or not name.endswith(_JSON_COLUMN):
        masked: str | None = masked_payload({name: text})[name]
        return masked
    try:
        return write_json(masked_payload(read_json(text.encode())[1])).decode()
    except NotJsonError:
        return DOTS


def _print_table(rows: pa.Table) -> None:
    """Prints a table with columns as wide as their widest cell, never truncated to the terminal."""
    table = Table(*rows.column_names, box=None, pad_edge=False)
    for row in rows.to_pylist():
        table.add_row(*(Text(_cell_text(value), no_wrap=True) for value in row.values()))
    console = Console()
    natural = console.measure(table, options=console.options.update(max_width=100_000)).maximum
    Console(width=max(natural, 1), highlight=False).print(table)


def _cell_text(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return f"{plain:,.3f}" if isinstance(plain, float) else str(plain)


def _plain_row(row: dict[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
