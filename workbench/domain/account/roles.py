"""The roles that an owner can have, in Bakkt's words, and where each fits (accounts-guide, "Roles").

The first owner is the PRIMARY_OWNER and no other one is. The guide asks for BENEFICIAL_OWNER for all later owners of an
entity; the contract has 21 roles, and another one is sent once a person has confirmed it.
"""

from workbench.domain.account.choices import (
    BENEFICIAL_OWNER,
    ENTITY_ACCOUNT_TYPES,
    PRIMARY_OWNER,
    AccountType,
    PartyRelationType,
    values_of,
)

_Role = PartyRelationType

ROLE_SENTENCES: dict[str, str] = {
    _Role.AUTHORIZED_AGENT: "Granted authority to act on behalf of the entity or account holder.",
    _Role.AUTHORIZED_MEMBER: "Designated member with specific permissions within an entity or organization.",
    _Role.AUTHORIZED_OWNER: "Owner given explicit authority to make decisions and manage the account.",
    _Role.BENEFICIAL_OWNER: "A person who enjoys the benefits of ownership even though title is in another name.",
    _Role.BENEFICIARY: "An individual designated to receive benefits or assets.",
    _Role.CUSTODIAN: "A person or institution that manages and safeguards assets on behalf of another.",
    _Role.EDUCATION_BENEFICIARY: "Receives educational benefits from an education savings account.",
    _Role.EDUCATION_MANAGER: "Manages an education savings account.",
    _Role.EXECUTOR: "Carries out the terms of a will.",
    _Role.GUARDIAN_CONSERVATOR: "Manages the affairs of a minor or incapacitated person.",
    _Role.INITIAL_DEPOSITOR: "The individual who makes the first deposit into an account.",
    _Role.INTERNAL_POWER_OF_ATTY: "A person within an organization granted power of attorney.",
    _Role.JOINT_OWNER: "Shares ownership of an account or asset with one or more persons.",
    _Role.MINOR_OWNER: "An owner who is legally underage; requires a guardian or custodian.",
    _Role.POWER_OF_ATTY: "Given legal authority to act on behalf of another.",
    _Role.PRIMARY_OWNER: "Main individual responsible for the account.",
    _Role.SOLE_PROPRIETOR: "Owns and operates a business alone.",
    _Role.TRADING_AUTHORITY: "Authorised to make trades and manage investments.",
    _Role.TREASURER: "Oversees financial operations and management of an entity.",
    _Role.TRUSTEE: "Holds and manages assets under a trust agreement.",
    _Role.TRUSTED_CONTACT: "Contacted in case of concerns about the account holder.",
}

_OF_INDIVIDUALS = values_of(
    (
        _Role.JOINT_OWNER,
        _Role.AUTHORIZED_AGENT,
        _Role.BENEFICIARY,
        _Role.EXECUTOR,
        _Role.GUARDIAN_CONSERVATOR,
        _Role.INITIAL_DEPOSITOR,
        _Role.POWER_OF_ATTY,
        _Role.TRADING_AUTHORITY,
        _Role.TRUSTED_CONTACT,
    )
)
_OF_COMPANIES = values_of(
    (
        _Role.BENEFICIAL_OWNER,
        _Role.AUTHORIZED_AGENT,
        _Role.AUTHORIZED_MEMBER,
        _Role.AUTHORIZED_OWNER,
        _Role.INTERNAL_POWER_OF_ATTY,
        _Role.POWER_OF_ATTY,
        _Role.SOLE_PROPRIETOR,
        _Role.TRADING_AUTHORITY,
        _Role.TREASURER,
    )
)
_HELD_FOR_OTHERS = values_of(
    (
        _Role.BENEFICIAL_OWNER,
        _Role.CUSTODIAN,
        _Role.MINOR_OWNER,
        _Role.TRUSTEE,
        _Role.BENEFICIARY,
        _Role.AUTHORIZED_AGENT,
        _Role.EDUCATION_BENEFICIARY,
        _Role.EDUCATION_MANAGER,
        _Role.EXECUTOR,
        _Role.GUARDIAN_CONSERVATOR,
        _Role.INITIAL_DEPOSITOR,
        _Role.POWER_OF_ATTY,
        _Role.TRADING_AUTHORITY,
        _Role.TRUSTED_CONTACT,
    )
)
"""Of custodial accounts and trusts."""

_LATER_ROLES = {
    AccountType.INDIVIDUAL: _OF_INDIVIDUALS,
    AccountType.ENTITY: _OF_COMPANIES,
    AccountType.ENTITY_PERSONAL_TRUST: _HELD_FOR_OTHERS,
    AccountType.CUSTODIAL: _HELD_FOR_OTHERS,
}
_ANY_LATER_ROLE = tuple(role for role in values_of(PartyRelationType) if role != PRIMARY_OWNER)


def roles_for(account_type: str, position: int) -> tuple[str, ...]:
    """The roles that fit the owner at this position, the usual one first; all of them if the type is not known."""
    if position == 0:
        return (PRIMARY_OWNER,)
    known = next((roles for kind, roles in _LATER_ROLES.items() if kind == account_type), None)
    return _ANY_LATER_ROLE if known is None else known


def usual_role(account_type: str, position: int) -> str:
    """The role of an owner for whom nobody chose one."""
    return roles_for(account_type, position)[0] if account_type else _role_of_place(position)


def _role_of_place(position: int) -> str:
    return BENEFICIAL_OWNER if position else PRIMARY_OWNER


def is_unusual_role(role: str, account_type: str, position: int) -> bool:
    """Whether the guide asks for another role: BENEFICIAL_OWNER for every owner of an entity after the first."""
    return account_type in ENTITY_ACCOUNT_TYPES and position > 0 and role != BENEFICIAL_OWNER
