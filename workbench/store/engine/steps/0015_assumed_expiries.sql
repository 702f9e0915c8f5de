-- Whether Bakkt gave no expiry for a link that can be read, so that it is assumed.
alter table links add column is_expiry_assumed boolean;
