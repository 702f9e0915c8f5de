-- people/tokens()
-- Tokens for the API, newest first, without their text, with those that end within 7 days: one row per token.
select
    token_id,
    token_name,
    scopes,
    made_at,
    made_by,
    expires_at,
    expires_at <= desk_now() as is_expired,
    expires_at > desk_now() and expires_at <= desk_now() + interval 7 days as is_ending,
    last_used_at,
    revoked_at,
    revoked_by
from api_tokens
order by made_at desc, token_id;
