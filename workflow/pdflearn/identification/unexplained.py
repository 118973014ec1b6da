"""What an accepted phase leaves of a curve, and whether another known structure explains it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from pdflearn.identification.candidates import RefinedCandidate, most_similar
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.coherence import coherence
from pdflearn.measured.observation import Observation

# What is left counts as another phase where a structure's pattern is at least so similar to it
# (cosine), and explains at least this share of the whole curve's squares. Of variant 20 of
# bench_verdicts.py single phases leave up to 0.49 of similarity, with a second phase of a few per
# cent 0.56 and more. What measured powders leave by peaks of another shape is as similar as 0.72,
# but no more than 0.006 of the squares (the public measured files).
MIN_SIMILARITY, MIN_SHARE = 0.60, 0.01


def explained_by_another(
    observation: Observation,
    item: RefinedCandidate,
    catalogue: Catalogue,
    alternatives: Iterable[str] = (),
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
    alternatives : iterable of str, default empty
        Types that explain the whole curve by themselves. They, or their relatives, share distances
        with the phase, as polytypes do: what it leaves looks like them without a second phase.

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
    roots = {catalogue.parent_type(name) for name in (item.structure_type, *alternatives)}
    kin = {
        name
        for name in catalogue.of_references["structure_type"]
        if name and catalogue.parent_type(name) in roots
    }
    for other in most_similar(rest, catalogue, 1, without=kin):
        share = max(other.similarity, 0.0) ** 2 * left
        if other.similarity >= MIN_SIMILARITY and share >= MIN_SHARE:
            return other.structure_type, share, left
    return None
