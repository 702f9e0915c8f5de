"""Tells the API of this process when a page runs."""

from functools import cache

from workbench.people_first import PeopleFirst


@cache
def people_first() -> PeopleFirst:
    return PeopleFirst()
