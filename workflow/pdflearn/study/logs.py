"""What every script does first: all it says goes to the rule's log, and BLAS gets one thread.

The number of BLAS threads changes the order of sums, and so the last digits of a result. One thread
gives the same bytes with any number of cores. Snakemake runs many jobs at a time, one core each.

Scripts import this module before all others (workflow/scripts/ruff.toml). What imports make stays,
and Python's collector would look through it again and again: a fifth of a second of each job. So it
waits until `configure_logging` is called, and leaves alone what has been imported by then.
"""

import gc
import logging
import os
import sys
from types import TracebackType
from typing import Any

_USUAL_THRESHOLD = gc.get_threshold()
gc.set_threshold(100_000)

# Verdicts on measured files: a run shows them as they come (snakemake_logger_plugin_pdflearn).
VERDICT = logging.getLogger("verdict")


def configure_logging(snakemake: Any) -> None:
    """Send messages, and the traceback of a failure, to the rule's log; use one BLAS thread.

    All that the process writes goes there, what compiled code says included, so that jobs do not
    write into each other's lines. Where the rule has no log, it goes to standard error.

    Parameters
    ----------
    snakemake
        The object that Snakemake gives to a script.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL_THRESHOLD)
    if snakemake.log:
        log = os.open(snakemake.log[0], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        os.close(log)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.captureWarnings(True)
    logger = logging.getLogger(snakemake.rule)

    def log_exception(
        error_type: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        logger.error("%s", error, exc_info=(error_type, error, trace))

    sys.excepthook = log_exception
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
