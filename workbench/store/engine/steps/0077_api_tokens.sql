-- Tokens for the API, each by a hash of its text, which is kept nowhere. Scopes are joined by +.
create table api_tokens (
    token_id varchar, token_name varchar, scopes varchar, token_hash varchar, made_at timestamp, made_by varchar,
    revoked_at timestamp, revoked_by varchar
);
