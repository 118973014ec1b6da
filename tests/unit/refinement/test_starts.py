"""The scan finds the stretch, the axis ratio and the size that a curve was made with."""

from dataclasses import replace

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


@pytest.mark.parametrize("unknown", [0, 1])
def test_a_phase_that_is_unknown_is_looked_for_beside_the_known_one(unknown):
    one, other = simulated(diamond(a=5.43 * 1.03)), simulated(fcc(a=3.52 * 0.97))
    phases = [Phase(diamond(), crystal_system="cubic"), Phase(fcc(), crystal_system="cubic")]
    model = Model(replace(one, g=one.g + other.g), phases)
    known = {"1_a": 5.43 * 1.03, "2_a": 3.52 * 0.97}
    del known[f"{unknown + 1}_a"]
    assert model.vector.unnamed_phases(known) == [unknown]
    start = model.vector.start_of(known, usual_start(model))
    best = scan(model, 2, start, [unknown])[0]
    strains = [model.vector.phase_parameters(best, k).strain[0] for k in range(2)]
    assert strains == pytest.approx([0.03, -0.03], abs=0.0026)
    assert strains[1 - unknown] == pytest.approx([0.03, -0.03][1 - unknown], abs=1e-9)
