"""Small particles: a crystal cut by a sphere, or a cluster of a certain shape, atom by atom."""

from collections.abc import Callable

from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.catalogue import Catalogue

# Particles below this diameter (angstrom) hold too few shells to be told as a crystal's type. A
# cluster of this size is told by its shape.
MIN_DIAMETER = 20.0
# Up to this diameter (600 atoms of platinum) the library has clusters. From MIN_DIAMETER on one is
# told where its Rw is below the crystal's by more than this share of it.
MAX_CLUSTER, BETTER = 26.0, 0.03

# A cluster with an even strain and one U leaves up to this Rw where its surface contracts by up to
# 3 % and moves more (development seeds 1 and 2 of tests/benchmarks/bench_clusters.py). Crystals
# with small particles, which it competes with, may leave less of it by this factor.
CLUSTER_RW, CLUSTER_SHARE = 0.25, 1.25


def is_cluster(item: RefinedCandidate) -> bool:
    """Whether a candidate is one cluster."""
    return not (item.is_mixture or item.candidates[0].phase.periodic)


def is_small(item: RefinedCandidate) -> bool:
    """Whether a candidate is one crystal whose particles are too small to be told as its type."""
    if item.is_mixture or "diameter" not in item.fit.parameters:
        return False
    return item.fit.parameters["diameter"].value < MIN_DIAMETER


def is_large(item: RefinedCandidate, margin: float = 1.0) -> bool:
    """Whether a candidate is one crystal with particles larger than any cluster of the library.

    Parameters
    ----------
    item : RefinedCandidate
    margin : float, default 1.0
        Larger by this factor at least.
    """
    if item.is_mixture or is_cluster(item):
        return False
    size = item.fit.parameters.get("diameter")
    return size is None or size.value > margin * MAX_CLUSTER


def explains_alone(refined: list[RefinedCandidate]) -> bool:
    """Whether a cluster explains a curve as far as clusters do.

    What one leaves, the strain and the motion of its surface, is no second phase, although other
    structures fit it. A crystal that fits better with particles larger than any cluster of the
    library is no cluster.
    """
    best = min(refined, key=lambda item: item.adjusted_rw)
    if best.is_mixture or is_large(best):
        return False
    limit = min(CLUSTER_RW, CLUSTER_SHARE * best.adjusted_rw)
    return any(is_cluster(item) and item.adjusted_rw <= limit for item in refined)


def clusters_before_small_crystals(
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    alike: Callable[[RefinedCandidate, RefinedCandidate], bool],
) -> list[RefinedCandidate]:
    """Put a cluster before a crystal whose particles are small and that fits no better.

    Below `MIN_DIAMETER` a sphere's shape function is an average over particles that are all alike
    in truth, and which atoms there are makes more of a difference than the packing.

    Parameters
    ----------
    ranked : list of RefinedCandidate
        One a type, best first.
    catalogue : Catalogue
        The relations of the types.
    alike : callable
        Whether its second argument fits no better than its first one.
    """
    first = ranked[0]
    clusters = sorted(filter(is_cluster, ranked), key=lambda item: item.adjusted_rw)
    if not clusters or first.is_mixture or "diameter" not in first.fit.parameters:
        return ranked
    diameter = first.fit.parameters["diameter"].value
    root = catalogue.parent_type(first.structure_type)
    kin = [item for item in clusters if catalogue.parent_type(item.structure_type) == root]
    best = clusters[0]
    if diameter < MIN_DIAMETER and alike(best, first):
        # of its own packing where that does as well
        best = kin[0] if kin and alike(kin[0], best) else best
    elif diameter < MAX_CLUSTER and kin and kin[0].adjusted_rw < (1 - BETTER) * first.adjusted_rw:
        best = kin[0]
    else:
        return ranked
    return [best, *(item for item in ranked if item is not best)]
