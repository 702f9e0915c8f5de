-- A repeated event is found among the events of its account: the index of request ids was a third of all indexes.
drop index if exists events_by_request;
delete from views_applied;
