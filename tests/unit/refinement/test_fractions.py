"""Shares of phases, against sums of PDFfit2's curves at known shares."""

import numpy as np
import pytest
from diffpy.pdffit2 import PdfFit, redirect_stdout
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.measured.observation import Observation
from pdflearn.refinement.fractions import phase_fractions
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.structures.elements import form_factor, neutron_length
from pdflearn.structures.structure import make_structure

FCC = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
Q_MAX, Q_DAMP = 25.0, 0.03
MASS = {"Si": 28.0855, "Cu": 63.546}
VOLUME = {"Si": 5.43**3 / 8, "Cu": 3.61**3 / 4}  # of an atom


def crystal(element):
    if element == "Cu":
        return make_structure((3.61, 3.61, 3.61, 90, 90, 90), ["Cu"] * 4, FCC, u=np.full(4, 0.006))
    sites = np.vstack([FCC, FCC + 0.25])
    return make_structure((5.43, 5.43, 5.43, 90, 90, 90), ["Si"] * 8, sites, u=np.full(8, 0.006))


def pdffit2_curve(element, radiation, r_max=30.0):
    redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115
    calculator = PdfFit()
    calculator.add_structure(crystal(element))
    beam = "X" if radiation == "xray" else "N"
    calculator.alloc(beam, Q_MAX, Q_DAMP, 0.02, r_max, round(r_max / 0.02))
    calculator.calc()
    return np.array(calculator.getR()), np.array(calculator.getpdf_fit())


def mixture(shares, radiation):
    """The sum in Q: form factors of X-rays fall with it, and not alike."""
    r, one = pdffit2_curve("Si", radiation)
    two = pdffit2_curve("Cu", radiation)[1]
    if radiation == "neutron":
        b = np.array([neutron_length("Si"), neutron_length("Cu")])
        weights = shares * b**2 / (shares @ b) ** 2
        return r, weights[0] * one + weights[1] * two
    q = np.arange(0.5, Q_MAX, 0.02)
    waves = np.sin(np.outer(q, r))
    f = np.array([form_factor("Si", q), form_factor("Cu", q)])
    fade = np.clip((30.0 - r) / 6.0, 0.0, 1.0)
    total = sum(
        share * row**2 * (waves @ (g * fade) * 0.02)
        for share, row, g in zip(shares, f, (one, two), strict=True)
    )
    return r, 2 / np.pi * 0.02 * (total / (shares @ f) ** 2) @ waves


@pytest.mark.parametrize("radiation", ["xray", "neutron"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_shares_are_those_of_the_sum(radiation, share):
    shares = np.array([share, 1 - share])
    r, g = mixture(shares, radiation)
    inside = (r >= 2.0) & (r <= 20.0)
    seen = Observation(r[inside][::3], 7.0 * g[inside][::3], radiation, 0.5, Q_MAX, Q_DAMP)
    phases = [Phase(crystal(e), radiation=radiation, crystal_system="cubic") for e in ("Si", "Cu")]
    amounts = refine(seen, phases).amounts
    assert amounts.atoms == pytest.approx(shares, abs=0.015)
    assert 0 < amounts.atoms_stderr[0] < 0.02
    for name, per_atom in (("mass", MASS), ("volume", VOLUME)):
        expected = shares * np.array([per_atom["Si"], per_atom["Cu"]])
        assert getattr(amounts, name) == pytest.approx(expected / expected.sum(), abs=0.015)


@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.sampled_from(["xray", "neutron"]))
def test_shares_add_up_and_do_not_depend_on_the_scale(one, other, radiation):
    r = np.arange(2.0, 20.0, 0.1)
    curves = np.array([np.sin(3 * r), np.cos(2 * r)])
    structures = [crystal("Si"), crystal("Cu")]
    scales, errors = np.array([one, other]), np.array([0.1 * one, 0.1 * other])
    amounts = phase_fractions(structures, radiation, r, curves, scales, errors)
    larger = phase_fractions(structures, radiation, r, curves, 5 * scales, 5 * errors)
    for name in ("atoms", "mass", "volume"):
        assert sum(getattr(amounts, name)) == pytest.approx(1.0)
        assert getattr(amounts, name) == pytest.approx(getattr(larger, name))
        stderr = getattr(amounts, f"{name}_stderr")
        assert stderr == pytest.approx(getattr(larger, f"{name}_stderr"))
        # Of two phases, what one gains the other loses.
        assert stderr[0] == pytest.approx(stderr[1])


def test_errors_are_those_of_drawn_scales():
    r = np.arange(2.0, 20.0, 0.1)
    curves = np.array([np.sin(3 * r), np.cos(2 * r)])
    structures, errors = [crystal("Si"), crystal("Cu")], np.array([0.03, 0.02])
    amounts = phase_fractions(structures, "neutron", r, curves, np.array([1.0, 0.8]), errors)
    random = np.random.default_rng(0)
    drawn = [
        phase_fractions(structures, "neutron", r, curves, scales, errors).mass[0]
        for scales in random.normal([1.0, 0.8], errors, (400, 2))
    ]
    assert amounts.mass_stderr[0] == pytest.approx(np.std(drawn), rel=0.15)


def test_what_is_not_there_has_no_share():
    r = np.arange(2.0, 20.0, 0.1)
    structures = [crystal("Si"), crystal("Cu")]
    curves = np.array([np.sin(3 * r), np.zeros(len(r))])
    errors = np.array([0.1, np.nan])
    amounts = phase_fractions(structures, "xray", r, curves, np.array([1.0, 0.0]), errors)
    assert amounts.atoms == (1.0, 0.0)
    nothing = phase_fractions(structures, "xray", r, 0 * curves, np.zeros(2), errors)
    assert np.isnan(nothing.atoms).all()


def test_a_cluster_takes_no_volume_that_is_known():
    r = np.arange(2.0, 20.0, 0.1)
    cluster = make_structure(None, ["Cu", "Cu"], np.array([(0, 0, 0), (2.9, 0, 0)]))
    curves = np.array([np.sin(3 * r), np.cos(2 * r)])
    amounts = phase_fractions(
        [cluster, crystal("Si")], "xray", r, curves, np.ones(2), np.full(2, 0.1)
    )
    assert sum(amounts.mass) == pytest.approx(1.0)
    assert np.isnan(amounts.volume).all()
