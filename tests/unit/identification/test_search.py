"""A measured curve finds its structure whatever its stretch and size."""

import numpy as np
import pytest
from identification_cases import GRID, INSTRUMENT, LIBRARY, NAMES, measured

from pdflearn.identification.search import (
    RADIATIONS,
    log_axis,
    on_log_axis,
    reference_arrays,
    reference_patterns,
    similarities,
)
from pdflearn.measured.observation import Observation
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure


def stretched(name, factor, **settings):
    r, g = simulate_pdf(
        LIBRARY.build(name), strain=factor - 1, u_iso=0.007, **INSTRUMENT, r_min=1.6, r_max=20.0,
        r_step=0.05, **settings,
    )  # fmt: skip
    return Observation(r, g, **INSTRUMENT)


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("diameter", [None, 20.0])
def test_the_right_structure_is_the_most_similar_one(catalogue, factor, diameter):
    seen = stretched("Si diamond", factor, diameter=diameter)
    similarity, stretch = similarities(seen, catalogue.references.curves["xray"])
    right = NAMES.index("Si diamond")
    assert similarity[right] > 0.95
    assert stretch[right] == pytest.approx(factor, abs=0.005)
    assert similarity[NAMES.index("Fe bcc")] < 0.9


def test_a_structure_without_a_pattern_is_not_similar(catalogue):
    patterns = catalogue.references.curves["xray"].copy()
    patterns[0] = np.nan
    similarity, stretch = similarities(stretched("Ni fcc", 1.0), patterns)
    assert (similarity[0], stretch[0]) == (-1.0, 1.0)


def test_what_cannot_be_simulated_has_a_row_of_nan():
    cell = (4.0, 4.0, 4.0, 90, 90, 90)
    structures = [make_structure(cell, [element], np.zeros((1, 3))) for element in ("Ni", "Po")]
    rows = reference_patterns(structures, GRID, "neutron")
    assert np.isfinite(rows[0]).all()
    assert np.isnan(rows[1]).all()


def test_a_stretch_is_a_shift_on_the_axis():
    axis = log_axis(extended=True)
    r = np.arange(0.5, 30.0, 0.01)
    gauss = [
        np.exp(-((np.log(r / place)) ** 2) / 0.02) for place in (5.0, 5.0 * axis[40] / axis[0])
    ]
    one, other = on_log_axis(r, np.array(gauss)) / np.sqrt(axis)
    np.testing.assert_allclose(one[:-40], other[40:], atol=2e-4)


def test_a_file_holds_the_ids_and_both_radiations():
    arrays = reference_arrays({"Ni": LIBRARY.build("Ni fcc")}, GRID)
    assert set(arrays) == {"ids", *RADIATIONS}
    assert arrays["ids"].tolist() == ["Ni"]
    assert arrays["neutron"].shape == (1, len(log_axis(extended=True)))
    assert reference_arrays({}, GRID)["xray"].shape == arrays["xray"][:0].shape


def test_norms_are_kept_for_curves_with_the_same_ends_and_the_same_patterns(catalogue):
    patterns = catalogue.references.curves["xray"]
    seen = stretched("Si diamond", 1.0)
    longer = Observation(seen.r, seen.g[::-1].copy(), q_max=seen.q_max)
    shorter = Observation(seen.r[20:], seen.g[20:], q_max=seen.q_max)
    found = [similarities(curve, patterns) for curve in (seen, longer, shorter, seen)]
    alone = [similarities(curve, patterns.copy()) for curve in (seen, longer, shorter, seen)]
    np.testing.assert_array_equal(found, alone)
    assert not np.array_equal(found[0], found[2])


def test_beside_a_known_phase_the_cosine_is_the_gain_of_one_more(catalogue):
    """What least squares over the known curve and a pattern takes from the rest is its square."""
    seen = measured(("Ni fcc", 0.6), ("Si diamond", 0.4))
    known = stretched("Ni fcc", 1.0)
    patterns = catalogue.references.curves["xray"]
    similarity, stretch = similarities(seen, patterns, explained=[known.g])
    best = NAMES.index("Si diamond")
    assert similarity.argmax() == best or NAMES[similarity.argmax()] == "CuCl zincblende"
    assert similarity[best] > 0.95
    assert stretch[best] == pytest.approx(1.0, abs=0.005)
    assert similarity[NAMES.index("Ni fcc")] < 0.5  # it shows nothing new
    again = similarities(seen, patterns, explained=[known.g, -3.0 * known.g])[0]
    np.testing.assert_allclose(again, similarity, atol=1e-4)
