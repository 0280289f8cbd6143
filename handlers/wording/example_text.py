"""Say of a number or date that it is an example; a text of the office's files says it itself (models/yaml_marks.py)."""

from handlers.conversation.context import ReferenceData
from locales import language
from models.yaml_marks import SAID, said_as_example

OFFICE = ""
"""Instead of the key of a programme: the setting stands in office.yaml."""
KEPT = (OFFICE, "retention")
PROMISED = ("next_step", "working_days")


def marked(sentence: str, reference: ReferenceData, about: str, *at: str | int) -> str:
    """Return a sentence with "(contoh)" where its figure, the setting `at`, is an example."""
    is_example = reference.catalogue.is_example(about, *at)
    return said_as_example(sentence, SAID[language()]) if is_example else sentence
