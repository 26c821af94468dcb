"""Logs as JSON lines on standard error, without tracebacks: their values may be addresses."""

import datetime as dt
import json
import logging
import sys
from typing import Any

import structlog
from typing_extensions import override

_OF_LIBRARIES = {"debug": "WARNING", "info": "WARNING"}
"""What libraries say below a warning holds the addresses that they ask the directory about."""


class JsonHandler(logging.Handler):
    """Writes what libraries log; of an exception only its type."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        # uvicorn logs a start that failed as the text of a traceback; the command says it in one sentence.
        message = record.getMessage()
        line = {
            "event": "traceback left out" if message.startswith("Traceback") else message,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": dt.datetime.now(dt.UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")


def log_config(level: str) -> dict[str, Any]:
    """Return the configuration of the standard library's logging, as uvicorn hands it to its processes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"json": {"class": f"{__name__}.{JsonHandler.__name__}"}},
        "root": {"handlers": ["json"], "level": _OF_LIBRARIES.get(level, level.upper())},
    }


def configure(level: str) -> None:
    """Let structlog write the same lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
