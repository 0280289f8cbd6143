"""Renders the pages of an untrusted PDF as a browser would, with a PDFium that has no JavaScript and no XFA.

    bytes ─▶ opens without a password? ─▶ pages that can be loaded (at most 20) ─▶ each rendered ─▶ JPEG

Nothing of the file itself is passed on: scripts, actions, attachments, hidden layers and metadata draw nothing.
"""

from collections.abc import Iterator

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from models.applications.clean_file import jpeg_of
from models.applications.document_checks import MOST_PAGES, Advice, Refused

LONG_SIDE = 2339
"""Pixels of a drawn page: A4 at 200 dpi, at which a scanner reads small print."""

MAX_LISTED = 1_000
"""Entries of a page tree that are tried; what a PDF says of its own number of pages may be wrong either way."""

COLOURED = 24
"""Grey levels between two colours of one pixel from which a page is not grey."""


def render_pages(content: bytes) -> list[bytes]:
    """Return each page as a JPEG. Raises Refused."""
    document = _open(content)
    try:
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()  # else the values of filled-in form fields are not rendered
        pages = list(_load_pages(document))
        return [jpeg_of(_render(page)) for page in pages]
    finally:
        document.close()


def _open(content: bytes) -> PdfDocument:
    try:
        return PdfDocument(content)
    except PdfiumError as error:
        # PDFium remembers the error of another document; what is locked names its lock in the trailer.
        if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY} and b"/Encrypt" in content:
            raise Refused(Advice.LOCKED) from None
        raise Refused(Advice.DAMAGED) from None


def _load_pages(document: PdfDocument) -> Iterator[PdfPage]:
    """Yield the pages that are there: one that is missing costs none of the others."""
    found = 0
    for number in range(min(len(document), MAX_LISTED)):
        try:
            page = document[number]
        except PdfiumError:
            continue
        found += 1
        if found > MOST_PAGES:
            raise Refused(Advice.TOO_MANY_PAGES)
        yield page
    if not found:
        raise Refused(Advice.EMPTY)


def _render(page: PdfPage) -> Image.Image:
    picture: Image.Image = (
        page.render(scale=LONG_SIDE / max(page.get_size()), rev_byteorder=True).to_pil().convert("RGB")
    )
    page.close()
    return picture if _is_coloured(picture) else picture.convert("L")


def _is_coloured(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    apart = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return any(one.getextrema()[1] >= COLOURED for one in apart)  # type: ignore[operator]
