"""Who may do what, asked of the one table."""

import pytest

from tests.support.people import acting_as, person
from tests.support.roles_page import PAGE, with_table
from tests.support.trails import FullDisk, Notebook
from workbench.access.acting import Acting, NotAllowedError, Person, command_line, local_person
from workbench.access.policy import POLICY, Act, Role, may
from workbench.domain.errors import StoreError

VIEWER_MAY = {Act.SEE_LISTS, Act.SEE_ACCOUNT, Act.SEARCH}
ADMIN_ALONE = {Act.SEE_AUDIT_TRAIL, Act.MANAGE_PEOPLE}


def test_every_act_has_a_row() -> None:
    assert set(POLICY) == set(Act)


def test_an_admin_may_do_everything_and_a_viewer_only_look() -> None:
    assert {act for act in Act if may(Role.ADMIN, act)} == set(Act)
    assert {act for act in Act if may(Role.VIEWER, act)} == VIEWER_MAY
    assert {act for act in Act if POLICY[act] == {Role.ADMIN}} == ADMIN_ALONE


def test_an_agent_writes_and_an_analyst_asks() -> None:
    writes_and_asks = (Act.REQUEST_LINK, Act.ASK_SQL)
    assert [may(Role.AGENT, act) for act in writes_and_asks] == [True, False]
    assert [may(Role.ANALYST, act) for act in writes_and_asks] == [False, True]


NEEDS_CONTACT = (Act.UPDATE_ACCOUNT, Act.MAKE_KYB_FORM, Act.REQUEST_LINK, Act.SEE_LINK)
"""They show a customer's phone number and e-mail address to be edited, sent or written to."""


@pytest.mark.parametrize("act", NEEDS_CONTACT)
def test_who_works_with_contact_data_sees_it_without_a_mask(act: Act) -> None:
    needed = {Act.SEE_CONTACT, Act.SEE_PAYLOAD, Act.SEE_LINK}
    masked = {role: {one for one in needed if not may(role, one)} for role in Role if may(role, act)}
    assert masked == {Role.AGENT: set(), Role.LEAD: set(), Role.ADMIN: set()}


def test_a_refusal_says_the_role_and_the_act_and_is_written_down() -> None:
    notebook = Notebook()
    acting = Acting(person("Vi", Role.VIEWER), notebook)
    with pytest.raises(NotAllowedError) as refused:
        acting.begin(Act.REQUEST_LINK, "cust-1")
    assert refused.value.message == "Your role (viewer) may not request a link."
    assert notebook.rows == [("Vi", "request a link", "", "refused")]


def test_what_begins_is_written_down_first() -> None:
    notebook = Notebook()
    Acting(person("Ann", Role.AGENT), notebook).begin(Act.REQUEST_LINK, "cust-1")
    assert notebook.rows == [("Ann", "request a link", "cust-1", "allowed")]


def test_what_cannot_be_written_down_does_not_begin() -> None:
    with pytest.raises(StoreError):
        Acting(person("Ann"), FullDisk()).begin(Act.REQUEST_LINK)


def test_asking_alone_leaves_nothing_behind() -> None:
    assert acting_as("Ann", Role.AGENT).may(Act.REQUEST_LINK)
    assert not acting_as("Ann", Role.AGENT).may(Act.MANAGE_PEOPLE)


def test_the_page_about_roles_has_the_table_of_the_policy() -> None:
    """If this fails: `.venv/bin/python -m tests.support.roles_page`."""
    text = PAGE.read_text(encoding="utf-8")
    assert with_table(text) == text
    assert "| request a link |  | yes |  | yes | yes |" in text


def test_two_people_of_one_name_are_two_authors_and_the_local_person_is_who_they_were() -> None:
    one, other = Person("4f1d", "Ann Lee", Role.AGENT), Person("9c02", "Ann Lee", Role.AGENT)
    assert (one.author, other.author) == ("4f1d", "9c02")
    assert (local_person("Ann Lee").author, command_line("ann").author) == ("Ann Lee", "ann")
