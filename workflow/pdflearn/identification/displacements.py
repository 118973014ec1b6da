"""Fits with atoms that move as symmetry allows."""

from dataclasses import replace

from pdflearn.identification import messages
from pdflearn.identification.candidate import RefinedCandidate
from pdflearn.identification.candidates import refined_in_full
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# Displacements that a structure may have to be refined with them: any structure, and one that is
# compared because of the sample's elements, which are known. Its positions are often another
# compound's, and 212 of the library's 216 types have 16 free ones at most. Judged.
MAX_MODES, MAX_MODES_BUILT = 12, 16


def refine_displacements(
    observation: Observation, item: RefinedCandidate, solutions: Solutions, most: int = MAX_MODES
) -> RefinedCandidate:
    """Return a fit of the same structure with atoms that move, where that is better.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    item : RefinedCandidate
        One structure, all parameters but displacements refined.
    solutions : Solutions
        Remembered fits; what is new is added.
    most : int, default 12
        A structure with more free displacements keeps its atoms in place.

    Returns
    -------
    RefinedCandidate
        The item itself, with a note where its atoms could not be moved.
    """
    candidate = item.candidates[0]
    if not candidate.phase.periodic:
        return item
    modes = candidate.phase.free_modes()
    if len(modes) > most:
        too_many = len(modes) > max(most, MAX_MODES)
        return replace(item, note=messages.too_many_modes(len(modes), most)) if too_many else item
    if not len(modes):
        return item
    moving = replace(candidate, phase=candidate.phase.with_modes(modes))
    result = refined_in_full(observation, replace(item, candidates=(moving,)), solutions)
    if result is None:
        return replace(item, note=messages.MODES_FAILED)
    return result if result.adjusted_rw < item.adjusted_rw else item
