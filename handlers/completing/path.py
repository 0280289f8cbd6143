"""List the questions that complete a file in the order in which they are asked."""

from handlers.completing import kinds, nik, papers
from handlers.completing.form import Question

QUESTIONS: tuple[Question, ...] = (*nik.QUESTIONS, *kinds.QUESTIONS, *papers.QUESTIONS)
