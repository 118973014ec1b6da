"""A small study that has run, for the tests to look at or to change."""

import fcntl
import shutil
from pathlib import Path

import pytest
from small_study import Checkout, checkout

# The longest, in the order that they begin in: other workers take what comes later meanwhile.
FIRST = ("test_slurm.py", "test_kills.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest tests begin first; one worker alone takes those that need Slurm."""
    rank = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(FIRST)))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Checkout:
    """A study that has run to its end; never to be changed. Parallel workers share one."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    study = Checkout(root / "finished" / "pdflearn")
    with open(root / "finished.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "finished" / "done").exists():
            shutil.rmtree(root / "finished", ignore_errors=True)
            checkout(study.folder).snakemake()
            (root / "finished" / "done").touch()
    return study


@pytest.fixture
def study(finished: Checkout, tmp_path: Path) -> Checkout:
    """A finished study to change at will."""
    return finished.copy(tmp_path / "pdflearn")
