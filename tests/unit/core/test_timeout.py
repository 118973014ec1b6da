"""Time is limited, and what was there before comes back."""

import signal
import threading
import time

import pytest

from pdflearn.core import timeout


def test_time_is_limited():
    def endless():
        with timeout.limited(0.05):
            while True:
                pass

    def own(number, frame):
        raise AssertionError("an alarm was left behind")

    before = signal.signal(signal.SIGALRM, own)
    try:
        with pytest.raises(timeout.Overdue):
            endless()
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) is own
        with timeout.limited(60.0):
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 0.0
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) is own
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_thread_is_not_limited():
    """Alarms reach the main thread alone; elsewhere the block runs to its end."""
    done = []

    def work():
        with timeout.limited(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_no_exception_handler_on_the_way_takes_it_for_its_own():
    def careless():
        try:
            time.sleep(1.0)
        except Exception:
            return

    with pytest.raises(timeout.Overdue), timeout.limited(0.01):
        careless()
