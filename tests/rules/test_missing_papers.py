"""Which papers keep a file from being complete: the completing form and the status ask the same rule."""

import pytest

from handlers.conversation.context import ReferenceData
from models.applications.application import Application
from models.applications.completion import Completion, ItemState
from models.applications.overview import ApplicationLine
from models.programmes.programme_parts import PaperStage, missing_papers


@pytest.mark.parametrize("given", [set(), {"kk"}, {"ktp"}, {"kk", "sktm"}, {"sktm", "ktp", "kk"}, {"nothing"}])
def test_the_form_and_the_status_name_the_same_papers(given: set[str], desk: ReferenceData) -> None:
    for programme in desk.catalogue:
        form = Completion(papers=dict.fromkeys(given, ItemState.GIVEN) | {"akta": ItemState.LATER})
        line = ApplicationLine(Application(), frozenset(given))
        assert form.missing(programme).papers == line.missing(programme) == missing_papers(programme.documents, given)


def test_one_paper_of_a_group_is_enough_and_later_ones_are_not_asked_yet(desk: ReferenceData) -> None:
    papers = desk.catalogue["uep"].documents
    assert [[one.key for one in alike] for alike in missing_papers(papers, {"kk"})] == [["sktm", "surat-dtsen"]]
    later = [one.model_copy(update={"stage": PaperStage.HANDOVER}) for one in papers]
    assert missing_papers(later, set()) == []


def test_a_paper_that_is_not_required_is_never_missing(desk: ReferenceData) -> None:
    papers = [one.model_copy(update={"needed": "optional", "group": None}) for one in desk.catalogue["uep"].documents]
    assert missing_papers(papers, set()) == []
