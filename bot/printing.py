"""Prints: a sheet as PDF with tags that a screen reader follows, and QR codes. Pure; it takes time, so in a thread."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import segno
import typst

TEMPLATE = Path(__file__).parent / "sheet.typ"
BORDER, DOT = 4, 8
"""Of a QR code as a picture: quiet modules around it, and pixels a module."""


@cache
def template() -> bytes:
    return TEMPLATE.read_bytes()


def print_sheet(content: dict[str, Any]) -> bytes:
    """A sheet or a bundle of them (handlers/sheets.py) as PDF/UA-1; the same content gives the same pages."""
    inputs = {"sheet": orjson.dumps(content).decode()}
    for number, sheet in enumerate(content.get("sheets") or [content]):
        if sheet.get("code"):
            inputs[f"picture-{number}"] = drawn(sheet["code"]["content"])
    return bytes(typst.compile(template(), format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"]))


def drawn(content: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="svg", border=BORDER)
    return out.getvalue().decode()


def picture_of(content: str) -> bytes:
    """A QR code as PNG."""
    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="png", border=BORDER, scale=DOT)
    return out.getvalue()
