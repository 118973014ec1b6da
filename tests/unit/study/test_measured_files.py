"""What a command is given: files, folders, archives, standard input, names of any kind."""

import io
import zipfile
from pathlib import Path

import pytest
from identification_cases import GRID

from pdflearn.study.measured_files import SCRATCH, expand, read_files

NICKEL = (Path(__file__).parents[2] / "data" / "study" / "nickel.gr").read_bytes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run 1" / "day").mkdir(parents=True)
    (tmp_path / "run 1" / "b <c>.gr").write_bytes(NICKEL)
    (tmp_path / "run 1" / "day" / "a.gr").write_bytes(NICKEL)
    (tmp_path / "run 1" / ".hidden.gr").write_bytes(NICKEL)
    (tmp_path / "run 1" / "samples.csv").write_text("file,composition\nb <c>.gr,Ni\n")
    with zipfile.ZipFile(tmp_path / "run 1" / "z.zip", "w") as archive:
        archive.writestr("in/m.gr", NICKEL)
        archive.writestr("bad.gr", "1 2\n")
    return tmp_path


def test_folders_archives_and_standard_input(folder):
    scratch = folder / f"{SCRATCH}x"
    scratch.mkdir()
    files = expand(["run 1", "-", "run 1/b <c>.gr", "-"], scratch, io.BytesIO(NICKEL))
    assert files == [
        "run 1/b <c>.gr", "run 1/day/a.gr", "run 1/z.zip", str(scratch / "stdin"),
    ]  # fmt: skip
    batch, rejected = read_files(files, GRID)
    assert [sample.file for sample in batch.samples] == [
        "run 1/b <c>.gr", "run 1/day/a.gr", "run 1/z.zip/in/m.gr", "stdin",
    ]  # fmt: skip
    assert [sample.composition_given for sample in batch.samples] == [True, False, False, False]
    assert [row["file"] for row in rejected] == ["run 1/z.zip/bad.gr"]


def test_what_is_said_goes_before_the_table(folder):
    table = folder / "run 1" / "samples.csv"
    table.write_text("file,radiation,q_max\nb <c>.gr,xray,20\n")
    (sample,) = read_files(
        ["run 1/b <c>.gr"], GRID, {"radiation": "neutron", "r_min": 2.0, "r_max": 12.0}
    )[0].samples
    assert (sample.radiation, sample.q_max) == ("neutron", 20.0)
    assert sample.observation.r[0] >= 2.0
    assert sample.observation.r[-1] <= 12.0
