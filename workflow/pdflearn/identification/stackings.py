"""Mixtures that may be one crystal: types that stack the same layers in other orders.

In a crystal with stacking faults some layers lie as they do in another type. Its G(r) is nearly the
sum of those of both types, so that a fit of two phases does not tell it from two kinds of crystals.

References
----------
A. R. Verma and P. Krishna, Polymorphism and Polytypism in Crystals, Wiley 1966.
"""

from itertools import combinations

from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.structures.structure import shortest_distance

FAMILIES = (
    {"fcc", "hcp", "dhcp", "alpha_Sm"},
    {"diamond", "lonsdaleite"},
    {"zincblende", "wurtzite", "SiC_4H", "SiC_6H"},
    {"laves_C14", "laves_C15", "laves_C36"},
    {"CdI2", "CdCl2"},
)
# Shortest distances that differ by less, as a share: the layers are those of one substance. Free
# coordinates and axis ratios change them by a per cent or so.
SAME_LAYERS = 0.02


def are_stackings(item: RefinedCandidate) -> bool:
    """Whether a mixture has two phases that stack the same layers, with the same distances.

    Parameters
    ----------
    item : RefinedCandidate

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from pdflearn.structures.structure import make_structure
    >>> def packed(cell, xyz):
    ...     return make_structure(cell, ["Co"] * len(xyz), xyz)
    >>> sites = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> fcc = packed((3.54, 3.54, 3.54, 90, 90, 90), sites)
    >>> hcp = packed((2.51, 2.51, 4.07, 90, 90, 120), [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)])
    >>> candidates = [SimpleNamespace(structure_type=name) for name in ("fcc", "hcp")]
    >>> fit = SimpleNamespace(structures=(fcc, hcp))
    >>> are_stackings(SimpleNamespace(candidates=candidates, fit=fit))
    True
    """
    types = [candidate.structure_type for candidate in item.candidates]
    for one, two in combinations(range(len(types)), 2):
        if any({types[one], types[two]} <= family for family in FAMILIES):
            shortest = [shortest_distance(item.fit.structures[k]) for k in (one, two)]
            if max(shortest) / min(shortest) - 1 < SAME_LAYERS:
                return True
    return False
