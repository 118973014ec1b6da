"""What the README shows can be typed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from identification_cases import small_study

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "study"


@pytest.fixture
def examples(tmp_path, monkeypatch):
    """The README's examples in Python, and a folder with what they read."""
    shutil.copy(DATA / "Ni_fcc.cif", tmp_path / "Ni.cif")
    shutil.copy(DATA / "nickel.gr", tmp_path / "Ni.gr")
    monkeypatch.chdir(tmp_path)
    return re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)


def test_the_ten_lines_run(examples, monkeypatch, capsys):
    study = small_study()
    monkeypatch.setattr("pdflearn.study.identify.load_study", lambda results: study)
    ten, _ = examples
    assert len(ten.splitlines()) <= 11  # with the blank one
    names = {}
    exec(ten, names)  # noqa: S102 (the README's own lines, which are to be shown to run)
    assert capsys.readouterr().out.startswith("Ni.gr: accepted. ")
    assert names["answer"].verdict == "accepted"
    assert {path.suffix for path in Path("Ni").iterdir()} == {".cif", ".stru", ".fgr", ".py"}
    assert Path("Ni.png").stat().st_size > 1000
    assert names["fit"].rw < 0.1
    assert len(names["r"]) == len(names["g"])


def test_the_example_of_the_simulator_runs(examples):
    _, code = examples
    code += "print(len(r) == len(g), len(q) == len(f), list(parts), measured.r[-1])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True,
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
