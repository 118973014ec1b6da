"""What other programs read is what was meant: Debye's sum, PDFfit2 and tabulated lengths say so."""

import numpy as np
import pytest
from diffpy.pdffit2 import PdfFit
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.measured.program_columns import ColumnsError, Curve, curve_files, mean_length_squared
from pdflearn.measured.reader import read_pdf
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure

R = np.arange(1, 3001) * 0.01
# Bound coherent scattering lengths, fm: V. F. Sears, Neutron News 3 (1992) 26.
B_NA, B_CL, B_NI = 3.63, 9.577, 10.3
CORNERS = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]


def counted(text):
    """Title, x and y of a file of RMCProfile's: the number of points, a title, pairs."""
    number, title, *rows = text.splitlines()
    values = np.array([row.split() for row in rows], dtype=float)
    assert len(values) == int(number)
    return title, values[:, 0], values[:, 1]


def columns(text):
    rows = [line.split() for line in text.splitlines() if line[0] in "0123456789-"]
    return np.array(rows, dtype=float).T


def test_pdffit2_reads_what_is_written_for_pdfgui(tmp_path):
    errors = 0.01 + 0.001 * R
    curve = Curve(R, np.sin(12 * R), "a\nwave é", "neutron", q_max=21.0, q_damp=0.04,
                  g_errors=errors)  # fmt: skip
    files, _ = curve_files(curve, "wave", ["pdfgui"])
    (tmp_path / "wave.gr").write_text(files["wave.gr"])
    program = PdfFit()
    program.read_data(str(tmp_path / "wave.gr"), "N", 21.0, 0.04)
    np.testing.assert_allclose(program.getR(), R, rtol=1e-7)
    np.testing.assert_allclose(program.getpdf_obs(), curve.g, atol=1e-7)
    pattern = read_pdf(tmp_path / "wave.gr")
    assert (pattern.header["q_max"], pattern.header["radiation"]) == (21.0, "neutron")
    np.testing.assert_allclose(pattern.g_errors, errors, rtol=1e-5)


def test_rmcprofile_has_what_pdffit2_computes_in_keens_normalisation(tmp_path):
    a = 5.64
    halves = [(x, y, 0.5 - z) for x, y, z in CORNERS]
    salt = make_structure((a,) * 3 + (90,) * 3, ["Na"] * 4 + ["Cl"] * 4, CORNERS + halves,
                          u=[0.008] * 8)  # fmt: skip
    salt.write(str(tmp_path / "salt.stru"), "pdffit")
    program = PdfFit()
    program.read_struct(str(tmp_path / "salt.stru"))
    program.alloc("N", 25.0, 0.03, 0.02, 30.0, 1500)
    program.calc()
    r, g = np.array(program.getR()), np.array(program.getpdf_fit())
    density = 8 / a**3
    b_squared = mean_length_squared({"Na": 4, "Cl": 4}, "neutron")
    curve = Curve(r, g, "NaCl", "neutron", density=density, b_squared=b_squared)
    title, x, y = counted(curve_files(curve, "s")[0]["s_rmc.gr"])
    assert "barn" in title
    barn = ((B_NA + B_CL) / 2) ** 2 / 100
    np.testing.assert_allclose(y, barn * g / (4 * np.pi * density * r), rtol=1e-3, atol=1e-5)
    # Below the first distance of 2.82 angstrom there are no atoms, so Keen's G is -<b>^2.
    low = (x > 0.8) & (x < 2.3)
    assert np.mean(y[low]) == pytest.approx(-barn, rel=0.02)
    simulated = simulate_pdf(salt, "neutron", q_min=0.0, u_iso=None, r_min=r[0], r_step=0.02,
                             r_max=r[-1] + 0.01)[1]  # fmt: skip
    assert np.std(simulated - g) < 0.02 * np.std(g)  # both hold the same function


