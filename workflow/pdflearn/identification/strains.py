"""How far the cells of refined phases are from those of their known structures, and what that says.

Heat and solid solution change the lattice constants of a known compound by one or two in a hundred.
A compound that the library lacks may be farther from its type's others. But a wrong structure has
any strain: it is put where its peaks fall on those of something else.
"""

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.structures.elements import atomic_volume
from pdflearn.structures.structure import arrays
from pdflearn.structures.volumes import log_likelihood

# Relative change of lattice constants by temperature and by solid solution: one in a hundred.
USUAL_STRAIN = 0.01
# Strains beyond this are seldom those of a right structure; and how much such a one counts. Phases
# that are named rightly have strains of up to 0.03 (variants 310 and 316 of mixture_files.py).
LARGE_STRAIN, STRAIN_POWER = 0.03, 0.05
# No weaker phase of a mixture has a cell that differs by more from its known structure's. Right
# ones differ by up to 0.045 there (variant 316), a wrong one in their place by 0.15 (variant 314).
MOST_STRAIN = 0.10


def strain(item: RefinedCandidate, index: int) -> float:
    """The root mean square of a phase's strains against its known structure; 0 for a cluster."""
    if not item.candidates[index].phase.periodic:
        return 0.0
    return strain_between(item.candidates[index].phase.structure, item.fit.structures[index])


def strain_between(known: Structure, refined: Structure) -> float:
    """The root mean square of the relative changes of three edges from one cell to another."""
    edges = np.array(known.lattice.abcABG()[:3])
    changed = np.array(refined.lattice.abcABG()[:3])
    return float(np.linalg.norm(changed / edges - 1) / np.sqrt(3))


def strain_factor(item: RefinedCandidate) -> float:
    """So many times as high the Rw of a fit counts for the strains of its phases."""
    strains = np.array([strain(item, index) for index in range(len(item.candidates))])
    return float(np.prod(_factor(strains)))


def implausible(item: RefinedCandidate) -> bool:
    """Whether a phase other than the one with the strongest signal has too large a strain."""
    if len(item.candidates) == 1:
        return False
    strongest = int(np.argmax([part @ part for part in item.fit.partials]))
    return any(
        strain(item, index) > MOST_STRAIN
        for index in range(len(item.candidates))
        if index != strongest
    )


def nearest_first(table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Let the best of each type's n most similar structures, strains counted, stand before others.

    Parameters
    ----------
    table : DataFrame
        As `pdflearn.identification.candidates.compare` returns it.
    n : int
    """
    likeness = table["similarity"].to_numpy() / _factor(np.log(table["stretch"].to_numpy()))
    order = np.arange(len(table))
    for places in table.groupby("structure_type", sort=False).indices.values():
        best = places[np.argmax(likeness[places[:n]])]
        order[places[0]], order[best] = best, places[0]
    return table.take(order)


def _factor(strain: np.ndarray) -> np.ndarray:
    """A distribution with long tails: 1.005 for a strain of 1 %, 1.04 for 3 %, 1.11 for 8 %."""
    return (1 + (strain / LARGE_STRAIN) ** 2) ** STRAIN_POWER


def log_pressure(candidate: Candidate) -> float:
    """Logarithm of how likely a known structure's density is under no pressure; 0 for a compound.

    Libraries hold elements under pressure as well: Al as bcc has the cell of iron.
    """
    structure = candidate.phase.structure
    symbols = set(arrays(structure)[0])
    if len(symbols) != 1 or not candidate.phase.periodic:
        return 0.0
    usual = atomic_volume(symbols.pop())
    volume = structure.lattice.volume / len(structure)
    return log_likelihood(volume, usual) if np.isfinite(usual) else 0.0


def log_given(item: RefinedCandidate, index: int) -> float:
    """Logarithm of how likely a phase's structure is by its strain and its density, without a fit.

    Among structures that fit alike, the strain is taken as normally distributed.
    """
    moved = strain(item, index) / USUAL_STRAIN
    return log_pressure(item.candidates[index]) - 0.5 * moved**2
