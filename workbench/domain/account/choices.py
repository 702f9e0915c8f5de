"""The choices that Bakkt's contract offers (``contract.yaml``), in the order in which the forms offer them."""

from collections.abc import Iterable
from enum import StrEnum


class AccountType(StrEnum):
    INDIVIDUAL = "INDIVIDUAL"
    ENTITY = "ENTITY"
    ENTITY_PERSONAL_TRUST = "ENTITY_PERSONAL_TRUST"
    CUSTODIAL = "CUSTODIAL"


class SettlementMethod(StrEnum):
    """The methods that can be requested; Bakkt's status answer may name others."""

    BAKKT_TPJ = "BAKKT_TPJ"
    NET_SETTLEMENT = "NET_SETTLEMENT"


class PartyRelationType(StrEnum):
    AUTHORIZED_AGENT = "AUTHORIZED_AGENT"
    AUTHORIZED_MEMBER = "AUTHORIZED_MEMBER"
    AUTHORIZED_OWNER = "AUTHORIZED_OWNER"
    BENEFICIAL_OWNER = "BENEFICIAL_OWNER"
    BENEFICIARY = "BENEFICIARY"
    CUSTODIAN = "CUSTODIAN"
    EDUCATION_BENEFICIARY = "EDUCATION_BENEFICIARY"
    EDUCATION_MANAGER = "EDUCATION_MANAGER"
    EXECUTOR = "EXECUTOR"
    GUARDIAN_CONSERVATOR = "GUARDIAN_CONSERVATOR"
    INITIAL_DEPOSITOR = "INITIAL_DEPOSITOR"
    INTERNAL_POWER_OF_ATTY = "INTERNAL_POWER_OF_ATTY"
    JOINT_OWNER = "JOINT_OWNER"
    MINOR_OWNER = "MINOR_OWNER"
    POWER_OF_ATTY = "POWER_OF_ATTY"
    PRIMARY_OWNER = "PRIMARY_OWNER"
    SOLE_PROPRIETOR = "SOLE_PROPRIETOR"
    TRADING_AUTHORITY = "TRADING_AUTHORITY"
    TREASURER = "TREASURER"
    TRUSTEE = "TRUSTEE"
    TRUSTED_CONTACT = "TRUSTED_CONTACT"


class TaxIdType(StrEnum):
    """``NATIONAL_ID`` is what we send; the guide's ``NATIONALID`` is accepted when read (GUIDE.md)."""

    SSN = "SSN"
    ITIN = "ITIN"
    EIN = "EIN"
    NATIONAL_ID = "NATIONAL_ID"


class MaritalStatus(StrEnum):
    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"


class LiquidityNeeds(StrEnum):
    VERY_IMPORTANT = "VERY_IMPORTANT"
    SOMEWHAT_IMPORTANT = "SOMEWHAT_IMPORTANT"
    NOT_IMPORTANT = "NOT_IMPORTANT"


