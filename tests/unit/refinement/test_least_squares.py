"""Least squares goes to the minimum, and knows what it cannot tell."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc, rutile
from refinement_cases import simulated

from pdflearn.measured.observation import Observation
from pdflearn.refinement.least_squares import minimize
from pdflearn.refinement.model import Model
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.starts import usual_start
from pdflearn.refinement.uncertainty import uncertainty
from pdflearn.simulation.parameters import SimulationError


@pytest.fixture(scope="module")
def model():
    return Model(simulated(fcc(a=3.53), noise=0.05), [Phase(fcc(), crystal_system="cubic")])


def test_a_minimum_is_lower_than_its_start_and_within_the_limits(model):
    start = usual_start(model)
    minimum = minimize(model, start, full=True, max_nfev=25)
    first = np.linalg.norm(model.scale(model.curves(start))[1])
    assert minimum.rw < 0.1 < first
    assert minimum.rw == pytest.approx(np.linalg.norm(model.scale(model.curves(minimum.values))[1]))
    assert (minimum.lower <= minimum.values).all()
    assert (minimum.values <= minimum.upper).all()


def test_a_way_to_a_known_minimum_ends(model):
    start = usual_start(model)
    minimum = minimize(model, start, full=False, max_nfev=12)
    aside = start + 0.5 * (np.arange(len(start)) == 1)  # U
    assert minimize(model, aside, full=False, max_nfev=12, known=[minimum]) is None
    far = replace(minimum, values=minimum.values + 5.0)
    other = minimize(model, aside, full=False, max_nfev=12, known=[far])
    assert other.rw == pytest.approx(minimum.rw, abs=1e-4)


def test_only_free_entries_change():
    model = Model(simulated(rutile(a=4.62)), [Phase(rutile(), crystal_system="tetragonal")])
    start = usual_start(model)
    minimum = minimize(model, start, full=False, max_nfev=5)
    u = slice(2, 4)
    assert np.ptp(minimum.values[u]) == 0.0  # one U for all elements
    assert minimum.values[u][0] != start[u][0]
    assert minimum.values[-1] == start[-1]  # q_damp is known


def test_errors_are_of_what_was_varied_and_is_not_at_a_limit(model):
    minimum = minimize(model, usual_start(model), full=True, max_nfev=25)
    errors = uncertainty(model, minimum).errors
    strain, log_u, _, inverse_diameter, q_damp, scale = errors
    assert min(strain, log_u, scale) > 0
    assert np.isnan(q_damp)  # known
    assert minimum.values[3] == pytest.approx(0.0, abs=0.1)
    at_limit = minimum.values[3] - minimum.lower[3] < 1e-3
    assert np.isnan(inverse_diameter) == at_limit


def test_a_curve_of_few_values_gives_no_errors():
    seen = simulated(fcc())
    short = Observation(seen.r[:60], seen.g[:60], q_max=3.0, q_damp=0.03)  # three values
    model = Model(short, [Phase(fcc(), crystal_system="cubic")])
    minimum = minimize(model, usual_start(model), full=True, max_nfev=3)
    assert np.isnan(uncertainty(model, minimum).errors).all()


def test_no_step_leads_to_where_no_curve_can_be_computed(model, monkeypatch):
    start, curves = usual_start(model), Model.curves
    highest = start[0] + 0.2  # of the strain: the minimum lies beyond

    def refusing(self, values):
        if values[0] > highest:
            raise SimulationError("delta2 leaves no width to peaks")
        return curves(self, values)

    monkeypatch.setattr(Model, "curves", refusing)
    minimum = minimize(model, start, full=True, max_nfev=25)
    first = np.linalg.norm(model.scale(model.curves(start))[1])
    assert start[0] < minimum.values[0] <= highest
    assert minimum.rw < first
    with pytest.raises(SimulationError):
        minimize(model, start + 1.0, full=True, max_nfev=25)
