"""List the questions of a registration in the order in which they are asked."""

from handlers.registration import contact, needs, person_questions, place, programme_choice, programme_questions, review
from handlers.registration.registration_form import Question

QUESTIONS: tuple[Question, ...] = (
    *person_questions.QUESTIONS,
    *place.QUESTIONS,
    *contact.QUESTIONS,
    *needs.QUESTIONS,
    *programme_choice.QUESTIONS,
    *programme_questions.QUESTIONS,
    *review.QUESTIONS,
)
