"""A limit of time for work that follows from a file of unknown origin."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Overdue(BaseException):
    """Time is up. No Exception, so that no library in between catches it as one of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Limit the real time of a `with` block.

    Works in the main thread of systems that have alarms (not Windows); elsewhere it does nothing.

    Parameters
    ----------
    seconds : float

    Raises
    ------
    Overdue
        In the block, when its time is up.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Overdue

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
