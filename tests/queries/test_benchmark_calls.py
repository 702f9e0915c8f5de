"""The benchmark asks every query of the catalogue, with parameters that it takes."""

from benchmarks.queries import query_calls
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue


def test_the_benchmark_asks_every_query(empty: Store) -> None:
    calls = list(query_calls("E03-1000"))
    assert {call.name for call in calls} == set(catalogue())
    for call in calls:
        assert empty.read(call.name, **call.parameters).num_columns > 0
