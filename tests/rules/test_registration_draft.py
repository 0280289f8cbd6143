"""The registration form: what survives a release, which question comes next, and reasons in words."""

from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from handlers.completion.documents import ADVICE_WORDS
from handlers.conversation.context import ReferenceData
from handlers.wording.files_sent import REFUSALS
from handlers.wording.reasons import reason_words
from locales import LANGUAGES, in_every_language, speaking
from models.applications import registration
from models.applications.document_checks import REFUSED, Advice
from models.applications.draft import Draft
from models.applications.registration import Need, PhoneOwner, Registration, read, write
from models.people.born import Born
from models.people.link import Relation
from models.programmes.requirement_result import Reason, Requirement, RequirementResult, Verdict

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST_RELEASE = {
    "for_whom": "child",
    "name": "Andi Saputra",
    "born": "2009-03-05",
    "regency": "6401",
    "district": "640104",
    "village_text": "Tanah Grogot",
    "phone": "+6281234567890",
    "phone_owner": "writer",
    "needs": ["jbi", "ramp"],
    "needs_said": True,
    "programme": "uep",
    "answers": {"usaha": "pernah", "paket": ["gorengan", "sembako"], "usaha-apa": "warung"},
}
"""What the first release wrote: never to be changed, so that a draft of last month can always be read."""


def draft(answers: dict[str, object], version: int = 1) -> Draft:
    return Draft(account_id=1, form="register", version=version, answers=answers, changed_at=NOW)


def test_a_draft_of_the_first_release_is_read() -> None:
    form = read(draft(FIRST_RELEASE))
    assert (form.for_whom, form.born, form.needs) == (
        Relation.CHILD,
        Born.of("2009-03-05"),
        [Need.SIGN_LANGUAGE, Need.RAMP],
    )
    assert form.phone_owner is PhoneOwner.WRITER
    assert form.told()["paket"] == ("gorengan", "sembako")


def test_what_is_written_is_read_back() -> None:
    form, paper = read(draft(FIRST_RELEASE)), draft({})
    write(paper, form)
    assert read(paper) == form
    assert paper.answers == FIRST_RELEASE


def test_what_a_newer_release_wrote_besides_is_left_out() -> None:
    assert read(draft({**FIRST_RELEASE, "favourite_colour": "hijau"})) == read(draft(FIRST_RELEASE))


def test_an_old_draft_is_upgraded_version_by_version(monkeypatch: pytest.MonkeyPatch) -> None:
    upgrades = {
        -1: lambda old: {**old, "fullname": old["nama"]},
        0: lambda old: {"name": old["fullname"], "for_whom": "self"},
    }
    monkeypatch.setattr(registration, "UPGRADES", upgrades)
    assert read(draft({"nama": "Sari"}, version=-1)) == Registration(name="Sari", for_whom=Relation.SELF)


def test_another_kabupaten_asks_for_kecamatan_and_village_again() -> None:
    form = Registration(regency="6472", district="647204", village="6472041001")
    form.move_to("6472")
    assert form.has_village
    form.move_to("6471")
    assert (form.regency, form.district, form.has_village) == ("6471", None, False)


def test_the_answers_to_another_programme_count_for_nothing() -> None:
    form = Registration(programme="uep", answers={"usaha": "ada"}, skipped=["kelas"])
    form.choose("uep", accepted=False)
    assert form.answers
    form.choose("bpjs", accepted=True)
    assert (form.answers, form.skipped, form.accepted) == ({}, [], True)


def test_a_question_that_hangs_on_an_answer_is_asked_only_with_it(desk: ReferenceData) -> None:
    uep, form = desk.catalogue["uep"], Registration(programme="uep")
    asked = []
    for said in ("pernah", "warung", "modal", ("gorengan",), "belum"):
        question = form.next_question(uep)
        assert question is not None
        asked.append(question.key)
        form.answer(question.key, said)
    assert asked == ["usaha", "usaha-apa", "berhenti", "paket", "pernah-uep"]
    assert form.next_question(uep) is None
    form.answer("usaha", "belum")
    assert [question.key for question in form.to_ask(uep)] == ["usaha", "paket", "pernah-uep"]


def test_the_answer_being_changed_is_asked_before_what_is_open(desk: ReferenceData) -> None:
    uep = desk.catalogue["uep"]
    form = Registration(programme="uep", answers={"usaha": "ada"}, asking="usaha")
    assert (question := form.next_question(uep)) is not None
    assert question.key == "usaha"


def test_what_is_left_out_is_not_asked_again(desk: ReferenceData) -> None:
    placement, form = desk.catalogue["penempatan"], Registration(programme="penempatan")
    form.answer("bidang", "Menjahit")
    form.answer("pengalaman", None)
    assert (question := form.next_question(placement)) is not None
    assert question.key == "tempat"


def test_what_waits_for_the_assessment_is_not_asked(desk: ReferenceData) -> None:
    paser, form = desk.catalogue["pemuda-paser"], Registration(programme="pemuda-paser", answers={"sekolah": "tidak"})
    assert [question.key for question in form.to_ask(paser)] == ["sekolah", "keterampilan"]


def test_answers_tell_the_rules_something(desk: ReferenceData) -> None:
    form = Registration(programme="uep", regency="6401", answers={"usaha": "belum", "pernah-uep": "sudah"})
    known = form.profile(desk.catalogue["uep"])
    assert (known.has_or_had_business, known.received["uep"], known.province_code) == (False, True, "64")


@pytest.mark.parametrize(
    ("name", "called"),
    [("Sari Dewi", "Sari"), ("Hj. Sari Dewi, S.Pd.", "Sari"), ("Bapak", "Bapak"), ("S", "S"), ("🌸", "🌸"), ("", "")],
)
def test_a_question_calls_somebody_by_the_first_word_that_is_no_title(name: str, called: str) -> None:
    assert Registration(name=name).first_name == called


FACTS = MappingProxyType(
    {
        "regions": ("6401", "64"),
        "age": 23,
        "on": date(2027, 2, 1),
        "at_least": 15,
        "at_most": 20,
        "aid": "uep",
        "aids": ("uep", "keterampilan"),
    }
)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence_in_every_language(reason: Reason, desk: ReferenceData) -> None:
    finding = RequirementResult(Requirement(kind="age"), Verdict.NOT_MET, reason, FACTS)
    said = []
    for code in LANGUAGES:
        with speaking(code):
            said.append(reason_words(finding, desk))
    assert len(set(said)) == len(LANGUAGES)
    assert all(words.endswith(".") and "{" not in words for words in said)


@pytest.mark.parametrize("reason", Reason)
def test_no_sentence_of_a_reason_has_more_than_twelve_words(reason: Reason, desk: ReferenceData) -> None:
    finding = RequirementResult(Requirement(kind="age"), Verdict.NOT_MET, reason, FACTS)
    with speaking("id"):
        sentences = reason_words(finding, desk).replace("\n", " ").split(". ")
    assert max(len(sentence.split()) for sentence in sentences) <= 12


@pytest.mark.parametrize("advice", Advice)
def test_every_advice_about_a_paper_has_its_sentence(advice: Advice) -> None:
    words = REFUSALS if advice in REFUSED else ADVICE_WORDS
    assert len({*in_every_language(words[advice])}) == len(LANGUAGES)
