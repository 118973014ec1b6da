"""What an accepted phase leaves of a curve, and whether another known structure explains it."""

from dataclasses import replace

import numpy as np

from pdflearn.identification.candidates import RefinedCandidate, most_similar
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.coherence import coherence
from pdflearn.measured.observation import Observation

# What is left counts as another phase where a structure's pattern is at least so similar to it
# (cosine), and explains at least this share of the whole curve's squares.
MIN_SIMILARITY, MIN_SHARE = 0.60, 0.01


def explained_by_another(
    observation: Observation, item: RefinedCandidate, catalogue: Catalogue
) -> tuple[str, float, float] | None:
    """Look for an unrelated structure in what a phase leaves of a curve.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    item : RefinedCandidate
        The phase and its fit.
    catalogue : Catalogue
        The known structures.

    Returns
    -------
    (structure_type, share, rest) or None
        The type whose pattern is the most similar one to the rest, the share of the curve's
        squares that it explains, and the share that the phase leaves. None where no structure
        explains enough, or the order of the rest ends at once, as that of a background does.
    """
    difference = item.fit.difference
    left = float(difference @ difference / max(item.fit.g @ item.fit.g, 1e-300))
    if left < MIN_SHARE or not np.any(difference):
        return None
    rest = replace(observation, r=item.fit.r, g=difference, radiation=item.radiation)
    if coherence(rest).ends:
        return None
    root = catalogue.parent_type(item.structure_type)
    kin = {
        name
        for name in catalogue.of_references["structure_type"]
        if name and catalogue.parent_type(name) == root
    }
    for other in most_similar(rest, catalogue, 1, without=kin):
        share = max(other.similarity, 0.0) ** 2 * left
        if other.similarity >= MIN_SIMILARITY and share >= MIN_SHARE:
            return other.structure_type, share, left
    return None
