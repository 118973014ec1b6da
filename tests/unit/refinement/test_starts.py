"""The scan finds the stretch, the axis ratio and the size that a curve was made with."""

import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from refinement_cases import simulated

from pdflearn.refinement.model import Model
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.starts import scan, usual_start


def test_the_usual_start_is_bulk_without_strain():
    model = Model(simulated(fcc(), q_damp=0.02), [Phase(fcc(), crystal_system="cubic")])
    params = model.vector.phase_parameters(usual_start(model), 0)
    assert (params.strain.tolist(), params.inverse_diameter) == ([0.0], 0.0)
    assert params.u_iso == pytest.approx([0.008])
    assert model.vector.q_damp(usual_start(model)) == pytest.approx(0.02)  # it is known


@pytest.mark.parametrize("stretch", [0.96, 1.0, 1.05])
def test_the_best_start_has_the_sample_s_stretch(stretch):
    model = Model(simulated(fcc(a=3.52 * stretch)), [Phase(fcc(), crystal_system="cubic")])
    starts = scan(model, 3)
    best = model.vector.phase_parameters(starts[0], 0)
    assert best.strain[0] == pytest.approx(stretch - 1, abs=0.0026)
    assert best.inverse_diameter == 0.0


def test_the_best_start_has_the_sample_s_axis_ratio_and_size():
    seen = simulated(rutile(c=2.96 * 0.97), diameter=25.0)
    model = Model(seen, [Phase(rutile(), crystal_system="tetragonal")])
    best = model.vector.phase_parameters(scan(model, 1)[0], 0)
    assert best.strain == pytest.approx([0.0, -0.03], abs=0.0026)
    assert best.inverse_diameter == pytest.approx(1 / 25.0)


def test_starts_differ_and_are_no_more_than_asked_for():
    model = Model(simulated(fcc()), [Phase(rutile(), crystal_system="tetragonal")])
    starts = scan(model, 4)
    assert 1 <= len(starts) <= 4
    for k, one in enumerate(starts):
        assert all(np.abs(one - other).max() > 1.0 for other in starts[:k])


def test_phases_of_a_mixture_are_scanned_one_after_the_other():
    phases = [Phase(diamond(), crystal_system="cubic"), Phase(fcc(), crystal_system="cubic")]
    model = Model(simulated(diamond(a=5.43 * 1.03)), phases)
    best = scan(model, 2)[0]
    assert model.vector.phase_parameters(best, 0).strain[0] == pytest.approx(0.03, abs=0.0026)
