"""What an import did or would do, in the sentences of the command line."""

from workbench.registry.importing import ImportReport
from workbench.registry.understanding import Understanding


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
