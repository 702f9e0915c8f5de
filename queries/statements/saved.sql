-- statements/saved(author)
-- The questions that a person saved on the tab SQL of Explore, by name: one row per question.
select question, statement, saved_at
from saved_questions
where author = $author
order by question;
