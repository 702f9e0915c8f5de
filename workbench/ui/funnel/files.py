"""The numbers of the page Funnel as files."""

from workbench.ui.funnel.answers import FunnelAnswers
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.downloads import offer_answer


def offer_steps(answers: FunnelAnswers) -> None:
    offer_answer(answers.steps, "funnel-steps", "funnel-steps")


def offer_times(answers: FunnelAnswers) -> None:
    offer_answer(answers.curves, "funnel-times", "funnel-times")


def offer_breakdown(breakdown: QueryResult) -> None:
    offer_answer(breakdown, "funnel-breakdown", "funnel-breakdown")


def offer_branch(answers: FunnelAnswers) -> None:
    offer_answer(answers.branch, "funnel-verification", "funnel-branch")


def offer_stopped(answers: FunnelAnswers) -> None:
    offer_answer(answers.stopped, "funnel-stopped", "funnel-stopped")
