"""The rows that a store derives from its facts: all of them, derived again, or emptied for the next example."""

from collections.abc import Sequence

from tests.support.facts import LandedEvent
from tests.support.tables import select
from workbench.domain.facts import KybStart
from workbench.store import AccountReading, Store
from workbench.store.derived.derivation import derive

Start = tuple[str, KybStart]
Fact = AccountReading | LandedEvent | Start


HASHES = ("owners_hash", "documents_hash", "missing_fields_hash", "requirements_hash")


TABLES = ("journey", "links", "owners", "documents", "missing_fields", "requirements", "account_reads")


FACTS = ("readings", "events", "kyb_starts", "kyb_rulings", "registry")


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    accounts = f"select * exclude ({', '.join(HASHES)}) from accounts order by all"  # noqa: S608
    return {
        **{name: select(store, f"from {name} order by all") for name in TABLES},
        "accounts": select(store, accounts),
    }


def derive_everything(store: Store) -> None:
    with store.database.writer() as cursor:
        accounts = cursor.execute("select client_account_id from accounts").fetchall()
        derive(cursor, [client_account_id for (client_account_id,) in accounts])


def land(store: Store, batch: Sequence[Fact]) -> None:
    store.land_readings([fact for fact in batch if isinstance(fact, AccountReading)])
    others = [fact for fact in batch if not isinstance(fact, AccountReading)]
    store.land_events([fact for fact in others if len(fact) == 3])
    store.land_kyb_starts([fact for fact in others if len(fact) == 2], "ann")


def empty(store: Store) -> None:
    with store.database.writer() as cursor:
        for table in (*TABLES, *FACTS, "accounts"):
            cursor.execute(f"delete from {table}")  # noqa: S608
