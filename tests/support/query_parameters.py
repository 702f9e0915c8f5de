"""Parameters with which every query of the catalogue can be asked."""

from workbench.store.engine.catalogue import Query

GIVEN: dict[str, object] = {
    "term": "bo",
    "author": "Ann",
    "hours": 24,
    "view": "late",
    "path": "entity",
    "step": "screened",
    "measure": "stuck",
    "client_account_id": "E03-1000",
    "client_account_ids": '["E03-1000"]',
}
"""A value for each parameter without a default, by name."""


def parameters_of(query: Query) -> dict[str, object]:
    return {name: GIVEN[name] for name, default in query.defaults.items() if default is None}
