"""List the questions that complete a file in the order in which they are asked."""

from handlers.completion import disability_kinds, documents, nik
from handlers.completion.completion_form import Question

QUESTIONS: tuple[Question, ...] = (*nik.QUESTIONS, *disability_kinds.QUESTIONS, *documents.QUESTIONS)
