"""What people ran on the tab SQL of Explore, and the questions that they saved."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import duckdb

from workbench.domain.moments import naive

KEPT_PER_AUTHOR = 200


@dataclass(frozen=True, slots=True)
class StatementRun:
    """One run of a statement; ``row_count`` is None if it gave no rows, because it was refused or stopped."""

    author: str
    statement: str
    ran_at: datetime
    seconds: float
    outcome: str
    row_count: int | None = None


def land_statement_run(cursor: duckdb.DuckDBPyConnection, run: StatementRun) -> None:
    """Saves the run; of each author the newest are kept."""
    cursor.execute(
        "insert into statement_runs values ($run_id, $author, $statement, $ran_at, $seconds, $row_count, $outcome)",
        {
            "run_id": uuid4().hex,
            "author": run.author,
            "statement": run.statement,
            "ran_at": naive(run.ran_at),
            "seconds": run.seconds,
            "row_count": run.row_count,
            "outcome": run.outcome,
        },
    )
    cursor.execute(
        "delete from statement_runs where author = $author and run_id not in "
        "(select run_id from statement_runs where author = $author order by ran_at desc, run_id limit $kept)",
        {"author": run.author, "kept": KEPT_PER_AUTHOR},
    )


def save_question(
    cursor: duckdb.DuckDBPyConnection, author: str, question: str, statement: str, saved_at: datetime
) -> None:
    """Saves a question under a name; one that the author saved under it before is replaced."""
    remove_question(cursor, author, question)
    cursor.execute(
        "insert into saved_questions values ($author, $question, $statement, $saved_at)",
        {"author": author, "question": question, "statement": statement, "saved_at": naive(saved_at)},
    )


def remove_question(cursor: duckdb.DuckDBPyConnection, author: str, question: str) -> None:
    cursor.execute(
        "delete from saved_questions where author = $author and question = $question",
        {"author": author, "question": question},
    )
