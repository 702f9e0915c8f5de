"""Small databases of invented customers with every kind of fact, as earlier versions of the workbench left them."""

import gzip
from pathlib import Path

FOLDER = Path(__file__).parent


def earlier_database(name: str, path: Path) -> Path:
    """Put the database of that name at the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.decompress((FOLDER / f"{name}.duckdb.gz").read_bytes()))
    return path
