-- Whether an owner outside the USA has no identity document, as the newest reading found it. Until one is uploaded, an
-- account that waits for Bakkt is our turn.
alter table accounts add column lacks_identity_document boolean;
update accounts
set lacks_identity_document = client_account_id in (
    select client_account_id
    from missing_fields
    where field like '%.identityDocument'
);
update accounts
set turn = 'us', turn_changes_at = null, turn_after = null
where lacks_identity_document and standing in ('submitted', 'under_review');
