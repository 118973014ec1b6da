"""`pdflearn export`: measured, fitted and simulated curves, and what cannot be used."""

import json
import shutil
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from pdflearn.measured.reader import read_pdf
from pdflearn.study import cli

DATA = Path(__file__).parents[2] / "data" / "study"
SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "command.schema.json"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(DATA / "nickel.gr", "run 7.gr")
    shutil.copy(DATA / "Ni_fcc.cif", "my Ni.cif")
    Path("bad.gr").write_text("nothing\n")
    return tmp_path


def counted(path):
    return np.loadtxt(path, skiprows=2).T


def test_every_kind_is_written_and_bad_files_are_named(here, capsys):
    files = ["run 7.gr", "my Ni.cif", "bad.gr"]
    options = ["--structure", "my Ni.cif", "--radiation", "neutron", "--q-max", "25"]
    assert cli.main(["export", *files, *options, "--out", "o", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, json.loads(SCHEMA.read_text()))
    assert [row["kind"] for row in printed["curves"]] == ["measured", "fitted", "simulated"]
    assert [row["file"] for row in printed["rejected"]] == ["bad.gr"]
    written = [name for row in printed["curves"] for name in row["written"]]
    assert sorted(written) == sorted(path.name for path in Path("o").iterdir())
    assert len(written) == 18
    (measured,) = (name for name in printed["curves"][0]["written"] if "_" not in name[5:] and
                   name.endswith(".gr"))  # fmt: skip
    original, exported = read_pdf("run 7.gr"), read_pdf(Path("o") / measured)
    np.testing.assert_allclose(exported.g, original.g, rtol=1e-7)
    # The scale that was refined is taken out: below the first distance Keen's G is -<b>^2, and
    # nickel has b = 10.3 fm (Sears 1992).
    for kind in ("run_7-*_fit_rmc.gr", "my_Ni-*_rmc.gr"):
        (path,) = Path("o").glob(kind)
        r, g = counted(path)
        low = (r > 1.0) & (r < 2.2)
        assert np.mean(g[low]) == pytest.approx(-1.061, rel=0.1), kind


def test_a_formula_and_a_density_are_enough_for_rmcprofile(here, capsys):
    known = ["--radiation", "neutron", "--elements", "Ni", "--density", "0.0914"]
    assert cli.main(["export", "run 7.gr", *known, "--program", "rmcprofile", "--out", "o"]) == 0
    names = {path.name.split("-")[1][8:] for path in Path("o").iterdir()}
    assert names == {"_rmc.gr", "_rmc.fq", ".fq", ".sq"}


def test_what_is_not_known_is_a_note(here, capsys):
    assert cli.main(["export", "run 7.gr", "--radiation", "neutron", "--out", "o"]) == 0
    assert "needs the number density" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["run 7.gr", "--program", "word"], "expected some of pdfgui, discus, rmcprofile"),
        (["bad.gr"], "bad.gr"),
        (["run 7.gr", "--structure", "none.cif"], "none.cif"),
        (["run 7.gr", "--radiation", "neutron", "--elements", "Xx"], "Xx"),
        (["run 7.gr", "--density", "-1"], "density"),
    ],
)
def test_mistakes_are_named(here, capsys, options, expected):
    assert cli.main(["export", *options, "--out", "o"]) == 2
    captured = capsys.readouterr()
    assert expected in captured.out + captured.err
