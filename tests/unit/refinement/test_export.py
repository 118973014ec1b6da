"""Exports of fits: PDFfit2 gives our Rw from our .stru, and our reader reads the .fgr again."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc, rocksalt
from diffpy.pdffit2 import PdfFit
from refinement_cases import simulated

from pdflearn.measured.reader import read_pdf
from pdflearn.refinement.export import export_fit, phase_settings
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.cif_writer import with_error
from pdflearn.structures.structure import make_structure


def noisy(observation):
    noise = np.random.default_rng(3).normal(size=len(observation.r))
    return replace(observation, g=observation.g + 0.05 * np.std(observation.g) * noise)


@pytest.fixture(scope="module")
def platinum():
    """A fit of small particles with correlated motion, on an arbitrary scale."""
    # PDFfit2 cuts nothing off at low Q, which counts for particles.
    known = {"q_min": 0.0, "u_iso": 0.009, "delta2": 3.3, "diameter": 35.0}
    seen = noisy(simulated(fcc("Pt", 3.92), **known))
    return refine(seen, [Phase(fcc("Pt", 3.9), crystal_system="cubic")]), seen


def write(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text)


def rw(measured, calculated):
    return np.linalg.norm(measured - calculated) / np.linalg.norm(measured)


def test_pdffit2_has_our_rw_from_our_stru(platinum, tmp_path, capfd):
    """Delta2, scale and shape are in the file: without them Rw is 0.4 and more."""
    fit, seen = platinum
    write(tmp_path, export_fit(fit, seen, "Pt"))
    peer = PdfFit()
    peer.read_struct(str(tmp_path / "Pt.stru"))
    peer.alloc("X", seen.q_max, seen.q_damp, 0.01, 25.0, 2500)
    peer.calc()
    curve = np.interp(fit.r, peer.getR(), peer.getpdf_fit())
    capfd.readouterr()  # its banner
    assert rw(fit.g, curve) == pytest.approx(fit.rw, abs=0.005)
    assert 0.03 < fit.rw < 0.08
    assert peer.getvar(peer.delta2()) == pytest.approx(fit.parameters["delta2"].value)
    assert peer.getvar(peer.spdiameter()) == pytest.approx(fit.parameters["diameter"].value)


def test_the_script_prints_both_rw(tmp_path):
    """Of a mixture of two phases, each with its own scale, size and delta2."""
    known = {"q_damp": 0.03, "r_min": 1.6, "r_max": 20.0, "r_step": 0.05}
    silicon = simulate_pdf(diamond(), u_iso=0.006, delta2=2.0, **known)[1]
    nickel = simulate_pdf(fcc(), u_iso=0.005, delta2=1.5, diameter=60.0, **known)[1]
    seen = simulated(fcc())
    seen = noisy(replace(seen, g=0.6 * silicon + 0.4 * nickel))
    fit = refine(seen, [Phase(diamond(), crystal_system="cubic"),
                        Phase(fcc(), crystal_system="cubic")])  # fmt: skip
    files = export_fit(fit, seen, "Si_Ni", ["silicon", "nickel"])
    assert sorted(files) == [
        "Si_Ni-1.cif", "Si_Ni-1.stru", "Si_Ni-2.cif", "Si_Ni-2.stru", "Si_Ni.fgr", "Si_Ni.py",
    ]  # fmt: skip
    assert files["Si_Ni-2.stru"].startswith("title   nickel\n")
    write(tmp_path, files)
    done = subprocess.run(
        [sys.executable, tmp_path / "Si_Ni.py"], cwd=tmp_path, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    both, cut = (line.split() for line in done.stdout.splitlines()[-2:])
    assert float(both[3].rstrip(",")) == pytest.approx(fit.rw, abs=1e-4)
    assert float(both[6]) == pytest.approx(fit.rw, abs=0.005)
    assert float(cut[-1]) == pytest.approx(fit.rw, abs=0.003)


def test_the_curve_comes_back_from_the_fgr(platinum, tmp_path):
    fit, seen = platinum
    write(tmp_path, export_fit(fit, seen, "Pt"))
    pattern = read_pdf(tmp_path / "Pt.fgr")
    assert np.allclose(pattern.r, fit.r)
    assert np.allclose(pattern.g, fit.g, atol=1e-5)
    assert pattern.header["q_max"] == seen.q_max
    assert pattern.header["q_damp"] == seen.q_damp
    assert pattern.header["radiation"] == "xray"


def test_the_cif_has_the_errors_of_the_fit(platinum):
    fit, seen = platinum
    text = export_fit(fit, seen, "Pt")["Pt.cif"]
    a = fit.parameters["a"]
    settings = phase_settings(fit)
    assert settings.cell_errors == (a.stderr,) * 3 + (0.0,) * 3
    assert f"# {a}\n" in text
    assert f"_cell_length_c {with_error(a.value, a.stderr)}\n" in text
    u = fit.parameters["u_iso_Pt"]
    assert f" {with_error(u.value, u.stderr)} Uiso" in text
    assert "'F m -3 m'" in text


def test_what_pdffit2_cannot_do_is_said():
    seen = simulated(rocksalt())
    fit = refine(seen, [Phase(rocksalt(), crystal_system="cubic")], full=False)
    assert "form factors are f(0)" in export_fit(fit, seen, "MgO")["MgO.py"]
    neutrons = simulated(rocksalt(), radiation="neutron")
    fit = refine(neutrons, [Phase(rocksalt(), "neutron", "cubic")], full=False)
    script = export_fit(fit, neutrons, "MgO")["MgO.py"]
    assert "another curve" not in script
    assert "'N'" in script
    cluster = make_structure(None, ["Ni"] * 13, _cuboctahedron())
    seen = simulated(cluster)
    fit = refine(seen, [Phase(cluster)], full=False)
    assert sorted(export_fit(fit, seen, "Ni13")) == ["Ni13.cif", "Ni13.fgr", "Ni13.stru"]


def _cuboctahedron():
    """An atom and its twelve neighbours, 2.5 angstrom apart."""
    half = 2.5 / np.sqrt(2)
    corners = [(0, 0, 0)] + [
        tuple(half * np.roll([0, i, j], shift)) for shift in range(3) for i in (1, -1)
        for j in (1, -1)
    ]  # fmt: skip
    return np.array(corners)
