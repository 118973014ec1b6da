"""Let Snakemake look at its waiting jobs once a second, not once a second for each job that ended.

Snakemake starts at most 100 jobs a second by default. To keep to that it looks again after a
second at what could start, and after each such look it asks for the next. Every job that ends
causes a look of its own, so the looks of all jobs that ever ended go on beside each other: in a
study of 177 jobs and three hours they took 25 minutes of CPU time. One that is due is enough.

Snakemake imports this while it parses: beside Snakemake itself, standard library only.
"""

import threading
from typing import Any

METHOD = "_schedule_reevalutation"  # as Snakemake spells it


def one_at_a_time() -> None:
    """Ask for no further look while one is due. Does nothing where Snakemake has no such method."""
    from snakemake.scheduling.job_scheduler import JobScheduler

    if not hasattr(JobScheduler, METHOD):
        return

    def look_again(self: Any, delay: float) -> None:
        due = getattr(self, "_look_due", None)
        if due is None or not due.is_alive():
            self._look_due = threading.Timer(delay, self._open_jobs.release)
            self._look_due.start()

    setattr(JobScheduler, METHOD, look_again)
