"""Which files of a folder are complete, and told of once."""

import os

import pytest

from pdflearn.study import arrivals


@pytest.fixture
def watched(tmp_path, monkeypatch):
    monkeypatch.setattr(arrivals, "SETTLE_TIME", 0.0)
    (tmp_path / "data" / "deep").mkdir(parents=True)
    return arrivals.Arrivals(tmp_path / "data", tmp_path / "data" / "answers")


def told(watched):
    watched.look()
    return [path.removeprefix(f"{watched.folder}/") for path in watched.complete()]


def test_a_file_is_told_of_once_and_again_when_it_changes(watched):
    (watched.folder / "deep" / "a.gr").write_text("1")
    assert told(watched) == ["deep/a.gr"]
    assert told(watched) == []
    (watched.folder / "deep" / "a.gr").write_text("1 2")
    assert told(watched) == ["deep/a.gr"]


def test_temporary_names_count_once_they_are_renamed(watched):
    for name in ("a.gr.part", "b.gr~", ".c.gr", "samples.csv"):
        (watched.folder / name).write_text("1")
    (watched.folder / "answers").mkdir()
    (watched.folder / "answers" / "identification.csv").write_text("1")
    assert told(watched) == []
    os.rename(watched.folder / "a.gr.part", watched.folder / "a.gr")
    assert told(watched) == ["a.gr"]


def test_a_file_that_grows_is_waited_for(watched, monkeypatch):
    path = watched.folder / "a.gr"
    path.write_text("1")
    watched.look()
    path.write_text("1 2")
    assert watched.complete() == []
    monkeypatch.setattr(arrivals, "SETTLE_TIME", 1e9)
    assert watched.complete() == []
    assert watched.settling


def test_a_file_that_vanishes_while_it_settles_is_told_of(watched):
    (watched.folder / "a.gr").write_text("1")
    watched.look()
    (watched.folder / "a.gr").unlink()
    assert watched.complete() == []  # it changed
    assert [os.path.basename(path) for path in watched.complete()] == ["a.gr"]
