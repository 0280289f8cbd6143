"""Rewrites the page tree of a PDF in which PDFium finds no page and other readers do.

leaves of the tree, whichever type they claim ─▶ pages of a new PDF ─▶ rendered like any other (pdf_pages.py)
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import NameObject

from models.applications.document_checks import Advice, Refused

MAX_NODES = 1_000
"""Nodes of a page tree that are looked at."""


def rewrite_page_tree(content: bytes) -> bytes:
    """Return a PDF with the leaves of the page tree as its pages. Raises Refused."""
    try:
        reader = PdfReader(BytesIO(content))
        writer, file = PdfWriter(), BytesIO()
        for leaf in _leaves(reader.root_object["/Pages"]):
            page = PageObject(reader)
            page.update({**leaf, NameObject("/Type"): NameObject("/Page")})
            writer.add_page(page)
        writer.write(file)
    except MemoryError:
        raise
    except Exception:  # the reader raises many kinds of error on hostile bytes, all with the same meaning
        raise Refused(Advice.DAMAGED) from None
    if not writer.pages:
        raise Refused(Advice.EMPTY)
    return file.getvalue()


def _leaves(root: Any) -> Iterator[Any]:
    """Nodes without children, in order; the tree may be huge, or run in circles."""
    waiting = [root]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop().get_object()
        if not hasattr(node, "get"):
            continue
        kids = node.get("/Kids")
        if kids is not None:
            waiting += _reversed_kids(kids.get_object())
        elif "/Contents" in node or "/MediaBox" in node:
            yield node


def _reversed_kids(kids: Any) -> list[Any]:
    """Return the last first, as a stack wants them; a child alone may stand without its list."""
    return [kids] if hasattr(kids, "get") else list(kids[:MAX_NODES])[::-1]
