"""The rules of plain language, and the longest real values with which a sentence is tried.

Sources: DOMAIN 5.3 (respectful words), 8.1 (at most 12 words a sentence, 3 sentences a paragraph, large buttons);
English may have 14 words, because it needs articles. A line "Label: value" without a full stop is not a sentence.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from handlers.wording.caregiver_text import scope_words
from locales import LANGUAGES, NAMES, speaking
from locales.times import day_words, span_words
from models.people.link import Scope
from models.places import gazetteer
from models.programmes.wording import INSTEAD_OF
from tests.chat import desk

MOST_WORDS = {"id": 12, "en": 14}
MOST_SENTENCES = 3
MOST_CHARACTERS = 4096
MOST_ON_A_BUTTON = 32
FORBIDDEN = {
    **INSTEAD_OF,
    "anak nakal": "remaja yang tidak lagi sekolah",
    "drop out": "tidak lagi sekolah",
    "orang sehat": "bukan penyandang disabilitas",
    "sakit jiwa": "disabilitas mental",
    "tidak waras": "disabilitas mental",
    "tunarungu": "Tuli",
    "beban": "tanggungan",
    "click here": "a verb and its object",
    "drop-out": "no longer at school",
}
HOMONYMS = {
    r"\bbantuan\b(?! ini sekali| untuk usaha)": "bantuan is aid only: tanya petugas, pendampingan",
    r"\bpembantu": "pembantu is a housemaid: pendamping",
    r"\bkatanya\b": "katanya means: they say",
    r"\bkami terima\b|\bditerima\b": "terima is neither arrived (sudah masuk) nor chosen (terpilih, ditetapkan)",
    r"(?<!mengajukan )(?<!ada )\bkeberatan\b": "keberatan is the formal objection; of a family: belum mengizinkan",
    r"\btempatnya (?:hilang|penuh)|\b(?:semua|ada|menentukan) tempat\b": "tempat is a venue; seats are kuota",
    r"\bkode(?:nya)?\b(?! (?:cek status|keluarga|OTP|daerah|ini|itu|salah))": "kode never without its kind",
    r"\bizin\b(?! wali| orang tua| itu berlaku)": "izin is of family and guardian; of data: persetujuan",
    r"\bberkas (?:\{number\}|\{numbers\})|\b(?:nomor|status|melihat) berkas\b|\bberkasnya\b": "berkas are papers only",
    r"^(?!Tanggal)Hari dan bulan|\b[Tt]ulis hari\b": "hari is Monday to Sunday; the number is tanggal",
    r"\bKak\b": "Kak stands before a name only; the pronoun is Kakak",
    r"\b(?:mengakhiri|[Aa]khiri)\b": "menghentikan, nonaktifkan",
}
"""Words that mean something else at a Dinas Sosial, as patterns, and what to say."""
BOT_SAYS_I = re.compile(r"\bsaya\b[^:]*[.?]$")
"""The office is kami, the machine is bot; only the labels of buttons say saya, for the person."""
PROMISE = re.compile(
    r"\bpetugas (?:(?:lain|kami|akan|bisa) )*"
    r"(?:menjawab|membalas|menulis|memeriksa|membetulkan|mencatat|membaca|bertanya|mengusulkan|mengabarkan|memutuskan"
    r"|melakukan|mencocokkan|berkunjung|menghubungi|mendaftarkan|membantu)\w*|\bjawabannya di sini",
    re.IGNORECASE,
)
"""What an officer will do, after these words."""
ABBREVIATIONS = frozenset({
    "AC", "BAST", "BLT", "BPJS", "DTSEN", "GIF", "HP", "HEIC", "JBI", "JPG", "JPEG", "KIA", "KK", "KTP", "LPK", "MB",
    "NIK", "OTP", "ID", "PDF", "PIN", "PNG", "PU", "SKTM", "SMS", "SOS", "UEP", "UPTD", "WA", "WIB", "WIT", "WITA",
})  # fmt: skip
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
NUMBERED = re.compile(r"^(?:\d+\. |Pilihan \d+: |Choice \d+: |-\s)")
LABELLED = re.compile(r"^[^.:!?]{1,60}: [^\n]*[^.!?]$")
SHOUTED = re.compile(r"(?<![\w-])[A-Z]{2,}(?![\w-])")
DRAWN = frozenset({"So", "Cn", "Co"})
TABLE_SIGNS = re.compile(r"[|\t]|--|==|__")
LONGEST_NAME = "Raden Ayu Kusumawardhani Pangestuningtyas Wijayakusumaningrat Hadiningrat Suryaningratdiningrumsari X"
"""A name of 100 characters, the longest that is taken."""
FIRST_NAME = "Kusumawardhaningrumsariningrat"
"""Its first word as questions say it: 30 characters."""


def complaints(text: str, language: str) -> Iterator[str]:
    """What keeps a message from being plain, each a phrase about it."""
    if len(text) > MOST_CHARACTERS:
        yield f"has {len(text)} characters"
    for line in text.split("\n"):
        yield from _about_line(line.strip(), language)
    yield from _about_words(text)


def _about_line(line: str, language: str) -> Iterator[str]:
    if NUMBERED.match(line) or LABELLED.match(line):
        return
    sentences = [sentence for sentence in SENTENCE_END.split(line) if sentence]
    if len(sentences) > MOST_SENTENCES:
        yield f"has a paragraph of {len(sentences)} sentences: {line[:50]}"
    for sentence in sentences:
        count = len(words_of(sentence))
        if count > MOST_WORDS[language]:
            yield f"has a sentence of {count} words: {sentence}"


def _about_words(text: str) -> Iterator[str]:
    lowered = text.casefold()
    for word, better in FORBIDDEN.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered):
            yield f'says "{word}" instead of "{better}"'
    if drawn := {sign for sign in text if unicodedata.category(sign) in DRAWN}:
        yield f"has emoji or drawn signs: {' '.join(sorted(drawn))}"
    if shouted := sorted({word for word in SHOUTED.findall(text) if word not in ABBREVIATIONS}):
        yield f"shouts: {' '.join(shouted)}"
    if TABLE_SIGNS.search(text):
        yield "looks like a table"


def homonyms(text: str) -> Iterator[str]:
    """What an Indonesian text of the catalogs says with a word that has another meaning at the office."""
    for pattern, advice in HOMONYMS.items():
        if re.search(pattern, text, re.IGNORECASE if "Kakak" not in pattern else 0):
            yield advice
    if BOT_SAYS_I.search(text):
        yield "the bot is never saya"


def words_of(sentence: str) -> list[str]:
    return [word for word in sentence.split() if any(map(str.isalnum, word))]


def button_complaints(label: str) -> Iterator[str]:
    """What keeps the words of a button from being readable."""
    if len(label) > MOST_ON_A_BUTTON:
        yield f"has {len(label)} characters on a button, there is room for {MOST_ON_A_BUTTON}"
    yield from _about_words(label)


def longest(texts: Iterator[str]) -> str:
    return max(texts, key=lambda text: (len(words_of(text)), len(text)))


@cache
def values(language: str) -> dict[str, str]:
    """The longest real value of each placeholder; of a list its longest single entry: it is read entry by entry."""
    with speaking(language):
        return {name: make(language) for name, make in LONGEST.items()}


def _programme(language: str) -> str:
    return longest(programme.short_name.in_(language) for programme in desk().catalogue)


def _step(language: str) -> str:
    return longest(programme.next_step.wording.in_(language, short=True) for programme in desk().catalogue)


def _paper(language: str) -> str:
    return longest(paper.name.in_(language) for programme in desk().catalogue for paper in programme.documents)


def _office(language: str) -> str:
    return longest(office.short_name.in_(language) for office in desk().catalogue.office.offices)


def _address(language: str) -> str:
    return longest(office.address.in_(language) for office in desk().catalogue.office.offices)


def _place(_: str) -> str:
    return longest(place.label for place in gazetteer().villages("64"))


def _skill(language: str) -> str:
    offered = (named for programme in desk().catalogue for named in (*programme.skills, *programme.packages))
    return longest(named.name.in_(language) for named in offered)


def _day(_: str) -> str:
    return longest(day_words(date(2026, month, day)) for month in range(1, 13) for day in range(20, 28))


def _retention(_: str) -> str:
    return span_words(desk().catalogue.office.retention.participant)


def _scope(language: str) -> str:
    return longest(scope_words(scope) for scope in Scope)


def _fixed(text: str) -> Callable[[str], str]:
    return lambda _: text


LONGEST: dict[str, Callable[[str], str]] = {
    "address": _address,
    "ages": _fixed("60–64"),
    "aid": _programme,
    "aids": _programme,
    "choice": _skill,
    "choices": _skill,
    "code": _fixed("ABCD-EFGH"),
    "count": _fixed("1000"),
    "desil": _fixed("10"),
    "left": _fixed("terlambat 999 jam"),
    "day": _day,
    "days": _day,
    "it": _place,
    "answers": _skill,
    "kinds": _fixed("Disabilitas intelektual"),
    "label": _skill,
    "packages": _skill,
    "skills": _skill,
    "digits": _fixed("9 0 0 1"),
    "lama_simpan": _retention,
    "language": _fixed(NAMES[LANGUAGES[0]]),
    "least": _fixed("1"),
    "length": _fixed("16"),
    "link": _fixed("https://t.me/SapaDayaContohBot"),
    "mode": _fixed("Singkat dan mudah"),
    "more": _fixed("1000"),
    "most": _fixed("4096"),
    "name": _fixed(LONGEST_NAME),
    "estimate": _fixed("1961 sampai 1966 (perkiraan)"),
    "first": _fixed("1961"),
    "last": _fixed("1966"),
    "month": _fixed("September 1956"),
    "year": _fixed("1960"),
    "first_name": _fixed(FIRST_NAME),
    "scope": _scope,
    "what": _fixed("nama dan tanggal lahir"),
    "who": _fixed("Organisasi Himpunan Difabel (Ibu Kusumawardhani)"),
    "organisation": _fixed("Himpunan Difabel"),
    "nik": _fixed("6472••••••••9001"),
    "number": _fixed("KT-2026-999999999-N"),
    "numbers": _fixed("KT-2026-999999999-N"),
    "office": _office,
    "paper": _paper,
    "papers": _paper,
    "part": _fixed("Tanggal lahir"),
    "phone": _fixed("+62812-0000-0000"),
    "place": _place,
    "places": _place,
    "programme": _programme,
    "region": _place,
    "role": _fixed("Pendamping lapangan"),
    "skill": _skill,
    "span": _fixed("5 tahun"),
    "step": _step,
    "username": _fixed("SapaDayaContohBot"),
    "version": _fixed("12"),
    "words": _fixed("Sudah dicocokkan dengan KTP"),
    "years": _fixed("99"),
    "you": _fixed("Bapak"),
    "your": _fixed("Bapak"),
}
