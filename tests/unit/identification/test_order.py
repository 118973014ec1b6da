"""How far the order of a fit reaches, and fits that claim no crystal."""

from types import SimpleNamespace

import numpy as np
import pytest
from identification_cases import make_catalogue

from pdflearn.identification.messages import AMBIGUOUS, AMORPHOUS, NONE
from pdflearn.identification.order import claims_no_crystal, order_length
from pdflearn.identification.verdict import identify
from pdflearn.measured.observation import Observation
from pdflearn.refinement.parameter import INVERSE_DIAMETER_LIMITS, Q_DAMP_LIMITS, Parameter
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure

SMALLEST, STRONGEST = 1 / INVERSE_DIAMETER_LIMITS[1], Q_DAMP_LIMITS[1]


def fit(*diameters, q_damp=0.03, vary=True):
    names = ["diameter"] if len(diameters) == 1 else [f"{n + 1}_diameter" for n in range(2)]
    parameters = {
        name: Parameter(name, value, min=SMALLEST)
        for name, value in zip(names, diameters, strict=False)
    }
    parameters["q_damp"] = Parameter("q_damp", q_damp, *Q_DAMP_LIMITS, vary=vary)
    return SimpleNamespace(parameters=parameters)


def test_order_ends_where_size_and_damping_leave_a_tenth():
    assert order_length(fit(np.inf, q_damp=0.0)) == np.inf
    # A sphere alone: 1 - 3x/2 + x^3/2 = 0.1 at x = 0.735; damping alone: sqrt(2 ln 10) / q_damp.
    assert order_length(fit(20.0, q_damp=0.0)) == pytest.approx(14.7, abs=0.2)
    assert order_length(fit(np.inf, q_damp=0.08)) == pytest.approx(26.8, abs=0.2)
    assert order_length(fit(20.0, 12.0)) < order_length(fit(20.0))


@pytest.mark.parametrize(
    ("case", "none"),
    [
        (fit(SMALLEST), True),
        (fit(SMALLEST, q_damp=STRONGEST), True),
        (fit(40.0, SMALLEST), True),
        (fit(np.inf, q_damp=STRONGEST), True),
        (fit(12.0, q_damp=STRONGEST), True),
        (fit(np.inf, q_damp=STRONGEST, vary=False), False),  # the user says so
        (fit(40.0, q_damp=STRONGEST), False),  # particles of a strained crystal
        (fit(12.0), False),
        (fit(np.inf), False),
    ],
)
def test_a_fit_at_its_bounds_claims_no_crystal(case, none):
    assert claims_no_crystal(case) == none


def test_sharp_neighbours_whose_order_ends_within_ten_angstrom_are_none_of_these():
    """As the neutron G(r) of silica glass: bonds and rings of a crystal, and nothing beyond."""
    name = "SiO2 beta_cristobalite"
    catalogue = make_catalogue([name, "Si diamond", "NaCl rocksalt"])
    crystal = catalogue.load(name)
    instrument = {"q_min": 0.3, "q_max": 40.0}
    r, g = simulate_pdf(
        crystal, radiation="neutron", u_iso=0.004, diameter=8.0, q_damp=0.02, r_min=1.2,
        r_max=20.0, r_step=0.03, **instrument,
    )  # fmt: skip
    noise = np.random.default_rng(0).normal(size=len(r))
    seen = Observation(r, g + 0.02 * g.std() * noise, "neutron", **instrument)
    even = {"beta_cristobalite": 1 / 3, "diamond": 1 / 3, "rocksalt": 1 / 3}
    answer = identify(seen, even, catalogue)
    assert answer.ranked[0].structure_type == "beta_cristobalite"
    assert answer.ranked[0].adjusted_rw < answer.rw_limit  # the fit alone would be believed
    assert answer.verdict == NONE
    assert answer.kind == AMORPHOUS
    assert "Its order ends at" in answer.reason


def test_small_particles_of_a_crystal_are_not_called_a_glass():
    sites = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, sites)
    r, g = simulate_pdf(nickel, diameter=16.0, u_iso=0.006, r_min=1.6, r_max=20.0, r_step=0.05)
    catalogue = make_catalogue(["Ni fcc", "Si diamond"])
    answer = identify(Observation(r, g), {"fcc": 0.5, "diamond": 0.5}, catalogue)
    assert answer.verdict == AMBIGUOUS
    assert "too few shells" in answer.reason
