"""The user's files: which are listed, which job reads them, what changes their hashes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.study.inputs import (
    MeasuredInputs,
    StructureInputs,
    combined_hash,
    content_hash,
    list_files,
    tracked,
    untracked,
)
from pdflearn.study.sharding import shard_of

SHARDS = ["000", "001", "002"]


@pytest.fixture
def folder(tmp_path):
    for name in ("a.cif", "deep/b.xyz", "POSCAR", "deep/labels.csv", "notes.txt", ".hidden.cif"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("file,colour\n" if name.endswith("csv") else name)
    return tmp_path


def test_hidden_files_and_folders_are_left_out(folder):
    (folder / "_scratch").mkdir()
    (folder / "_scratch" / "c.cif").write_text("")
    names = [os.path.relpath(path, folder) for path in list_files(str(folder), lambda path: True)]
    assert names == ["POSCAR", "a.cif", "deep/b.xyz", "deep/labels.csv", "notes.txt"]
    assert list_files("", lambda path: True) == []


def test_each_structure_file_is_in_the_shard_of_its_path(folder):
    inputs = StructureInputs(str(folder), SHARDS)
    by_shard = {shard: inputs.files(shard) for shard in SHARDS}
    assert sorted(sum(by_shard.values(), [])) == [
        str(folder / name) for name in ("POSCAR", "a.cif", "deep/b.xyz")
    ]
    for shard, files in by_shard.items():
        for file in files:
            relative = os.path.relpath(file, folder)
            assert SHARDS[shard_of(relative, len(SHARDS))] == shard
    assert inputs.all_files()[-1] == str(folder / "deep" / "labels.csv")
    assert inputs.label_columns() >= {"file", "colour"}


@pytest.mark.parametrize("header", ["file;colour", " file , colour", "file\tcolour"])
def test_columns_of_labels_whatever_stands_between_them(folder, header):
    (folder / "deep" / "labels.csv").write_text(f"{header}\n")
    assert StructureInputs(str(folder), SHARDS).label_columns() >= {"file", "colour"}


def test_an_edit_changes_the_hash_of_its_shard_alone(folder):
    before = {shard: StructureInputs(str(folder), SHARDS).digest(shard) for shard in SHARDS}
    (folder / "a.cif").write_text("other")
    after = {shard: StructureInputs(str(folder), SHARDS).digest(shard) for shard in SHARDS}
    changed = {shard for shard in SHARDS if before[shard] != after[shard]}
    assert changed == {SHARDS[shard_of("a.cif", len(SHARDS))]}
    (folder / "deep" / "labels.csv").write_text("file,mass\n")
    labelled = {shard: StructureInputs(str(folder), SHARDS).digest(shard) for shard in SHARDS}
    assert all(labelled[shard] != after[shard] for shard in SHARDS)


def test_an_archive_is_in_every_batch_and_a_file_in_one(tmp_path):
    for name in ("a.gr", "b.gr", "many.zip", "samples.csv", "README.md"):
        (tmp_path / name).write_text("file\n")
    inputs = MeasuredInputs(str(tmp_path), SHARDS)
    files = [file for shard in SHARDS for file in inputs.files(shard)]
    assert [files.count(str(tmp_path / name)) for name in ("a.gr", "b.gr", "many.zip")] == [1, 1, 3]
    assert inputs.all_files() == [
        str(tmp_path / name) for name in ("a.gr", "b.gr", "many.zip", "samples.csv")
    ]


def test_calibrants_are_the_files_that_the_tables_mark(tmp_path):
    (tmp_path / "day").mkdir()
    for name in ("a.gr", "Ni.gr", "many.zip", "day/Si.gr"):
        (tmp_path / name).write_text("1 2\n")
    assert MeasuredInputs(str(tmp_path), SHARDS).calibrant_files() == []
    lines = ["file;calibrant", "a.gr;", "Ni.gr;Ni", "many.zip/Si.gr;Si", "gone.gr;Si"]
    (tmp_path / "samples.csv").write_text("\n".join(lines))
    (tmp_path / "day" / "samples.csv").write_text("File,Calibrant\nSi.gr,Si\n", encoding="utf-16")
    inputs = MeasuredInputs(str(tmp_path), SHARDS)
    names = ["Ni.gr", "day/Si.gr", "many.zip"]
    assert inputs.calibrant_files() == [str(tmp_path / name) for name in names]
    before = inputs.calibrants()
    (tmp_path / "a.gr").write_text("3 4\n")
    assert MeasuredInputs(str(tmp_path), SHARDS).calibrants() == before
    (tmp_path / "Ni.gr").write_text("3 4\n")
    assert MeasuredInputs(str(tmp_path), SHARDS).calibrants() != before


def test_what_snakemake_cannot_track_is_told_apart(tmp_path):
    names = ["plain.gr", "with {braces}.gr", "with <angles>.gr", "line\nbreak.gr"]
    paths = [str(tmp_path / name) for name in names]
    for path in paths:
        with open(path, "w") as handle:
            handle.write("1 2\n")
    os.mkfifo(tmp_path / "pipe.gr")
    paths.append(str(tmp_path / "pipe.gr"))
    assert tracked(paths) == paths[:1]
    assert untracked(paths) == paths[1:]
    assert content_hash(paths[-1]) == "unreadable"  # and does not wait for a writer


@given(st.permutations(["a", "b", "c", "d"]))
def test_a_combined_hash_does_not_depend_on_order(order):
    assert combined_hash(order) == combined_hash(sorted(order))
