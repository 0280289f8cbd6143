"""Telegram's HTML: what is written comes back, counted in UTF-16."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity

from bot.sandbox.entities import parse_html, utf16_length
from bot.sandbox.entity_detection import with_detected
from bot.sandbox.errors import ApiError

CASES = [
    ("polos", "polos", []),
    ("<b>a</b> <strong>b</strong>", "a b", [("bold", 0, 1), ("bold", 2, 1)]),
    ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2)]),
    ("<i>a</i><em>b</em>", "ab", [("italic", 0, 2)]),
    ("<u>a</u> <ins>b</ins>", "a b", [("underline", 0, 1), ("underline", 2, 1)]),
    ("<s>a</s> <strike>b</strike> <del>c</del>", "a b c", [("strikethrough", n, 1) for n in (0, 2, 4)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<B>a</B>", "a", [("bold", 0, 1)]),
    ("<b>👋 <i>Sari</i></b>", "👋 Sari", [("bold", 0, 7), ("italic", 3, 4)]),
    ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
    ("<blockquote>a\nb</blockquote>", "a\nb", [("blockquote", 0, 3)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ("  <b> a </b>  ", "a", [("bold", 0, 1)]),
    ("&lt;b&gt; &amp;amp; &quot;x&quot; &#128075; &#x1F44B;", '<b> &amp; "x" 👋 👋', []),
    ("&nbsp; &copy & x", "&nbsp; &copy & x", []),
    ("<b></b>kosong", "kosong", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), CASES, ids=[case[0][:30] for case in CASES])
def test_tags_become_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found_text, found = parse_html(source)
    assert (found_text, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


def test_a_link_keeps_its_address_and_code_its_language() -> None:
    _, link = parse_html('<a href="https://example.go.id/?a=1&amp;b=2">situs</a>')
    _, code = parse_html('<pre><code class="language-python">x</code></pre>')
    assert link == [{"type": "text_link", "offset": 0, "length": 5, "url": "https://example.go.id/?a=1&b=2"}]
    assert code == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


def test_a_link_to_nowhere_is_only_text() -> None:
    assert parse_html('<a href="javascript:alert(1)">klik</a>') == ("klik", [])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=8)
TAGS = st.sampled_from(["b", "i", "u", "s", "tg-spoiler"])
MARKED = st.recursive(
    WORDS.map(html.escape), lambda inner: st.tuples(TAGS, inner).map(lambda p: f"<{p[0]}>{p[1]}</{p[0]}>"), max_leaves=6
)
SENTENCES = st.lists(MARKED, min_size=1, max_size=6).map(" ".join)


def shown(source: str) -> Message:
    text, entities = parse_html(source)
    made = [MessageEntity(**entity) for entity in entities]
    return Message(1, None, Chat(1, "private"), text=text, entities=made)  # type: ignore[arg-type]


@given(SENTENCES)
def test_another_library_writes_the_same_message_back(source: str) -> None:
    once = shown(source)
    again = shown(once.text_html)
    assert (again.text, again.entities) == (once.text, once.entities)


@given(SENTENCES)
def test_every_entity_lies_within_the_text(source: str) -> None:
    text, entities = parse_html(source)
    assert all(e["length"] > 0 and e["offset"] + e["length"] <= utf16_length(text) for e in entities)


@given(st.text(max_size=60))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)) == (text.replace("\r", "\r").strip(), [])


@given(st.text(alphabet="<>/ab &;=\"'", max_size=30))
def test_nothing_but_a_refusal_comes_of_broken_tags(source: str) -> None:
    try:
        parse_html(source)
    except ApiError as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities: ")


DETECTED = [
    ("/start abc", [("bot_command", 0, 6)]),
    ("lihat /status@sapa_bot", [("bot_command", 6, 16)]),
    ("10/12/2026 dan a/b", []),
    ("👋 #uep @dinsos_kaltim", [("hashtag", 3, 4), ("mention", 8, 14)]),
    ("buka https://example.go.id/x lalu", [("url", 5, 23)]),
    ("surat ke sari@example.com", [("email", 9, 16)]),
    ("+62 812 5550 0001", [("phone_number", 0, 17)]),
    ("6472055708959001", []),
]


@pytest.mark.parametrize(("text", "entities"), DETECTED)
def test_what_telegram_marks_by_itself(text: str, entities: list[tuple[str, int, int]]) -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in with_detected(text, [])] == entities
