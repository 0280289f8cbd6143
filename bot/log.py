"""Configures the log: sentences for operators, with facts as fields, and never a word about a person."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

PRIVATE = frozenset({"text", "name", "phone", "nik", "body", "token"})


def without_people(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop fields that could carry a person's words, in case code logs them by mistake."""
    return {key: value for key, value in event.items() if key not in PRIVATE}


def set_up(style: str) -> None:
    renderer: Any = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            without_people,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # a person's odd PDF is no news to the operator
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
