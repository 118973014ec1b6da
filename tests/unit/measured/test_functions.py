"""Every function of total scattering, there and back: with its label, with another, with none."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from total_scattering import CRYSTALS, LABELS, functions, misfit

from pdflearn.measured.functions import FUNCTIONS, functions_of
from pdflearn.measured.reader import PatternError, read_pdf


def read(folder, label, x, y, name="a.txt"):
    rows = "".join(f"{a:.6f} {b:.9g}\n" for a, b in zip(x, y, strict=True))
    path = folder / name
    path.write_text((label + "\n" if label else "") + rows)
    return read_pdf(path)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(sorted(LABELS)),
    label=st.sampled_from(["right", "none", *sorted(LABELS)]),
    crystal=st.sampled_from(sorted(CRYSTALS)),
    u_iso=st.sampled_from([0.004, 0.008]),
    q_damp=st.sampled_from([0.02, 0.035]),
)
def test_there_and_back(tmp_path, name, label, crystal, u_iso, q_damp):
    x, y, g = functions(crystal, u_iso, q_damp)[name]
    line = LABELS[name] if label == "right" else LABELS.get(label, "")
    try:
        pattern = read(tmp_path, line, x, y)
    except PatternError:
        assert line != LABELS[name]
        return
    if line in (LABELS[name], ""):
        assert misfit(pattern, g) < 1e-3
    elif misfit(pattern, g) > 1e-3:
        # Another space cannot be seen past its label, but it is said.
        told = " ".join(pattern.warnings)
        assert "looks like a function of" in told or " says " in told or "tends to" in told


@pytest.mark.parametrize("name", sorted(LABELS))
def test_each_function_is_read_by_its_label(tmp_path, name):
    x, y, g = functions("Ni", 0.005, 0.02)[name]
    pattern = read(tmp_path, LABELS[name], x, y)
    assert misfit(pattern, g) < 1e-3
    assert pattern.quantity == {"D(r)": "G"}.get(name, name)


def test_what_only_the_curve_tells_is_no_g_of_r(tmp_path):
    for name in ("g(r) - 1", "RMCProfile G(r)", "g(r)", "T(r)", "RDF", "S(Q)", "F(Q)", "S(Q) - 1"):
        x, y, g = functions("Si", 0.005, 0.02)[name]
        pattern = read(tmp_path, "", x, y)
        assert pattern.quantity != "G"
        assert misfit(pattern, g) < 1e-3


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("G(r)", "G"), ("G_obs", "G"), ("PDF", "G"), ("Gr", "G"), ("GofR", "G"), ("G(A^-2)", "G"),
        ("D(r)", "D(r)"), ("DofR", "D(r)"),
        ("G_k(r)", "RMCProfile G(r)"), ("GK(r)", "RMCProfile G(r)"), ("GKofR", "RMCProfile G(r)"),
        ("$G_{K}(r)$", "RMCProfile G(r)"),
        ("g(r)-1", "g(r) - 1"), ("h(r)", "g(r) - 1"), ("h", "g(r) - 1"),
        ("g(r)", "g(r)"), ("gofr", "g(r)"), ("g", "g(r)"),
        ("T(r)", "T(r)"), ("TofR", "T(r)"), ("R(r)", "RDF"), ("RDF", "RDF"), ("rho(r)", "rho(r)"),
        ("F(Q)", "F(Q)"), ("fofq", "F(Q)"), ("Q[S(Q)-1]", "F(Q)"), ("Qi(Q)", "F(Q)"),
        ("S(Q)", "S(Q)"), ("S(Q) - 1", "S(Q) - 1"), ("i(Q)", "S(Q) - 1"), ("F_K(Q)", "S(Q) - 1"),
        ("I(Q)", "I"), ("counts", "I"), ("intensity", "I"),
        ("dG", None), ("Gcalc", None), ("dr", None), ("error", None),
    ],
)  # fmt: skip
def test_labels_of_the_field(label, name):
    assert functions_of(label)[:1] == ((name,) if name else ())


def test_the_table_is_whole():
    assert {f.space for f in FUNCTIONS.values()} == {"r", "Q"}
    assert all(f.meaning and f.unit and f.to_g for f in FUNCTIONS.values())
    assert set(LABELS) | {"I"} == set(FUNCTIONS)
