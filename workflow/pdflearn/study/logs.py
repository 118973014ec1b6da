"""What every script does first: it sends messages to the rule's log and limits BLAS to one thread.

The number of BLAS threads changes the order of sums, and so the last digits of a result. One thread
gives the same bytes with any number of cores. Snakemake runs many jobs at a time, one core each.
"""

import logging
import sys
from types import TracebackType
from typing import Any


def configure_logging(snakemake: Any) -> None:
    """Send log messages, and the traceback of a failure, to the rule's log; use one BLAS thread.

    Parameters
    ----------
    snakemake
        The object that Snakemake gives to a script.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if snakemake.log:
        handlers.append(logging.FileHandler(snakemake.log[0], mode="w", encoding="utf-8"))
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", handlers=handlers
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
