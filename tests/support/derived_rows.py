"""The rows that a store derives from its facts: all of them, derived again, or emptied for the next example."""

from collections.abc import Sequence

from tests.support.facts import LandedEvent
from tests.support.tables import select
from workbench.domain.facts import KybStart
from workbench.store import AccountReading, Store
from workbench.store.derived.states import derive

Start = tuple[str, KybStart]
Fact = AccountReading | LandedEvent | Start


TABLES = ("journey", "links", "documents")


WRONG_KEYS = """
select client_account_id from accounts where account_key is null
union all
select any_value(client_account_id) from accounts group by account_key having count(*) > 1
union all
select journey.client_account_id from journey left join accounts using (client_account_id)
where journey.account_key is distinct from accounts.account_key
"""
"""Accounts that have no key of their own, or whose journey has another."""


FACTS = ("readings", "events", "kyb_starts", "kyb_ends", "kyb_rulings", "actions", "registry")


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {name: select(store, f"from {name} order by all") for name in (*TABLES, "accounts")}


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
