-- Statements that people ran on the page SQL, and questions that they saved there.
create table statement_runs (
    run_id varchar,
    author varchar,
    statement varchar,
    ran_at timestamp,
    seconds double,
    row_count bigint,
    outcome varchar
);
create table saved_questions (author varchar, question varchar, statement varchar, saved_at timestamp);
