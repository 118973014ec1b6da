"""What a curve is that no crystal structure explains: its kind, with numbers and a sentence.

What the curve shows by itself is asked first, whatever fits it: a small, strongly damped crystal
fits the few distances of a glass or a molecule well.
"""

from typing import NamedTuple

import numpy as np

from pdflearn.identification.amorphous import WAVE_LIMIT, damped_wave_rw
from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.coherence import (
    COARSE,
    Coherence,
    band_share,
    first_distances,
    wavelength_beyond,
)
from pdflearn.identification.expected_rw import noise_level
from pdflearn.identification.messages import AMORPHOUS, MAGNETIC, MOLECULAR, NOT_G, UNKNOWN_CRYSTAL
from pdflearn.measured.observation import Observation

# G(r) oscillates about zero. More than this share of its squares in waves longer than 10 angstrom
# (below SLOW_Q, 1/angstrom) is another function or a straight line; more than this share of noise
# holds nothing to identify.
MAX_SLOW_SHARE, SLOW_Q = 0.5, 0.6
MAX_NOISE = 0.7
# The magnetic form factor of 3d ions has fallen to a tenth at 6 1/angstrom, so a magnetic part is
# slow (B. A. Frandsen, X. Yang and S. J. L. Billinge, Acta Cryst. A 70 (2014) 3): at least this
# share of what the best structure leaves is below 3 1/angstrom, and the structure itself explains
# most of the curve.
MAGNETIC_SHARE, MAGNETIC_RW = 0.6, 0.7
# Waves beyond sharp distances are those of molecules where they are longer than the first distance
# by this factor. Those of packed atoms are as long as atoms lie apart: 0.81 to 0.85 of the first
# distance in five packings, 1.9 to 3.6 in six molecular liquids (seeds "dev" and "dev110" of
# bench_none.py).
LARGER = 1.2
N_RELATIVES = 3  # types that are named as the likeliest relatives of an unknown crystal


class Kind(NamedTuple):
    """A kind of none, as identification.csv names it, and the sentence for it."""

    name: str
    sentence: str


def kind_of_curve(
    observation: Observation, order: Coherence, best_rw: float = np.inf
) -> Kind | None:
    """Tell what a curve is that shows by itself that it is no crystal's; None where it does not.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    order : Coherence
        How far its order reaches.
    best_rw : float, default inf
        Of the best fit, adjusted for its parameters: noise cannot be more than what a fit leaves.
        The estimate from high frequencies takes peaks for noise that are still sharp at q_max.

    Returns
    -------
    Kind or None

    Examples
    --------
    >>> from pdflearn.identification.coherence import coherence
    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> line = Observation(r, 1.0 - 0.05 * r)
    >>> kind_of_curve(line, coherence(line)).name
    'not a G(r)'
    """
    slow = band_share(observation.r, observation.g, 0.0, SLOW_Q)
    if slow > MAX_SLOW_SHARE:
        return Kind(
            NOT_G,
            f"It does not oscillate about zero as G(r) does: {slow:.0%} of its squares are in "
            "waves longer than 10 A. Check which function and which columns the file holds.",
        )
    noise = min(noise_level(observation), best_rw)
    if noise > MAX_NOISE:
        return Kind(NOT_G, f"It is noise to {noise**2:.0%}: there is nothing to identify.")
    if order.molecular and _of_larger_units(observation, order):
        return Kind(
            MOLECULAR,
            f"Distances are sharp up to {order.fine:.0f} A{_distances(observation, order)} "
            "and none is beyond, where "
            "only slow waves go on: molecules that are turned at random, or a molecular liquid.",
        )
    if order.ends:
        return Kind(
            AMORPHOUS,
            f"Its order ends at {order.fine:.0f} A{_distances(observation, order)}"
            ", as in a glass, a liquid or a "
            "cluster of a few shells, and not in a crystal.",
        )
    wave_rw = damped_wave_rw(observation)
    if wave_rw <= WAVE_LIMIT:
        return Kind(
            AMORPHOUS,
            f"A single damped wave describes the curve (Rw {wave_rw:.2f})"
            f"{_distances(observation, order)}: it shows no "
            "structure, as with liquids, glasses or another function.",
        )
    return None


def _of_larger_units(observation: Observation, order: Coherence) -> bool:
    """Whether the waves beyond fine order are those of larger units than atoms."""
    first = first_distances(observation, order.fine)[:1]
    return bool(first) and wavelength_beyond(observation, order.fine) > LARGER * first[0]


def kind_of_misfit(
    observation: Observation, closest: list[RefinedCandidate], order: Coherence
) -> Kind:
    """Tell what a curve is whose order goes on, although no structure fits.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    closest : list of RefinedCandidate
        The lowest Rw first.
    order : Coherence
        How far the curve's order reaches.

    Returns
    -------
    Kind
    """
    best = closest[0]
    if observation.radiation == "neutron" and best.fit.rw <= MAGNETIC_RW:
        share = band_share(best.fit.r, best.fit.difference, SLOW_Q, COARSE[1])
        if share >= MAGNETIC_SHARE:
            return Kind(
                MAGNETIC,
                f"What {best.name} leaves is slow: {share:.0%} of it is in waves below "
                f"{COARSE[1]:.0f} 1/A, as magnetic order adds to the G(r) of neutrons. A fit of "
                "the magnetic part, or X-rays, would tell.",
            )
    end = observation.r[-1]
    reach = order.coarse
    goes_on = "to the end of the curve" if reach > end - 1.0 else f"to {reach:.0f} A"
    types = list(dict.fromkeys(item.structure_type for item in closest))[:N_RELATIVES]
    named = ", ".join(types)
    return Kind(
        UNKNOWN_CRYSTAL,
        f"Its order goes on {goes_on}, so it is a crystal that the library lacks, or a mixture of "
        f"more than is looked for; the closest types are {named}.",
    )


def _distances(observation: Observation, order: Coherence) -> str:
    """The first distances in words."""
    distances = first_distances(observation, order.fine)
    if not distances:
        return ""
    return f" (first distances {', '.join(f'{r:.2f}' for r in distances)} A)"
