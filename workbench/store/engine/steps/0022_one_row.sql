-- One row per account: what its newest reading shows, with owners, missing fields and KYB checklist in it, and what
-- follows from all facts. It is filled before the next step, which puts it in the place of five tables.
create table next_accounts (
    client_account_id varchar,
    account_type varchar, is_entity boolean, display_name varchar, bakkt_account_id varchar, created_at timestamp,
    request_status varchar, can_trade_crypto boolean, settlement_method varchar, pending_updates integer,
    content_hash varchar, documents_hash bigint, has_undated_documents boolean, lacks_identity_document boolean,
    fields_missing integer, read_at timestamp,
    search_text varchar,
    missing_fields varchar[],
    owners struct(
        position integer, client_owner_id varchar, role varchar, given_name varchar, middle_names varchar,
        family_name varchar, email_address varchar, phone_number varchar, country varchar
    )[],
    requirements struct(
        requirement varchar, client_owner_id varchar, has_documents boolean, valid_through date, reason varchar
    )[],
    standing varchar, standing_since timestamp, standing_undated boolean, standing_cause varchar,
    standing_ordinal integer, due_at timestamp, turn varchar, turn_changes_at timestamp, turn_after varchar,
    link_expires_at timestamp, first_expiry_at timestamp, second_expiry_at timestamp, third_expiry_at timestamp,
    link_unseen_until timestamp, no_link_left_at timestamp, lost_link_requests integer, last_event_at timestamp,
    opened_at timestamp, documented_at timestamp, documented_undated boolean,
    screened_at timestamp, screened_undated boolean, cleared_at timestamp, cleared_undated boolean,
    trading_at timestamp, trading_undated boolean, verification_at timestamp
);
