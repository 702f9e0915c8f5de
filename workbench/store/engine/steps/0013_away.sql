-- Since when Bakkt gives no usable answer, and why: one row, or none while it answers.
create table bakkt_away (since timestamp, reason varchar);
