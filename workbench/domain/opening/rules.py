"""What every draft is checked against, in words for the dry run (GUIDE.md, "Opening an account")."""

RULES = (
    "The client account id is given, and neither the registry nor Bakkt knows it yet.",
    "Investment objective and annual income are given.",
    "Exactly one owner is the primary one, the first; all others are beneficial owners.",
    "Each owner has names, a birth date that fits the role, e-mail, phone, personal and mailing address, employment "
    "with the employer's address, and an agreement with its version.",
    "Several owners, and those with a national id, have ids of their own.",
    "Who lives in the USA or is taxed there has an SSN, ITIN or EIN of its shape; others a national id with its "
    "country, or none.",
    "Phones are numbers that can exist, in E.164; countries are alpha-3; postal codes and states in the USA are real.",
    "Entities have the eight fields that Bakkt requires; an individual account has one owner.",
    "No field holds a masked value, an emoji, a line break or an invisible mark.",
)
