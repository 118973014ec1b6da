"""The command: its help, what it imports for that, and its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pdflearn.core.provenance import file_hash
from pdflearn.study import cli


@pytest.mark.parametrize("command", ["identify", "verify"])
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"  pdflearn {command}" in capsys.readouterr().out


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom pdflearn.study import cli\ncli.make_parser().format_help()\n"
        "print([name for name in ('numpy', 'pandas', 'sklearn') if name in sys.modules])"
    )
    called = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert called.stdout == "[]\n", called.stderr


def test_the_package_is_the_command():
    call = [sys.executable, "-m", "pdflearn", "verify", "no/such/record.json"]
    called = subprocess.run(call, capture_output=True, text=True)
    assert called.returncode == 2
    assert "no/such/record.json is no record of a run" in called.stdout


def test_verify_compares_hashes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a\n")
    files = {"a.csv": file_hash(tmp_path / "a.csv")}
    (tmp_path / "record.json").write_text(
        json.dumps({"inputs": {"measured": files}, "results": {}})
    )
    assert cli.main(["verify", "record.json"]) == 0
    (tmp_path / "a.csv").write_text("b\n")
    assert cli.main(["verify", "record.json"]) == 1
    assert "a.csv: differs (measured)" in capsys.readouterr().out


def test_identify_without_a_study_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["identify", "a.gr"]) == 2
    words = capsys.readouterr().err
    assert words == "identify: results/provenance.json is missing: run the study first (make run)\n"


def test_own_structures_are_tried_without_a_study(tmp_path, monkeypatch, capsys):
    data = Path(__file__).parents[2] / "data" / "study"
    for name in ("nickel.gr", "Ni_fcc.cif"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    files = ["identify", "nickel.gr", "--only", "--out", "here", "--structure"]
    assert cli.main([*files, "Ni_fcc.cif", "none.cif"]) == 1
    words = capsys.readouterr().out
    assert "nickel.gr: accepted. Ni_fcc.cif fits" in words
    assert "not used: none.cif" in words
    assert "Ni_fcc.cif" in (tmp_path / "here" / "identification.csv").read_text()
    assert cli.main([*files, "none.cif"]) == 2
    assert "none of the structures can be used: none.cif" in capsys.readouterr().err
    assert cli.main(files[:3]) == 2
    assert "name at least one" in capsys.readouterr().err
