"""The confined process that decodes one untrusted file: its bytes come on stdin, the clean file goes to stdout.

    stdin ─▶ limits set ─▶ decoded (document_rebuild.py) ─▶ stdout: a line of JSON (type, advice), then the clean file

bot/decoding.py starts one for each file, so no file can affect another. From its limits on it can open no file, no
socket and start no process; it has no settings and no key. Nothing is ever written to stderr.
"""

import resource
import sys
from collections.abc import Callable
from contextlib import suppress

import orjson
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from models.applications import document_rebuild
from models.applications.clean_file import PDF
from models.applications.document_checks import Advice, FileCheck, RebuiltFile

MAX_MEMORY = 1024**3
"""Bytes of address space: the libraries take a third of it, a picture of 50 million pixels another."""

MAX_SECONDS = 15
"""Seconds of CPU; a scanned page takes a third of one."""

DecodeFunction = Callable[[bytes], RebuiltFile]
DECODE_FUNCTIONS: dict[str, DecodeFunction] = {
    "first": document_rebuild.rebuild,
    "tree": document_rebuild.rebuild_by_page_tree,
}
"""By the one argument of the process."""

LIMITS = {
    "RLIMIT_AS": MAX_MEMORY,
    "RLIMIT_CPU": MAX_SECONDS,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_CORE": 0,
    "RLIMIT_NPROC": 0,
    "RLIMIT_NOFILE": 3,
}


def main() -> None:
    """Decode what stands on stdin, and write what was made of it to stdout."""
    content, work = sys.stdin.buffer.read(), DECODE_FUNCTIONS[sys.argv[1]]
    preload(content, work)
    confine()
    made = decode(content, work)
    head = {"media_type": made.check.media_type, "advice": [str(one) for one in made.check.advice]}
    sys.stdout.buffer.write(orjson.dumps(head) + b"\n" + made.content)
    sys.stdout.buffer.flush()


def decode(content: bytes, work: DecodeFunction) -> RebuiltFile:
    try:
        return work(content)
    except MemoryError:
        return RebuiltFile(FileCheck(document_rebuild.type_of(content), (Advice.TOO_MUCH_WORK,)))


def preload(content: bytes, work: DecodeFunction) -> None:
    """Load what will be needed, while files can still be opened."""
    Image.preinit()
    if document_rebuild.type_of(content) == PDF:
        from models.applications import pdf_pages  # noqa: F401  PDFium is loaded for a PDF only
    if work is document_rebuild.rebuild_by_page_tree:
        from models.applications import page_tree  # noqa: F401


def confine() -> None:
    """Give up what decoding does not need. A system that lacks one of the limits keeps the others."""
    for name, most in LIMITS.items():
        with suppress(AttributeError, ValueError, OSError):
            hard = most + 1 if name == "RLIMIT_CPU" else most  # SIGXCPU first, which says why
            resource.setrlimit(getattr(resource, name), (most, hard))


if __name__ == "__main__":
    main()
