-- Since when Bakkt gives no usable answer, and why, stands with which Bakkt it is; null while it answers.
alter table source add column away_since timestamp;
alter table source add column away_reason varchar;
update source
set away_since = bakkt_away.since, away_reason = bakkt_away.reason
from bakkt_away;
drop table bakkt_away;