def test_nickel_is_scaled_as_tabulated():
    curve = Curve(R, -4 * np.pi * 0.0914 * R, "nothing yet", "neutron", density=0.0914,
                  b_squared=mean_length_squared({"Ni": 1}, "neutron"), scale=1.0)  # fmt: skip
    _, _, y = counted(curve_files(curve, "Ni")[0]["Ni_rmc.gr"])
    np.testing.assert_allclose(y, -(B_NI**2) / 100, rtol=1e-6)


@pytest.mark.parametrize("first", [0, 80])
def test_fq_is_debyes_sum(first):
    """F(Q) of a cluster: sum of sin(Q r) / r over pairs, with their displacements; Debye 1915."""
    xyz = np.array([[0, 0, 0], [2.88, 0, 0], [0, 2.88, 0], [0, 0, 4.07]])
    cluster = make_structure(None, ["Au"] * 4, xyz)
    r, g = simulate_pdf(cluster, q_min=0.0, q_max=25.0, q_damp=0.0, u_iso=0.01, r_max=80.0)
    q, f = Curve(r[1 + first :], g[1 + first :], "Au4", q_max=25.0).fq
    d = np.linalg.norm(xyz[:, None] - xyz, axis=-1)[~np.eye(4, dtype=bool)]
    expected = np.sum(np.sin(np.outer(q, d)) / d, axis=1) / 4 * np.exp(-0.01 * q**2)
    inside = (q > 1.0) & (q < 22.0)
    assert np.max(np.abs(f - expected)[inside]) < (0.02 if first == 0 else 0.05)


def test_fq_and_sq_read_back_to_the_same_curve(tmp_path):
    nickel = make_structure((3.52,) * 3 + (90,) * 3, ["Ni"] * 4, CORNERS)
    r, g = simulate_pdf(nickel, q_min=0.0, q_max=25.0, r_max=60.0, u_iso=0.006, q_damp=0.06)
    files, _ = curve_files(Curve(r, g, "Ni"), "Ni", [])
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        pattern = read_pdf(tmp_path / name)
        again = np.interp(r, pattern.r, pattern.g)
        near = (r > 1.5) & (r < 30)
        assert np.std((again - g)[near]) < 0.02 * np.std(g[near])
    assert sorted(files) == ["Ni.fq", "Ni.sq"]


def test_rmcprofiles_functions_are_told_by_their_titles(tmp_path):
    nickel = make_structure((3.52,) * 3 + (90,) * 3, ["Ni"] * 4, CORNERS)
    r, g = simulate_pdf(nickel, "neutron", q_min=0.0)
    curve = Curve(r, g, "Ni", "neutron", density=4 / 3.52**3, b_squared=1.0609)
    (tmp_path / "Ni_rmc.gr").write_text(curve_files(curve, "Ni")[0]["Ni_rmc.gr"])
    assert read_pdf(tmp_path / "Ni_rmc.gr").quantity == "RMCProfile G(r)"


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 3.0), st.sampled_from([0.01, 0.02, 0.05]))
def test_discus_has_its_grid(start, step):
    """DISCUS stops where r does not begin at its step (`pdf_readdata`)."""
    r = start + step * np.arange(200)
    g = np.cos(5 * r)
    text = curve_files(Curve(r, g, "History of a wave"), "w", ["discus"])[0]["w_discus.gr"]
    assert text.startswith("# ")
    x, y, dr, weight = columns(text)
    assert x[0] == pytest.approx(step, abs=1e-6)
    np.testing.assert_allclose(np.diff(x), step, atol=1e-6)
    assert (set(dr), set(weight)) == ({0.0}, {1.0})
    inside = x >= r[0]
    np.testing.assert_allclose(y[inside], np.cos(5 * x)[inside], atol=0.01)


def test_what_is_not_known_is_said():
    files, remarks = curve_files(Curve(R, np.sin(R), "x", "neutron"), "x")
    assert sorted(files) == ["x.fq", "x.gr", "x.sq", "x_discus.gr"]
    assert ["--density" in remarks[0], "--elements" in remarks[1]] == [True, True]
    with pytest.raises(ColumnsError, match="expected some of pdfgui"):
        curve_files(Curve(R, np.sin(R), "x"), "x", ["word"])
