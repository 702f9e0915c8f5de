"""Tables as files: made when they are asked for, safe to open in a spreadsheet."""

from collections.abc import Callable

import streamlit as st

from workbench import exports


def offer_files(read: Callable[[], exports.Rows], file_name: str, key: str) -> None:
    """Offer the rows as CSV and xlsx; ``read`` is called only at the download."""
    st.download_button(
        "CSV",
        data=lambda: exports.csv_bytes(read()),
        file_name=f"{file_name}.csv",
        mime=exports.CSV_TYPE,
        key=f"wb-csv-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
    st.download_button(
        "Excel",
        data=lambda: exports.xlsx_bytes(read()),
        file_name=f"{file_name}.xlsx",
        mime=exports.XLSX_TYPE,
        key=f"wb-excel-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
