-- A token of the API ends on a day that is chosen when it is made. Tokens made before have a year from here.
alter table api_tokens add column expires_at timestamp;
alter table api_tokens add column last_used_at timestamp;
update api_tokens set expires_at = make_timestamp(epoch_us(now())) + interval 365 days;
