-- Which Bakkt the rows come from; which views stand.
create table source (address varchar, partner_id varchar);
create table views_applied (content_hash varchar);

-- Facts, append-only.
create table readings (
    client_account_id varchar, started_at timestamp, content_hash varchar,
    created_at timestamp, is_entity boolean, request_status varchar, can_trade_crypto boolean,
    papers_complete boolean, papers_valid_through date,
    account_json varchar, status_json varchar, documents_json varchar
);
create table events (
    received_at timestamp, request_id varchar, client_account_id varchar, party_status varchar, reason_code varchar,
    verification_url varchar, verification_expires_at timestamp, content_hash varchar, body varchar
);
create table kyb_starts (client_account_id varchar, started_at timestamp, is_manual boolean, recorded_by varchar);
create table targets (standing varchar, hours double, valid_from timestamp);

-- What came in and could not be counted.
create table events_set_aside (received_at timestamp, reason varchar, content_hash varchar, body varchar);

-- Which accounts there are, and when each was last read whole.
create table registry (client_account_id varchar, origin varchar, registered_at timestamp);
create table account_reads (client_account_id varchar, read_at timestamp);

-- Derived from the latest reading.
create table owners (
    client_account_id varchar, position integer, client_owner_id varchar, role varchar, given_name varchar,
    middle_names varchar, family_name varchar, email_address varchar, phone_number varchar, country varchar
);
create table documents (
    client_account_id varchar, client_document_id varchar, document_type varchar, document_side varchar,
    client_owner_id varchar, description varchar, expires_at timestamp, issue_country varchar,
    created_at timestamp, first_seen_at timestamp
);
create table missing_fields (client_account_id varchar, ordinal integer, field varchar);
create table requirements (
    client_account_id varchar, ordinal integer, requirement varchar, client_owner_id varchar,
    has_papers boolean, valid_through date, reason varchar
);

-- Derived from all facts.
create table links (
    client_account_id varchar, url varchar, expires_at timestamp, first_seen_at timestamp, is_counted boolean
);
create table journey (
    client_account_id varchar, ordinal integer, standing varchar, entered_at timestamp, cause varchar, undated boolean
);
create table accounts (
    client_account_id varchar,
    account_type varchar, is_entity boolean, display_name varchar, bakkt_account_id varchar, created_at timestamp,
    request_status varchar, can_trade_crypto boolean, settlement_method varchar, pending_updates integer,
    content_hash varchar, search_text varchar,
    standing varchar, standing_since timestamp, standing_undated boolean, standing_cause varchar, due_at timestamp,
    turn varchar, turn_changes_at timestamp, turn_after varchar, contradiction varchar,
    link_expires_at timestamp, counted_expiries timestamp[], last_event_at timestamp,
    opened_at timestamp, documented_at timestamp, documented_undated boolean,
    screened_at timestamp, screened_undated boolean, cleared_at timestamp, cleared_undated boolean,
    trading_at timestamp, trading_undated boolean, verification_at timestamp
);

-- Runs of the sync.
create table sync_runs (
    run_id varchar, started_at timestamp, finished_at timestamp, scope varchar, accounts_due integer,
    accounts_read integer, accounts_failed integer, accounts_changed integer, requests integer,
    stopped_because varchar
);
create table sync_failures (
    run_id varchar, client_account_id varchar, title varchar, reason varchar, failed_at timestamp
);

-- What the desk is set to, so that a query in any shell counts as the pages do.
create table desk_settings (link_warning_hours double);
