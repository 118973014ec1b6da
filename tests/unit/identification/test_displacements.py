"""Atoms that move as symmetry allows, where their number permits it."""

import pytest
from identification_cases import make_catalogue, measured

from pdflearn.identification.candidates import choose_candidates, refine_candidates
from pdflearn.identification.displacements import refine_displacements
from pdflearn.refinement.cache import Solutions


@pytest.fixture(scope="module")
def moved():
    """A tetradymite whose atoms stand elsewhere than in the structure that it is compared with."""
    observation = measured(("Bi2Te2S tetradymite", 1.0))
    catalogue = make_catalogue(["Bi2Se2Te tetradymite", "NaCl rocksalt"])
    return observation, {
        one.structure_type: refine_candidates(observation, (one,), Solutions(), full=True)
        for one in choose_candidates(observation, {}, catalogue)
    }


def test_atoms_that_may_move_fit_better(moved):
    observation, fits = moved
    item = fits["tetradymite"]
    better = refine_displacements(observation, item, Solutions())
    assert better.adjusted_rw < 0.8 * item.adjusted_rw
    assert len(better.candidates[0].phase.modes) == 2


@pytest.mark.parametrize(("structure_type", "most"), [("tetradymite", 1), ("rocksalt", 12)])
def test_a_structure_keeps_its_atoms_where_there_are_too_many_to_move_or_none(
    moved, structure_type, most
):
    observation, fits = moved
    item = fits[structure_type]
    assert refine_displacements(observation, item, Solutions(), most) is item
