"""Renders sheets as PDF with tags that a screen reader follows, and QR codes. Pure; slow, so run in a thread.

    content ─▶ only characters with a glyph (bot/glyphs.py) ─▶ typeset ─▶ PDF/UA-1
                                                               └─refused─▶ each sheet alone, plainly, or left out

One sheet that cannot be typeset never costs a bundle: on its page stands which file it was about.
"""

import io
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import segno
import typst

from bot.glyphs import FONTS, plain, printable, throughout

TEMPLATE = Path(__file__).parent / "sheet.typ"
BORDER, DOT = 4, 8
"""Of a QR code as a picture: quiet modules around it, and pixels a module."""
FIRST = ("Libertinus Serif", "Noto Sans")
"""Libertinus comes with the typesetter: for Latin text."""
LAST = ("Noto Sans Math", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Emoji")


class CannotBeTypeset(Exception):
    """The typesetter refused a sheet. Its own words stay out: they quote what stands on it."""


@cache
def template() -> bytes:
    return TEMPLATE.read_bytes()


@cache
def fonts() -> typst.Fonts:
    """Load the bundled fonts and the typesetter's own, none of the machine: so a sheet looks the same everywhere."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


@cache
def families() -> str:
    """Return the names of the fonts in the order in which they are searched for a glyph."""
    others = {name for name in fonts().families() if name.startswith("Noto ")} - {*FIRST, *LAST}
    return orjson.dumps([*FIRST, *sorted(others), *LAST]).decode()


def render_pdf(content: dict[str, Any]) -> bytes:
    """A sheet or a bundle of them (handlers/wording/pdf_sheets.py) as PDF/UA-1; the same content gives the same pages.

    Raises CannotBeTypeset where not even the plain text of a single sheet could be.
    """
    content = throughout(printable, content)
    try:
        return typeset(content)
    except CannotBeTypeset:
        if "sheets" not in content:
            return typeset(throughout(plain, content))
    return typeset(
        throughout(plain, content | {"sheets": []}) | {"sheets": [best_of(one, content) for one in content["sheets"]]}
    )


def best_of(sheet: dict[str, Any], bundle: dict[str, Any]) -> dict[str, Any]:
    """Return one sheet as it is, else with plain text, else a page that says which one is missing."""
    for one in (sheet, throughout(plain, sheet)):
        try:
            typeset({"language": bundle["language"], "title": one["title"], "sheets": [one]})
        except CannotBeTypeset:
            continue
        return one
    return missing(sheet)


def missing(sheet: dict[str, Any]) -> dict[str, Any]:
    instead = plain(sheet.get("instead") or "–")
    return {"title": instead, "sections": [], "foot": "", "code": None, "large": False}


def typeset(content: dict[str, Any]) -> bytes:
    """Typeset the printable content as a PDF. Raises CannotBeTypeset."""
    inputs = {"sheet": orjson.dumps(content).decode(), "fonts": families()}
    for number, sheet in enumerate(content.get("sheets") or [content]):
        if sheet.get("code"):
            inputs[f"picture-{number}"] = qr_code_svg(sheet["code"]["content"])
    compiler = typst.Compiler(template(), font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    try:
        return bytes(compiler.compile(format="pdf", pdf_standards=["ua-1"]))  # type: ignore[arg-type]
    except typst.TypstError:
        raise CannotBeTypeset from None


def qr_code_svg(content: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="svg", border=BORDER)
    return out.getvalue().decode()


def qr_code_png(content: str) -> bytes:
    """A QR code as PNG."""
    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="png", border=BORDER, scale=DOT)
    return out.getvalue()
