"""`pdflearn identify`: answers from a study that has run, whatever config lies about."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

import pdflearn
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.study import cli

DATA = Path(__file__).parents[1] / "data"
NICKEL = (DATA / "study" / "nickel.gr").read_bytes()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder without a config; the study has two shards, its project's config another number."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_file_is_answered_or_refused_under_the_name_it_was_given(finished, here, capsys):
    odd = os.fsdecode(b"\xff\x1b.gr")
    Path(odd).write_bytes(NICKEL)
    with zipfile.ZipFile("z.zip", "w") as archive:
        archive.writestr("run/a.gr", NICKEL)
        archive.writestr("bad.gr", "1 2\n")
    (here / "nm.gr").write_bytes((DATA / "measured" / "nanometres.gr").read_bytes())
    (here / "samples.csv").write_text("file,composition\nrun/a.gr,Ni\ngone.gr,Ni\n")
    (here / "day 1" / "deep").mkdir(parents=True)
    (here / "day 1" / "deep" / "b.gr").write_bytes(NICKEL)
    files = [odd, "z.zip", "nm.gr", "nm.gr", "none.gr", "day 1"]
    results = str(finished.folder / "results")
    assert cli.main(["identify", "--results", results, "--out", "out", *files]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "converted" in said
    for start in (
        "\\xff?.gr: accepted. ", "z.zip/run/a.gr: accepted. ", "not used: z.zip/bad.gr: no block",
        "day 1/deep/b.gr: accepted. ", "not used: none.gr: the file does not exist",
        "not used: samples.csv: a line names 'gone.gr'",
    ):  # fmt: skip
        assert sum(line.startswith(start) for line in said.splitlines()) == 1, start
    index = load_table(here / "out" / "index.csv", columns.MEASURED_INDEX).set_index("file")
    assert list(index.index) == ["\\xff\x1b.gr", "z.zip/run/a.gr", "nm.gr", "day 1/deep/b.gr"]
    assert list(index["composition_given"]) == [False, True, False, False]
    assert "converted" in index.at["nm.gr", "warnings"]
    answers = load_table(here / "out" / "identification.csv", columns.IDENTIFICATION)
    assert set(answers["file"]) == set(index.index)
    refused = load_table(here / "out" / "rejected.csv", columns.REJECTED_MEASURED)
    assert list(refused["file"]) == ["z.zip/bad.gr", "none.gr", "samples.csv"]


def test_what_is_no_finished_study_is_told(finished, here, capsys):
    def fails_with(text):
        status = cli.main(["identify", "--results", "results", "--out", "out", "a.gr"])
        assert status == 2
        said = capsys.readouterr().err
        assert text in said
        assert said.count("\n") == 1
        assert not Path("out").exists()

    fails_with("results/provenance.json is missing: run the study first")
    Path("results").mkdir()
    Path("results/provenance.json").write_text("[]")
    fails_with("results/provenance.json is no record of a study")
    record = json.loads((finished.folder / "results/provenance.json").read_text())
    half = {**record, "config": {"seed": 1}}
    Path("results/provenance.json").write_text(json.dumps(half))
    fails_with("no record of a study of this version (the config has")
    Path("results/provenance.json").write_text(json.dumps(record))
    fails_with("selected.skops is missing: run the study first")
    shutil.rmtree("results")
    shutil.copytree(finished.folder / "results", "results")
    files = record["results"]["gather_references"]["files"]
    files["results/measured/references/xray.npy"] = "0" * 64
    Path("results/provenance.json").write_text(json.dumps(record))
    fails_with("references/xray.npy is not the one that results/provenance.json tells of")


def test_a_study_that_is_loaded_answers_in_python_as_the_command_does(finished, here, capsys):
    (here / "a.gr").write_bytes(NICKEL)
    results = str(finished.folder / "results")
    study = pdflearn.load_study(results)
    answer = study.identify("a.gr")
    assert cli.main(["identify", "--results", results, "--out", "out", "a.gr", "--json"]) == 0
    (sample,) = json.loads(capsys.readouterr().out)["samples"]
    assert sample == answer.to_dict(curves=False)
    assert sample["verdict"] == "accepted"
    assert cli.main(["info", results, "--json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert item["classes"] == len(study.model.classes_)
    assert len(item["model_hash"]) == 64
