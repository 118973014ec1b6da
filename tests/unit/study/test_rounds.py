import threading

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from pdflearn.study import rounds


class Waiting:
    """What a look needs of Snakemake's scheduler."""

    def __init__(self):
        self._open_jobs = threading.Semaphore(0)

    look_again = property(lambda self: getattr(JobScheduler, rounds.METHOD).__get__(self))


@pytest.fixture
def waiting(monkeypatch):
    monkeypatch.setattr(JobScheduler, rounds.METHOD, getattr(JobScheduler, rounds.METHOD))
    rounds.one_at_a_time()
    return Waiting()


def test_one_look_is_due_at_a_time(waiting):
    for _ in range(3):
        waiting.look_again(0.05)
    assert waiting._open_jobs.acquire(timeout=5)
    waiting._look_due.join()
    assert not waiting._open_jobs.acquire(blocking=False)


def test_a_look_can_be_asked_for_after_the_last_one(waiting):
    for _ in range(2):
        waiting.look_again(0.0)
        assert waiting._open_jobs.acquire(timeout=5)
        waiting._look_due.join()


def test_another_snakemake_is_left_alone(monkeypatch):
    monkeypatch.delattr(JobScheduler, rounds.METHOD)
    rounds.one_at_a_time()
    assert not hasattr(JobScheduler, rounds.METHOD)
