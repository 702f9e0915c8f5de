"""The numbers of the page Funnel as files."""

from workbench.ui.funnel.answers import FunnelFilters
from workbench.ui.live.cached_queries import read
from workbench.ui.tables.provenance import offer_answer


def offer_steps(filters: FunnelFilters) -> None:
    offer_answer(read("funnel/steps", **filters.params), "funnel-steps", "funnel-steps")


def offer_times(filters: FunnelFilters) -> None:
    offer_answer(read("funnel/times", **filters.entry_params), "funnel-times", "funnel-times")


def offer_branch(filters: FunnelFilters) -> None:
    offer_answer(read("funnel/verification_branch", **filters.entry_params), "funnel-verification", "funnel-branch")


def offer_stopped(filters: FunnelFilters) -> None:
    offer_answer(read("funnel/stopped", **filters.entry_params), "funnel-stopped", "funnel-stopped")
