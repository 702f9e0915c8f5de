"""The different words of all names, in which a term with a typing mistake finds the word that was meant.

A word stays when the last name with it is gone: it then finds nothing.
"""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from workbench.domain.account.search_text import name_words
from workbench.store.engine.staging import staged


def land_name_words(cursor: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> None:
    """Adds the words of the names in these search texts that are new."""
    words = sorted({word for text in texts for word in name_words(text)})
    if not words:
        return
    with staged(cursor, incoming=pa.table({"word": pa.array(words, pa.string())})):
        cursor.execute("insert into name_words select word from incoming anti join name_words using (word)")
