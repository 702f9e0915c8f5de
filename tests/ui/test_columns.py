"""Columns as tables show them."""

from datetime import UTC, date, datetime

import pyarrow as pa

from workbench.ui.tables.columns import calendar_day


def test_the_date_on_a_document_is_the_same_in_every_time_zone() -> None:
    midnights = [datetime(2034, 1, 11, tzinfo=UTC).replace(tzinfo=None), None]
    shown = calendar_day("Expires").arrange(pa.chunked_array([pa.array(midnights, pa.timestamp("us"))]))
    assert shown.to_pylist() == [date(2034, 1, 11), None]
    assert calendar_day("Expires").configure()["type_config"]["type"] == "date"
