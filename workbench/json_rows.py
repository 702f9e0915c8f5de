"""Rows of a query as JSON: times with a Z, decimals as numbers, and null for what JSON has no number for."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa


def json_rows(rows: pa.Table) -> list[dict[str, Any]]:
    return [{name: json_value(value) for name, value in row.items()} for row in rows.to_pylist()]


def json_value(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [json_value(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value
