-- people/tokens()
-- Tokens for the API, newest first, without their text: one row per token.
select token_id, token_name, scopes, made_at, made_by, revoked_at, revoked_by
from api_tokens
order by made_at desc, token_id;
