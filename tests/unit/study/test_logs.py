"""What a script says goes to its rule's log, and Python's collector waits for its imports."""

import subprocess
import sys

import pytest

SCRIPT = """
import gc
usual = gc.get_threshold()
from pdflearn.study import logs
from types import SimpleNamespace
waiting = gc.get_threshold()
logs.configure_logging(SimpleNamespace(log=[{log!r}], rule="a_rule"))
assert waiting[0] > usual[0] and gc.get_threshold() == usual and gc.get_freeze_count() > 1000
print("said")
raise ValueError("a reason")
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "rule.log"
    path.write_text("of the run before")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(log=str(path))], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    return path.read_text()


def test_all_that_a_script_says_goes_to_its_log(log):
    assert log.startswith("said\n")
    assert "ERROR a_rule: a reason" in log
    assert "ValueError: a reason" in log.splitlines()[-1]
