"""What a table holds, from its labels, its header, its file's name and its numbers."""

from pathlib import Path

import numpy as np
import pytest
from total_scattering import functions, misfit

from pdflearn.measured.observation import observe
from pdflearn.measured.quantity import quantity_of
from pdflearn.measured.reader import read_pdf
from pdflearn.measured.text import PatternError, Table

R = np.arange(0.1, 20.0, 0.1)
G = np.sin(5 * R)


def table(*columns, lead=()):
    return Table(np.column_stack(columns), header=list(lead), lead=list(lead))


@pytest.mark.parametrize(
    ("file", "lead", "name"),
    [
        ("a.gr", [], "G"),
        ("a.txt", ["# r G(r)"], "G"),
        ("a.fq", [], "F(Q)"),
        ("a.txt", ["# Q F(Q)"], "F(Q)"),
        ("a.gr", ["outputtype = fq"], "F(Q)"),
        ("run_fq.dat", [], "F(Q)"),
        ("a.mgor01", [], "g(r) - 1"),
    ],
)
def test_labels_header_and_name_say_which_function_it_is(file, lead, name):
    assert quantity_of(file, table(R, G, lead=lead)).name == name


def test_units_of_the_label_are_converted():
    quantity = quantity_of("a.gr", table(R / 10, 100 * G, lead=["# r(nm) G(nm^-2)"]))
    assert (quantity.x_factor, quantity.y_factor) == (10.0, 0.01)
    assert quantity.warnings == ["the first column is in nm; converted"]


def test_the_numbers_tell_a_pair_distribution():
    g = np.where(R < 2.0, 0.0, 1 + 0.1 * np.sin(5 * R))
    quantity = quantity_of("a.txt", table(R, g))
    assert quantity.name == "g(r)"
    assert "tends to 1" in quantity.warnings[0]


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        (["# PDFgetN", "# r G dr dG"], "G"),
        (["[DEFAULT]", "version = pdfgetx3 2.1.0", "#### start data"], "G"),
        (["# by PDFgetX2", "# r g(r)-1"], "g(r) - 1"),
        (["# r G dr dG"], "RMCProfile G(r)"),
    ],
)
def test_a_program_that_writes_the_reduced_g_outweighs_what_looks_like_a_plateau(lead, name):
    r = np.arange(1.0, 20.0, 0.02)
    g = np.where(r < 2.0, -0.17 + 0.15 * (r - 1.0), np.sin(5 * r))  # a ripple lifts its end
    assert quantity_of("a.gr", table(r, g, lead=lead)).name == name


def test_columns_of_a_fit_are_added():
    quantity = quantity_of("a.fgr", table(R, G, 0 * R, 0 * R, 0.1 * G))
    assert quantity.y_columns == [1, 4]


@pytest.mark.parametrize(
    ("file", "lead", "words"),
    [
        ("a.iq", [], "scattered intensity, I"),
        ("a.txt", ["# 2theta I"], "against an angle"),
        ("a.txt", ["# r T(r)"], "contain the density"),
    ],
)
def test_what_no_g_can_be_made_of_is_refused(file, lead, words):
    with pytest.raises(PatternError, match=words):
        quantity_of(file, table(R, G, lead=lead))


# ------------------------------------------------------------ files as people have them


def read(folder, name, x, *ys, head=""):
    rows = "".join(" ".join(f"{v:.6g}" for v in row) + "\n" for row in zip(x, *ys, strict=True))
    path = folder / name
    path.write_text(head + rows)
    return read_pdf(path)


def nickel(name):
    return functions("Ni", 0.005, 0.02)[name]


def test_of_several_columns_the_one_named_g_is_read(tmp_path):
    r, g, _ = nickel("G")
    pair, keen = nickel("g(r)")[1], nickel("RMCProfile G(r)")[1]
    pattern = read(tmp_path, "a.dat", r, pair, g, keen, head="# r g(r) G(r) GK(r)\n")
    assert np.allclose(pattern.g, g, rtol=1e-4, atol=1e-4)
    assert "G(r) was read, not g(r) or GK(r)" in pattern.warnings[0]
    pattern = read(tmp_path, "a.dat", r, pair, 0.1 * pair, head="# r g(r) error\n")
    assert pattern.quantity == "g(r)"


def test_the_experiment_of_rmcprofile_is_read_and_is_keens(tmp_path):
    r, keen, g = nickel("RMCProfile G(r)")
    text = "r (Ang), PDF (RMC), PDF (Expt)\n"
    text += "".join(f"{a:.2f}, 0.0, {b:.6f}\n" for a, b in zip(r, keen, strict=True))
    (tmp_path / "a_PDF1.csv").write_text(text)
    pattern = read_pdf(tmp_path / "a_PDF1.csv")
    assert pattern.quantity == "RMCProfile G(r)"
    assert misfit(pattern, g) < 1e-3


@pytest.mark.parametrize("head", ["", "1499\n Ni at 300 K\n"])
def test_keens_function_needs_no_header(tmp_path, head):
    r, keen, g = nickel("RMCProfile G(r)")
    pattern = read(tmp_path, "a.dat", r, keen, head=head)
    assert pattern.quantity == "RMCProfile G(r)"
    assert misfit(pattern, g) < 1e-3


