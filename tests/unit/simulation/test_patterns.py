"""Draws: seeded by the structure's id, in their ranges."""

import numpy as np
import pytest
from crystals import FCC, zincblende
from scipy.stats import qmc

from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.simulation import patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.structure import make_structure

RANGES = {
    "q_min": [0.3, 1.2], "q_max": [17.0, 28.0], "q_damp": [0.01, 0.06], "q_broad": [0.0, 0.03],
    "u_iso": [0.003, 0.02], "delta2": [0.0, 40.0], "strain": [-0.02, 0.02],
    "diameter": [15.0, 100.0], "axial_strain": [-0.015, 0.015], "u_ratio": [0.7, 1.5],
    "noise": [0.003, 0.05], "background": [0.0, 0.08], "r_offset": [-0.02, 0.02],
}  # fmt: skip
SETTINGS = {
    "form_factor": "q",
    "grid": {"r_min": 1.0, "r_max": 20.0, "r_step": 0.1},
    "bulk_fraction": 0.5,
    "ranges": RANGES,
}
GRID = Grid(**SETTINGS["grid"]).r


@pytest.fixture(scope="module")
def gallium_phosphide():
    return zincblende("Ga", "P", 5.45)


def test_the_latin_hypercube_is_that_of_scipy():
    for n, dimensions, seed in ((1, 3, 0), (4, 20, 7), (50, 16, 123456789012)):
        theirs = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(n)
        assert np.array_equal(patterns.latin_hypercube(n, dimensions, seed), theirs)


def simulate(structure, identity="abc", seed=1, draws=None, conditions=None):
    noise = MeasurementNoise(GRID, 28.0)
    draws = draws or {"xray": 3, "neutron": 2}
    simulators = patterns.simulators_of(structure, SETTINGS)
    return patterns.simulate_draws(
        simulators, identity, draws, SETTINGS, conditions or {}, seed, noise
    )


def test_draws_depend_on_identity_and_seed_alone(gallium_phosphide):
    rows, curves, rejected = simulate(gallium_phosphide)
    assert [row["radiation"] for row in rows] == ["xray"] * 3 + ["neutron"] * 2
    assert rejected == []
    np.testing.assert_array_equal(curves, simulate(gallium_phosphide)[1])
    for other in (simulate(gallium_phosphide, seed=2), simulate(gallium_phosphide, "abd")):
        assert not np.allclose(curves, other[1])
    fewer = simulate(gallium_phosphide, draws={"neutron": 2})[1]
    np.testing.assert_array_equal(curves[3:], fewer)


def test_draws_stay_in_their_ranges(gallium_phosphide):
    rows, _, _ = simulate(gallium_phosphide, draws={"xray": 40})
    shortest = PDFSimulator(gallium_phosphide, r_max=5.0).minimum_distance
    for name in columns.DRAWN:
        low, high = RANGES[name]
        values = [row[name] for row in rows if row[name] is not None]
        if name == "delta2":
            high = patterns.DRAWN_DELTA2_SHARE * shortest**2
        assert low <= min(values) < max(values) <= high + 1e-12, name
    assert 10 <= sum(row["diameter"] is None for row in rows) <= 30
    assert all(row["strain_a"] == row["strain_b"] == row["strain_c"] == 0.0 for row in rows)


def test_stress_conditions_add_one_draw_each_and_leave_the_others_as_they_were(gallium_phosphide):
    conditions = {"blunt": {"q_max": [14.0, 15.0]}, "short": {"r_limit": 9.0}}
    rows, curves, _ = simulate(gallium_phosphide, draws={"xray": 3}, conditions=conditions)
    assert [row["condition"] for row in rows] == ["nominal"] * 3 + ["blunt", "short"]
    np.testing.assert_array_equal(curves[:3], simulate(gallium_phosphide, draws={"xray": 3})[1])
    assert 14.0 <= rows[3]["q_max"] <= 15.0
    assert (curves[4][GRID > 9.0] == 0).all()
    assert np.abs(curves[4][GRID < 9.0]).max() > 0.1
    settings = {"ranges": RANGES, "stress": {"sharp": {"q_max": [30.0, 35.0]}}}
    assert patterns.largest_q(settings) == 35.0


