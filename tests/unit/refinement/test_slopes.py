"""Derivatives by everything that a recipe frees are those of the curves."""

import numpy as np
import pytest
from crystals import rutile
from refinement_cases import simulated

from pdflearn.refinement.model import Model
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.starts import usual_start
from pdflearn.structures.structure import make_structure


def monoclinic():
    """Two orbits in P2/m, far from any higher symmetry."""
    xyz = np.array([(0, 0, 0), (0.27, 0, 0.36), (0.73, 0, 0.64)])
    return make_structure((4.9, 5.3, 4.4, 90, 99, 90), ["Zr", "O", "O"], xyz, orbits=[0, 1, 1])


def triclinic():
    xyz = np.array([(0, 0, 0), (0.27, 0.4, 0.36), (0.73, 0.6, 0.64)])
    return make_structure((4.9, 5.3, 4.4, 82, 99, 95), ["Zr", "O", "O"], xyz, orbits=[0, 1, 1])


def rhombohedral():
    xyz = np.array([(0.23, 0.23, 0.23), (0.77, 0.77, 0.77)])
    return make_structure((4.7, 4.7, 4.7, 57, 57, 57), ["As", "As"], xyz, orbits=[0, 0])


def alloy():
    """Nickel and platinum on one site of four, and oxygen that is partly missing."""
    xyz = np.array([(0, 0, 0), (0, 0, 0), (0.5, 0.5, 0.5)])
    return make_structure(
        (2.9, 2.9, 3.4, 90, 90, 90), ["Ni", "Pt", "O"], xyz, [0.7, 0.3, 0.8], orbits=[0, 1, 2]
    )


CASES = {
    "monoclinic": (monoclinic(), "monoclinic", Recipe(angles=True, atoms=True), "angle"),
    "triclinic": (triclinic(), "triclinic", Recipe(angles=True), "angle"),
    "rhombohedral": (rhombohedral(), "trigonal", Recipe(angles=True), "angle"),
    "delta1": (rutile(), "tetragonal", Recipe(correlation="delta1"), "delta1"),
    "site": (monoclinic(), "monoclinic", Recipe(displacements="site"), "log_u"),
    "occupancies": (alloy(), "tetragonal", Recipe(occupancies=True), "occupancy"),
    "spheroid": (rutile(), "tetragonal", Recipe(shape="spheroid"), "aspect"),
    "shell": (rutile(), "tetragonal", Recipe(shape="core-shell"), "core"),
}


@pytest.mark.parametrize("name", CASES)
def test_slopes_are_those_of_the_curve(name):
    structure, system, recipe, quantity = CASES[name]
    model = Model(simulated(rutile()), [Phase(structure, "xray", system)], recipe)
    values = usual_start(model)
    values[model.vector.part(0, "inverse_diameter")] = 2.5
    groups = model.vector.free_groups(full=True)
    part = model.vector.part(0, quantity)
    assert set(range(part.start, part.stop)) <= {int(k) for group in groups for k in group}
    changes = model.curve_changes(values, groups)
    for k, group in enumerate(groups):
        step = np.zeros(len(values))
        step[group] = 0.05
        sides = [model.curves(values + x)[:, 0] for x in (step, -step)]
        expected = (sides[0] - sides[1]) / 0.1
        error = np.abs(changes[k][:, 0] - expected).max()
        assert error < 0.03 * np.abs(expected).max(), model.vector.names[group[0]]
