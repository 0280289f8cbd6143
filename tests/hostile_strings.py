"""Texts that people with bad intentions, or with another keyboard, may write: some 500, made the same in every run."""

import random
import unicodedata
from collections.abc import Iterator
from functools import cache

SCRIPTS = {
    "Latin": "Nyi Roro Désaïnée Łukasz Ğül",
    "Javanese": "ꦱꦫꦶ ꦮꦲꦾꦸꦤꦶꦁꦱꦶꦃ",
    "Balinese": "ᬲᬭᬶ ᬯᬳ᭄ᬬᬸᬦᬶ",
    "Sundanese": "ᮞᮛᮤ ᮝᮠᮡᮥ",
    "Batak": "ᯅᯖᯂ ᯖᯬᯅ",
    "Buginese": "ᨅᨔ ᨕᨘᨁᨗ",
    "Makasar": "𑻠𑻡𑻢",
    "Rejang": "ꤰꥍꤰ ꤱ",
    "Kawi": "𑼒𑼮𑼶",
    "Jawi": "سري وهيوني ڤ چ ڠ ݢ ڽ",
    "Chinese": "王小明 陳大文",
    "Japanese": "山田太郎 さくら カナ",
    "Korean": "김철수",
    "Thai": "สมชาย ใจดี",
    "Devanagari": "श्री लक्ष्मी",
    "Tamil": "தமிழ் செல்வி",
    "Cyrillic": "Иван Ђорђе",
    "Greek": "Ελένη Ά",
    "Hebrew": "שָׁלוֹם",
    "Vietnamese": "Nguyễn Thị Ánh Tuyết",
    "Burmese": "မြန်မာ",
    "Khmer": "ខ្មែរ",
    "Emoji": "😀👍🏽👨‍👩‍👧🇮🇩❤️",
}
MARKUP = (
    '#read("/etc/passwd")', "#panic()", "#set page(width: 1pt)", '#import "@preview/x:1.0": y', "$x^2$", "*tebal*",
    "@ref", "<label>",
    "= Judul", "\\u{41}", "\\", "//", "/* */", "`raw`", "```", "~", "--", "---", "...", "'", '"', "#", "##",
    "#{", "#[", "]", "}", "sys.inputs", '"); #panic("', "<b>Sari</b>", "&amp;", "</b>", "<script>alert(1)</script>",
    "[a](http://example.org)", "{name}", "%s %(x)s", "${x}", "{{x}}", "' OR 1=1 --", "/start", "/batal",
    "@admin", "t.me/x",
    "https://example.org/?a=b", "=cmd|' /C calc'!A0", "\r\nSet-Cookie: a", "NaN", "None", "null", "-1", "1e309", "0x00",
)  # fmt: skip
SIGNS = (
    "\x00", "\x01", "\x07", "\x08", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u034f", "\u061c", "\u115f", "\u17b4",
    "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060",
    "\u2066", "\u2069", "\u206f", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\ufff9", "\ufffc", "\ufffd", "\ufffe",
    "\uffff", "\ue000", "\uf8ff", "\U000e0001", "\U000e007f", "\U000e0100", "\U000f0000", "\U0010ffff", "\ud800",
    "\udfff", "\u0301", "\u20dd", "\u0e33", "\u1d173", "\u2800", "\u25cc", "\ufdfd", "\U0001f468\u200d", "ﬁ", "ß", "İ",
)  # fmt: skip


@cache
def hostile() -> tuple[str, ...]:
    return tuple(dict.fromkeys(made()))


def made() -> Iterator[str]:
    yield from SCRIPTS.values()
    yield from MARKUP
    yield from SIGNS
    yield from (f"a{sign}b {sign}" for sign in SIGNS)
    yield from (sign * 40 for sign in SIGNS)
    yield from (f"{one} {markup}" for one, markup in zip(SCRIPTS.values(), MARKUP, strict=False))
    yield from ("a" + "\u0301" * 500, "ꦏ" + "ꦾ" * 100, "\u202e" + "a" * 100, "x" * 4000, "王" * 4000, "س" * 4000)
    yield from ("ꦏ" * 4000, "😀" * 2000, "\n" * 500, " " * 4000, "a\n" * 300, "‍" * 500, "👨‍👩‍👧" * 300)
    yield from mixtures(random.Random(14), 280)


def mixtures(chance: random.Random, count: int) -> Iterator[str]:
    """Letters, marks and signs of all Unicode, joined as no language does."""
    everything = [chr(one) for one in range(0x110000)]
    marks = [one for one in everything if unicodedata.category(one).startswith("M")]
    joints = ["", "", "\u200d", "\u200c", "\ufe0f", "\u200b", "\u0301", " "]
    for number in range(count):
        if number % 2:
            yield "".join(chance.choice("abcKTP123") + "".join(chance.sample(marks, 3)) for _ in range(12))
        else:
            yield "".join(chance.choice(everything) + chance.choice(joints) for _ in range(30))


@cache
def by_category() -> dict[str, list[str]]:
    """All of Unicode, by general category; lone surrogates are the category Cs."""
    found: dict[str, list[str]] = {}
    for number in range(0x110000):
        found.setdefault(unicodedata.category(chr(number)), []).append(chr(number))
    return found