def test_stress_strains_axes_and_displacements_as_asked():
    tetragonal = make_structure((4.0, 4.0, 5.0, 90, 90, 90), ["Na", "Cl"], [[0, 0, 0], [0.5] * 3])
    conditions = {
        "plain": {"strain": [0.0, 0.0]},
        "axes": {"axial_strain": [0.1, 0.2], "strain": [0.0, 0.0]},
        "wide": {"strain": [-0.3, -0.29]},
        "apart": {"u_ratio": [3.0, 4.0]},
    }
    rows, curves, _ = simulate(tetragonal, draws={"xray": 1}, conditions=conditions)
    by_condition = {row["condition"]: row for row in rows}
    assert by_condition["axes"]["strain_c"] != 0.0
    assert abs(by_condition["axes"]["strain_c"]) <= 0.2
    equal = {"u_ratio": [1.0, 1.0]}
    same, flat, _ = simulate(tetragonal, draws={"xray": 1}, conditions={"apart": equal})
    assert same[1] == by_condition["apart"]
    assert not np.allclose(flat[1], curves[4])  # other displacements, all else equal
    assert by_condition["wide"]["strain"] < -0.28
    assert abs(curves[3][GRID > 15.0].mean()) < 1.0  # no pairs are missing there


def test_bulk_and_axial_strain_are_drawn_independently():
    x = np.random.default_rng(0).random(20_000)
    bulk, axial = np.array([patterns._bulk_and_axial(value, 0.4) for value in x]).T
    assert bulk.mean() == pytest.approx(0.4, abs=0.01)
    assert axial.mean() == pytest.approx(patterns.AXIAL_SHARE, abs=0.01)
    assert axial[bulk].mean() == pytest.approx(axial[~bulk].mean(), abs=0.02)


def test_rows_have_the_columns_of_the_table(gallium_phosphide):
    simulated = simulate(gallium_phosphide, draws={"xray": 1})
    assert set(simulated.rows[0]) == set(columns.PATTERN)
    assert simulated.patterns.dtype == np.float32


def test_free_axes_change_their_ratio_and_keep_their_mean():
    hexagonal = make_structure(
        (3.2, 3.2, 5.2, 90, 90, 120), ["Mg", "Mg"], np.array([[1, 2, 1], [2, 1, 3]]) / [3, 3, 4]
    )
    assert patterns.free_axes(hexagonal.lattice.abcABG()) == [0, 0, 2]
    rows, _, _ = simulate(hexagonal, draws={"xray": 60})
    strained = [row for row in rows if row["strain_c"]]
    assert 10 <= len(strained) <= 30
    for row in strained:
        strains = [row[f"strain_{axis}"] for axis in "abc"]
        assert strains[0] == strains[1] != strains[2]
        assert sum(strains) == pytest.approx(0.0, abs=1e-12)
    for row in rows:  # the shorter of the two distances within and between the layers
        a, c = (
            3.2 * (1 + row["strain"] + row["strain_a"]),
            5.2 * (1 + row["strain"] + row["strain_c"]),
        )
        expected = min(a, np.sqrt(a**2 / 3 + c**2 / 4))
        assert row["nearest_neighbour"] == pytest.approx(expected, rel=1e-9)


def test_long_distances_are_exact_too():
    caesium = make_structure((6.1, 6.1, 6.5, 90, 90, 90), ["Cs"] * 2, [[0, 0, 0], [0.5] * 3])
    rows, _, _ = simulate(caesium, draws={"neutron": 20})
    assert any(row["strain_c"] for row in rows)
    for row in rows:
        a, c = (
            length * (1 + row["strain"] + row[f"strain_{axis}"])
            for length, axis in ((6.1, "a"), (6.5, "c"))
        )
        expected = np.sqrt(a**2 / 2 + c**2 / 4)
        assert row["nearest_neighbour"] == pytest.approx(expected, rel=1e-9)


def test_an_element_without_scattering_length_is_rejected_for_that_radiation_only():
    actinium = make_structure((5.31, 5.31, 5.31, 90, 90, 90), ["Ac"] * 4, FCC)
    rows, curves, rejected = simulate(actinium)
    assert {row["radiation"] for row in rows} == {"xray"}
    assert len(curves) == 3
    assert rejected[0]["radiation"] == "neutron"
    assert "Ac" in rejected[0]["reason"]
