"""What the README shows can be typed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_in_python_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    data = ROOT / "tests" / "data" / "study"
    shutil.copy(data / "Ni_fcc.cif", tmp_path / "Ni.cif")
    shutil.copy(data / "nickel.gr", tmp_path / "Ni.gr")
    code += "print(len(r) == len(g) == len(small), len(q) == len(f), list(parts), measured.r[-1])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT / "workflow")}, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("True True [('Ni', 'Ni')] ")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_files_that_a_document_names_exist(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    places = ("workflow", "config", "docs", "tests", "resources", "profiles")
    named = set(re.findall(rf"`((?:{'|'.join(places)})/[\w/.-]+)`", text))
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