@pytest.mark.parametrize("head", ["", "1475\n Nickel 300 K\n"])
def test_a_function_of_q_in_rmcprofiles_layout_is_no_g_of_r(tmp_path, head):
    q, y, g = nickel("S(Q) - 1")
    pattern = read(tmp_path, "bank3.dat", q, y, head=head)
    assert pattern.quantity == "S(Q) - 1"
    assert misfit(pattern, g) < 1e-3


def test_a_file_named_in_the_header_says_the_function(tmp_path):
    q, y, g = nickel("S(Q) - 1")
    head = f"# merged data: Ni_300K_SQ.dat\n# q_max = {q[-1]}\n"
    pattern = read(tmp_path, "a.dat", q, y, head=head)
    assert pattern.quantity == "S(Q) - 1"
    assert misfit(pattern, g) < 1e-3


def test_names_of_files_say_the_function(tmp_path):
    q, f, g = nickel("F(Q)")
    assert misfit(read(tmp_path, "fofq.txt", q, f), g) < 1e-3
    r, pair, g = nickel("g(r)")
    pattern = read(tmp_path, "Ni.gofr", r, pair)
    assert pattern.quantity == "g(r)"
    assert misfit(pattern, g) < 1e-3
    # Gudrun's g(r) less 1 has the same ending with other programs.
    assert read(tmp_path, "Ni.gofr", r, pair - 1).quantity == "g(r) - 1"


def test_a_title_says_t_of_r(tmp_path):
    r, t, g = nickel("T(r)")
    pattern = read(tmp_path, "a.dat", r, t, head="T(r) of nickel, 300 K\n")
    assert pattern.quantity == "T(r)"
    assert misfit(pattern, g) < 1e-3
    assert any("4 pi rho0 = 1.15" in words for words in pattern.warnings)


def test_lammps_and_gromacs_write_g_of_r(tmp_path):
    r, pair, g = nickel("g(r)")
    rows = list(range(1, len(r) + 1))
    head = "# Time-averaged data for fix 3\n# TimeStep Number-of-rows\n# Row c_g[1] c_g[2] c_g[3]\n"
    lines = [f"{n} {a:.3f} {b:.6f} {n / 9:.3f}" for n, a, b in zip(rows, r, pair, strict=True)]
    counter = f" {len(r)}\n"
    blocks = "".join(f"{step}{counter}" + "\n".join(lines) + "\n" for step in (0, 2000))
    (tmp_path / "Ni.gr").write_text(head + blocks)
    pattern = read_pdf(tmp_path / "Ni.gr")
    assert pattern.quantity == "g(r)"
    assert misfit(pattern, g) < 1e-3
    head = '@ title "Radial distribution"\n@ xaxis  label "r (nm)"\n@ yaxis  label "g(r)"\n'
    pattern = read(tmp_path, "rdf.xvg", r / 10, pair, head=head + "@TYPE xy\n")
    assert pattern.quantity == "g(r)"
    assert misfit(pattern, g) < 1e-3


def test_a_wrong_level_of_s_of_q_is_subtracted_and_said(tmp_path):
    q, s, g = nickel("S(Q)")
    pattern = read(tmp_path, "a.sq", q, s - 1.5)
    assert misfit(pattern, g) < 0.02
    assert "tends to -0.5" in " ".join(pattern.warnings)


def test_gudruns_merged_files_are_of_neutrons(tmp_path):
    q, y, g = nickel("S(Q) - 1")
    pattern = read(tmp_path, "a.mint01", q, y, head="# x-rays\n")
    assert pattern.header["radiation"] == "neutron"
    assert "the header says xray" in pattern.warnings[0]
    assert misfit(pattern, g) < 1e-3


def test_the_density_of_the_header_scales_and_its_lack_is_no_guess(tmp_path):
    r, pair, g = nickel("g(r)")
    pattern = read(tmp_path, "a.dat", r, pair, head=f"# rho0 = {4 / 3.52**3:.6f}\n# r g(r)\n")
    assert np.allclose(pattern.g, g, atol=2e-3)
    r, t, _ = nickel("T(r)")
    with pytest.raises(PatternError, match="density that it contains can be found"):
        read(tmp_path, "a.dat", r[100:], t[100:], head="# r T(r)\n")


def test_what_cannot_be_told_is_refused_not_guessed(tmp_path):
    r, pair, _ = nickel("g(r)")
    fading = 1 + (pair - 1) * np.exp(-((r / 8) ** 2))
    with pytest.raises(PatternError, match="a function of r or Q"):
        read(tmp_path, "a.txt", r[25:], fading[25:])
    with pytest.raises(PatternError, match="no function of total scattering"):
        read(tmp_path, "a.txt", r, 40 + np.sin(3 * r))


CASES = Path(__file__).parents[4] / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason="the case files do not lie beside the project")
@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("d1_GK_label.dat", "RMCProfile G(r)"),
        ("d1_g_minus_1_label.dat", "g(r) - 1"),
        ("d2_rmc_PDF1.csv", "RMCProfile G(r)"),
        ("d3_gofr_label_sharp.dat", "G"),
        ("d6_bank3_conv.dat", "S(Q) - 1"),
        ("e1_qmax50.gr", "G"),
    ],
)
def test_the_shared_cases(name, quantity):
    pattern = read_pdf(CASES / name)
    assert pattern.quantity == quantity
    if name == "e1_qmax50.gr":
        assert observe(pattern, {}, "neutron").q_max == pytest.approx(50, abs=1)
