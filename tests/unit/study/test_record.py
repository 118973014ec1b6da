"""The record of a run names every file by its hash, and tells which no longer match."""

import json

from pdflearn.study import record


def make_record(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "results").mkdir()
    (folder / "in.cif").write_text("structure")
    (folder / "results" / "out.csv").write_text("score\n1\n")
    (folder / "lock").write_text("numpy==2.1.0\n")
    content = record.record(
        {"structures": ["in.cif"]}, {"split": ["results/out.csv"]}, {"split": "abc"},
        {"seed": 1}, "lock",
    )  # fmt: skip
    (folder / "results" / "provenance.json").write_text(json.dumps(content))
    return content


def test_unchanged_files_match(tmp_path, monkeypatch, capsys):
    content = make_record(tmp_path, monkeypatch)
    assert content["results"]["split"]["code"] == "abc"
    assert "numpy" in content["versions"]
    assert record.differences(content) == []
    assert record.main([]) == 0
    assert "2 of 2 files match" in capsys.readouterr().out


def test_changed_and_missing_files_are_named(tmp_path, monkeypatch, capsys):
    make_record(tmp_path, monkeypatch)
    (tmp_path / "in.cif").write_text("other")
    (tmp_path / "results" / "out.csv").unlink()
    assert record.main([]) == 1
    out = capsys.readouterr().out
    assert "in.cif: differs (structures)" in out
    assert "results/out.csv: missing (split)" in out


def test_what_is_no_record_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.json").write_text("[1]")
    assert record.main(["other.json"]) == 2
    assert record.main(["none.json"]) == 2
    assert "is no record of a run" in capsys.readouterr().out
