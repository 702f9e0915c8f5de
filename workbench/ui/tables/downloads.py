"""Tables as files: made when they are asked for, safe to open in a spreadsheet."""

from collections.abc import Callable

import streamlit as st

from workbench import exports
from workbench.ui.html.labels import label


def offer_files(read: Callable[[], exports.Rows], file_name: str, key: str, *, of: str = "") -> None:
    """Offer the rows as CSV and xlsx; ``read`` is called only at the download. ``of`` says which rows, if not all."""
    st.download_button(
        label("CSV {}", of) if of else "CSV",
        data=lambda: exports.csv_bytes(read()),
        file_name=f"{file_name}.csv",
        mime=exports.CSV_TYPE,
        key=f"wb-csv-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
    st.download_button(
        label("Excel {}", of) if of else "Excel",
        data=lambda: exports.xlsx_bytes(read()),
        file_name=f"{file_name}.xlsx",
        mime=exports.XLSX_TYPE,
        key=f"wb-excel-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
