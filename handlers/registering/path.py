"""List the questions of a registration in the order in which they are asked."""

from handlers.registering import needs, person, place, programme, questions, reach, review
from handlers.registering.form import Question

QUESTIONS: tuple[Question, ...] = (
    *person.QUESTIONS,
    *place.QUESTIONS,
    *reach.QUESTIONS,
    *needs.QUESTIONS,
    *programme.QUESTIONS,
    *questions.QUESTIONS,
    *review.QUESTIONS,
)