class RiskTolerance(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class TimeHorizon(StrEnum):
    SHORT = "SHORT"
    AVERAGE = "AVERAGE"
    LONG = "LONG"


class InvestmentObjective(StrEnum):
    BALANCED = "BALANCED"
    CAPITAL_PRESERVATION = "CAPITAL_PRESERVATION"
    GROWTH = "GROWTH"
    INCOME = "INCOME"
    SPECULATION = "SPECULATION"
    OTHER = "OTHER"


class InvestmentExperience(StrEnum):
    NONE = "NONE"
    LIMITED = "LIMITED"
    GOOD = "GOOD"
    EXTENSIVE = "EXTENSIVE"


class USDRange(StrEnum):
    UNDER_25K = "UNDER_25K"
    FROM_25K_TO_50K = "FROM_25K_TO_50K"
    FROM_50K_TO_100K = "FROM_50K_TO_100K"
    FROM_100K_TO_200K = "FROM_100K_TO_200K"
    FROM_200K_TO_300K = "FROM_200K_TO_300K"
    FROM_300K_TO_500K = "FROM_300K_TO_500K"
    FROM_500K_TO_1M = "FROM_500K_TO_1M"
    FROM_1M_TO_5M = "FROM_1M_TO_5M"
    OVER_5M = "OVER_5M"


class EntityUSDRange(StrEnum):
    UNDER_250K = "UNDER_250K"
    FROM_250K_TO_500K = "FROM_250K_TO_500K"
    FROM_500K_TO_1M = "FROM_500K_TO_1M"
    FROM_1M_TO_2M = "FROM_1M_TO_2M"
    FROM_2M_TO_5M = "FROM_2M_TO_5M"
    FROM_5M_TO_10M = "FROM_5M_TO_10M"
    FROM_10M_TO_20M = "FROM_10M_TO_20M"
    FROM_20M_TO_50M = "FROM_20M_TO_50M"
    OVER_50M = "OVER_50M"


class EntityType(StrEnum):
    CORPORATE = "CORPORATE"
    PARTNERSHIP = "PARTNERSHIP"
    LLC = "LLC"
    LIMITED_PARTNERSHIP = "LIMITED_PARTNERSHIP"
    TRUST = "TRUST"


class EntityRegistrationStatus(StrEnum):
    CURRENTLY_REGISTERED = "CURRENTLY_REGISTERED"
    NOT_REGISTERED = "NOT_REGISTERED"
    REGISTRATION_IN_PROGRESS = "REGISTRATION_IN_PROGRESS"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class DocumentType(StrEnum):
    DRIVERS_LICENSE = "DRIVERS_LICENSE"
    IDENTIFICATION_CARD = "IDENTIFICATION_CARD"
    PASSPORT = "PASSPORT"
    PASSPORT_CARD = "PASSPORT_CARD"
    SOCIAL_SECURITY_CARD = "SOCIAL_SECURITY_CARD"
    VISA = "VISA"
    W_8BEN_FORM = "W_8BEN_FORM"
    TRUST_CERTIFICATION = "TRUST_CERTIFICATION"
    ENTITY_DUE_DILIGENCE = "ENTITY_DUE_DILIGENCE"
    CERTIFICATE_OF_INCORPORATION = "CERTIFICATE_OF_INCORPORATION"
    CERTIFICATE_OF_BENEFICIAL_OWNERS = "CERTIFICATE_OF_BENEFICIAL_OWNERS"
    PROOF_OF_ENTITY_ADDRESS = "PROOF_OF_ENTITY_ADDRESS"
    PROOF_OF_ENTITY_EIN_TAX_ID = "PROOF_OF_ENTITY_EIN_TAX_ID"
    PROOF_OF_RESIDENTIAL_ADDRESS = "PROOF_OF_RESIDENTIAL_ADDRESS"
    PROOF_OF_PERSONAL_TAX_ID = "PROOF_OF_PERSONAL_TAX_ID"
    SOURCE_OF_FUNDS = "SOURCE_OF_FUNDS"
    TRANSFER_ON_DEATH = "TRANSFER_ON_DEATH"
    RAW_CIP_DATA = "RAW_CIP_DATA"
    RAW_CDD_DATA = "RAW_CDD_DATA"


class DocumentSide(StrEnum):
    FRONT = "FRONT"
    BACK = "BACK"
    UNSPECIFIED = "UNSPECIFIED"


def values_of(choices: Iterable[StrEnum]) -> tuple[str, ...]:
    """The values as plain text, in the order in which they are offered."""
    return tuple(choice.value for choice in choices)


ACCOUNT_TYPES = values_of(AccountType)
ENTITY_ACCOUNT_TYPES = values_of((AccountType.ENTITY, AccountType.ENTITY_PERSONAL_TRUST, AccountType.CUSTODIAL))
"""DESK.md, "Standing", says what an entity is."""

SETTLEMENT_METHODS = values_of(SettlementMethod)
PRIMARY_OWNER, BENEFICIAL_OWNER = values_of((PartyRelationType.PRIMARY_OWNER, PartyRelationType.BENEFICIAL_OWNER))

INVESTMENT_OBJECTIVES = values_of(InvestmentObjective)
INVESTMENT_EXPERIENCES = values_of(InvestmentExperience)
LIQUIDITY_NEEDS = values_of(LiquidityNeeds)
RISK_TOLERANCES = values_of(RiskTolerance)
TIME_HORIZONS = values_of(TimeHorizon)
USD_RANGES = values_of(USDRange)
ENTITY_USD_RANGES = values_of(EntityUSDRange)

US_TAX_ID_TYPES = values_of((TaxIdType.SSN, TaxIdType.ITIN, TaxIdType.EIN))
NATIONAL_ID = TaxIdType.NATIONAL_ID.value
NO_NATIONAL_ID = "NONE"
"""Chosen if the owner's country has no national id: nothing is sent then."""
TAX_ID_TYPES = (*values_of(TaxIdType), NO_NATIONAL_ID)
MARITAL_STATUSES = values_of(MaritalStatus)

ENTITY_TYPES = values_of(EntityType)
REGISTRATION_STATUSES = values_of(EntityRegistrationStatus)
IDENTITY_DOCUMENTS = frozenset(
    values_of((DocumentType.PASSPORT, DocumentType.IDENTIFICATION_CARD, DocumentType.DRIVERS_LICENSE))
)
FRONT, BACK = values_of((DocumentSide.FRONT, DocumentSide.BACK))
YES, NO = "yes", "no"
