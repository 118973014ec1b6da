"""Which cluster it is: other sizes of a shape, a surface that stands further in, and gaps in it.

Patterns of the library tell shapes, but sizes only roughly: they have one U, one resolution and no
small-angle part. So from the size whose pattern is the most similar one neighbours in size are
refined as long as one fits better. The outer atoms of a metal particle stand closer to those within
than in bulk, by a few per cent [1]_, and of its vertices and edges some are missing. Without that
the shape whose surface counts least fits best, not the right one.

References
----------
.. [1] W. J. Huang et al., Nature Materials 7 (2008) 308.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import numpy as np
from diffpy.structure import Structure

from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.particles import is_cluster, is_large
from pdflearn.structures.structure import make_structure

# What follows was set on seed 11 of tests/benchmarks/bench_clusters.py.
# Clusters that leave more than this multiple of the lowest Rw are left as they are: a contraction
# of 1 to 3 % takes up to 0.45 of what the right shape leaves.
WITHIN = 2.0
# Of another size, and as a cut of the bulk, a right shape leaves up to 0.25.
MOST_LEFT = 0.35
# As a crystal's sphere a cluster has its diameter within a tenth or so.
LARGER = 1.2
# So many sizes to either side are tried next, and so many of a shape at most.
N_BESIDE, N_SIZES = 2, 8
# How much closer to the centre the outer atoms are tried, as a share of their distance, which
# difference of it is not told apart, and for how many of the best clusters.
MOST, RESOLVED, N_CONTRACTED = 0.03, 0.003, 6
# An atom with fewer neighbours than this share of the most is an outer one; neighbours are as close
# as the closest but for this factor (five-fold twins are strained by a few per cent).
OUTER, NEIGHBOURS = 0.9, 1.12
# With fewer than this share of the most it may be missing: so many of those are.
LOOSE, MISSING = 0.7, 0.15

Refine = Callable[[Candidate], RefinedCandidate | None]
Make = Callable[[str], list[Candidate]]


def better_clusters(
    items: list[RefinedCandidate], catalogue: Catalogue, make: Make, refine: Refine
) -> list[RefinedCandidate]:
    """Refine other sizes of the best clusters, and the best with their surface further in.

    Parameters
    ----------
    items : list of RefinedCandidate
        Quick fits of crystals and clusters. Whether one is near is judged by these.
    catalogue : Catalogue
        The known structures.
    make : callable
        From an id of the catalogue to candidates.
    refine : callable
        From a candidate to its fit with all its parameters.

    Returns
    -------
    list of RefinedCandidate
        Of one cluster the best of its contractions. Empty where no cluster is near.
    """
    best = min(items, key=lambda item: item.adjusted_rw, default=None)
    if best is None or is_large(best, LARGER):
        return []
    limit = min(WITHIN * best.adjusted_rw, MOST_LEFT)
    near = [item for item in items if is_cluster(item) and item.adjusted_rw <= limit]
    if not near:
        return []
    new: list[RefinedCandidate] = []
    near = [refine(item.candidates[0]) or item for item in near]
    near.sort(key=lambda item: (item.structure_type, item.adjusted_rw))
    for _, of_shape in groupby(near, key=lambda item: item.structure_type):
        sizes = list(of_shape)
        new += sizes + _other_sizes(sizes, catalogue, make, refine)
    new.sort(key=lambda item: item.adjusted_rw)
    moved = [_with_gaps(_contracted(item, refine), refine) for item in new[:N_CONTRACTED]]
    return moved + new[N_CONTRACTED:]


def _other_sizes(
    of_shape: list[RefinedCandidate], catalogue: Catalogue, make: Make, refine: Refine
) -> list[RefinedCandidate]:
    """Sizes beside the best one of a shape, as long as one of them is better."""
    best = of_shape[0]
    table = catalogue.of_references[catalogue.clusters_of_references]
    ids = table.index[table["structure_type"] == best.structure_type]
    n_atoms = {i: len(catalogue.load(i)) for i in ids}
    order = sorted(n_atoms, key=lambda i: (n_atoms[i], i))
    tried = {item.candidates[0].id for item in of_shape}
    new: list[RefinedCandidate] = []
    while best.candidates[0].id in n_atoms and len(new) < N_SIZES:
        at = order.index(best.candidates[0].id)
        beside = order[max(at - N_BESIDE, 0) : at + N_BESIDE + 1]
        fits = [refine(one) for i in beside if i not in tried for one in make(i)[:1]]
        tried.update(beside)
        fits = [item for item in fits if item is not None]
        new += fits
        better = min(fits, key=lambda item: item.adjusted_rw, default=best)
        if better.adjusted_rw >= best.adjusted_rw:
            break
        best = better
    return new


def _contracted(item: RefinedCandidate, refine: Refine) -> RefinedCandidate:
    """A cluster with its surface where it fits best, if that is further in.

    Rw squared is about a parabola of the contraction: two fits more give its lowest point.
    """
    (candidate,) = item.candidates

    def moved(share: float) -> RefinedCandidate | None:
        structure = contracted(candidate.phase.structure, share)
        phase = replace(candidate.phase, structure=structure)
        return refine(replace(candidate, phase=phase, contraction=share))

    half, whole = MOST / 2, MOST
    near = moved(half)
    if near is None or near.adjusted_rw >= item.adjusted_rw:
        return item
    far = moved(whole)
    if far is None:
        return near
    y0, y1, y2 = (one.adjusted_rw**2 for one in (item, near, far))
    bend = y0 - 2 * y1 + y2
    lowest = half + half * (y0 - y2) / (2 * bend) if bend > 0 else whole
    share = round(float(np.clip(lowest, 0.0, 1.3 * whole)), 3)
    last = moved(share) if min(abs(share - half), abs(share - whole)) > RESOLVED else None
    fits = [one for one in (near, far, last) if one is not None]
    return min(fits, key=lambda one: one.adjusted_rw)


def _with_gaps(item: RefinedCandidate, refine: Refine) -> RefinedCandidate:
    """A cluster that lacks a part of its loosest atoms, if that fits better."""
    (candidate,) = item.candidates
    phase = replace(candidate.phase, structure=with_gaps(candidate.phase.structure, MISSING))
    other = refine(replace(candidate, phase=phase, missing=MISSING))
    return other if other is not None and other.adjusted_rw < item.adjusted_rw else item


def contracted(structure: Structure, share: float) -> Structure:
    """Return a cluster whose outer atoms stand closer to its centre by a share of their distance.

    Parameters
    ----------
    structure : Structure
        A cluster.
    share : float
        0 leaves it as it is.

    Examples
    --------
    >>> from pdflearn.structures.clusters import geometries, make_cluster
    >>> (cluster,) = geometries(13, 13, 1, ["icosahedron"])
    >>> xyz = contracted(make_cluster(cluster, "Au"), 0.02).xyz
    >>> radius = np.linalg.norm(xyz - xyz.mean(axis=0), axis=1)
    >>> whole = np.linalg.norm(make_cluster(cluster, "Au").xyz, axis=1)
    >>> [round(float(x), 3) for x in sorted(radius / np.maximum(whole, 0.1))[-2:]]
    [0.98, 0.98]
    """
    xyz = structure.xyz
    outer = _neighbours(xyz) < OUTER
    centre = xyz.mean(axis=0)
    return _remade(structure, np.where(outer[:, None], centre + (xyz - centre) * (1 - share), xyz))


def with_gaps(structure: Structure, share: float) -> Structure:
    """Return a cluster of which a share of the atoms with fewest neighbours is missing, on average.

    Parameters
    ----------
    structure : Structure
        A cluster.
    share : float
        Of the atoms with less than `LOOSE` of the most neighbours.
    """
    loose = _neighbours(structure.xyz) < LOOSE
    return _remade(structure, structure.xyz, np.where(loose, 1 - share, 1.0))


def _neighbours(xyz: np.ndarray) -> np.ndarray:
    """The number of neighbours of each atom, over the most."""
    distance = np.linalg.norm(xyz[:, None] - xyz, axis=-1)
    np.fill_diagonal(distance, np.inf)
    numbers = (distance < NEIGHBOURS * distance.min()).sum(axis=1)
    return numbers / numbers.max()


def _remade(
    structure: Structure, xyz: np.ndarray, occupancy: np.ndarray | None = None
) -> Structure:
    if occupancy is None:
        occupancy = [atom.occupancy for atom in structure]
    symbols = [atom.element for atom in structure]
    return make_structure(None, symbols, xyz, occupancy, title=structure.title)
