"""The known structures that are worth refining against a measured curve, and what became of them.

A `Candidate` is one structure before its refinement. A `RefinedCandidate` is one candidate, or the
two of a mixture, together with the fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from pdflearn.identification.candidate import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.chemistry import (
    FOREIGN,
    N_VARIANTS,
    Variant,
    known_compound,
    known_compounds,
    likeliest,
    variants,
)
from pdflearn.identification.occupants import site_occupants
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.search import STRETCH_WEIGHT, similarities
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import POOR, refine
from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures.chemistry import chemistry_of

# So many types are refined: the likely ones by the model, each with a probability of at least
# MIN_PROBABILITY; the most similar ones by their reference patterns, whatever the model says; and
# the most similar ones of those that the model did not learn.
N_LIKELY_TYPES = 6
MIN_PROBABILITY = 0.005
N_SIMILAR_TYPES = 8
N_SIMILAR_UNLEARNED = 4
# So many shapes of particles, where a pattern of one is about as similar as the best one of all.
# Those of bulk are not, so that they cost nothing there.
N_PARTICLES, PARTICLE_MARGIN = 8, 0.05
N_COMPOUNDS = 12  # types of known compounds of the sample's elements, the most similar ones
N_FOREIGN = 6  # structures that the sample's elements do not fit, where these are known
N_SIMILAR_OWN = 4  # of the user's structures, the most similar ones whatever their type
N_WITH_TWO = 3  # so many of the first types are tried with two structures
# The user's own structures are likelier than the library's, since somebody thought of them: a
# factor of e, as far as types are told apart by their likelihood (`ranking.AS_LIKELY`); those that
# are named for this very sample, e^2. Judged, not fitted to any data.
LOOKED_UP, ASKED_FOR = 1.0, 2.0


def choose_candidates(
    observation: Observation,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    request: Request = NOTHING_KNOWN,
) -> list[Candidate]:
    """Choose structures of the likely types and of those with similar patterns, best first.

    Parents of the chosen types are always among them, so that a simpler answer is never missed.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    probabilities : mapping
        structure_type -> probability by the model.
    catalogue : Catalogue
        The known structures.
    request : Request, optional
        What is known of the sample. Its elements are laid onto the sites of each structure, and
        types of known structures with the same elements come in addition.
    """
    table = visible_structures(compare(observation, catalogue), observation.radiation, request)
    asked = [i for file in request.structures for i in catalogue.ids_of_file(file)]
    asked = [structure_id for structure_id in dict.fromkeys(asked) if structure_id in table.index]
    if request.only:
        return _candidates_of(asked, table, observation, catalogue, request, set(asked))
    compounds = known_compounds(table[~table["cluster"]], request)  # its metal stands for all
    shapes = _particle_shapes(table, probabilities)
    types = _types_to_refine(table, probabilities, shapes)
    types += list(compounds["structure_type"].drop_duplicates().head(N_COMPOUNDS))
    types += [catalogue.parents[name] for name in types if catalogue.parents.get(name)]
    own = table.index[table["own"]]
    chosen = asked + list(own[:N_SIMILAR_OWN])
    for position, structure_type in enumerate(dict.fromkeys(types)):
        members = table.index[table["structure_type"] == structure_type]
        n = 2 if position < N_WITH_TWO or structure_type in shapes else 1
        chosen += [i for i in members if i in own][:1]
        preferred = compounds.index[compounds["structure_type"] == structure_type]
        chosen += list(preferred[:n]) or list(members[:n])
    ids = list(dict.fromkeys(chosen))
    candidates = _candidates_of(ids, table, observation, catalogue, request, set(asked))
    foreign = [one for one in candidates if one.fits_composition is False and not one.file]
    left_out = set(map(id, foreign[N_FOREIGN:]))
    return [candidate for candidate in candidates if id(candidate) not in left_out]


def most_similar(
    observation: Observation,
    catalogue: Catalogue,
    n_types: int,
    without: set[str] = frozenset(),
    only: set[str] | None = None,
    request: Request = NOTHING_KNOWN,
    compared: pd.DataFrame | None = None,
    n_members: int = 1,
) -> list[Candidate]:
    """Choose the crystal with the most similar pattern for each of the most similar types.

    Parameters
    ----------
    observation : Observation
        The measured curve, or a part of it.
    catalogue : Catalogue
        The known structures.
    n_types : int
        How many types are chosen at most.
    without : set of str, default empty
        Types that are left out.
    only : set of str, optional
        The types to choose from; None: all.
    request : Request, optional
        What is known of the sample: its compounds stand for their types, and come in addition; its
        elements are laid onto the sites of the others.
    compared : DataFrame, optional
        What `compare` returned, where it is at hand: beside other phases similar is what explains
        the rest.
    n_members : int, default 1
        So many structures of each type are chosen at most.
    """
    table = compare(observation, catalogue) if compared is None else compared
    table = visible_structures(table, observation.radiation, request)
    table = table[~table["cluster"]]  # small clusters fit what any phase leaves
    table = table[~table["structure_type"].isin(without)]
    if only is not None:
        table = table[table["structure_type"].isin(only)]
    compounds = known_compounds(table, request).drop_duplicates("structure_type")
    compounds = compounds.head(N_COMPOUNDS)
    types = table["structure_type"].drop_duplicates().head(n_types)
    others = table[table["structure_type"].isin(types)]
    others = others[~others["structure_type"].isin(compounds["structure_type"])]
    others = others.groupby("structure_type", sort=False).head(n_members)
    table = pd.concat([compounds, others])
    return [
        candidate
        for structure_id in table.index
        for candidate in make_candidates(
            structure_id, table.loc[structure_id], observation, catalogue, request, n_variants=1
        )
    ]


def refine_candidates(
    observation: Observation,
    candidates: tuple[Candidate, ...],
    solutions: Solutions,
    *,
    full: bool,
    useful: float = np.inf,
    start: Mapping[str, float] | None = None,
) -> RefinedCandidate | None:
    """Refine one candidate, or the two of a mixture together.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    candidates : tuple of Candidate
    solutions : Solutions
        Remembered fits; what is new is added.
    full : bool
        See `refine`.
    useful : float, default inf
        The adjusted Rw beyond which a fit is of no use, so that it may end early.
    start : mapping, optional
        Values of parameters where the fit starts; see `refine`.

    Returns
    -------
    RefinedCandidate or None
        None where no parameters give a curve.
    """
    try:
        phases = [candidate.phase for candidate in candidates]
        # ranks compare fits that have all the same freedom, supported or not
        fit = refine(
            observation,
            phases,
            full=full,
            useful_rw=useful,
            solutions=solutions,
            start=start,
            test_size=False,
        )
    except RefinementError:
        return None
    # the size of a cluster, how far in its surface stands, and gaps were chosen, not refined
    sizes = sum((not c.phase.periodic) + (c.contraction > 0) + (c.missing > 0) for c in candidates)
    degrees = max(observation.independent - fit.n_free - sizes, 1.0)
    adjusted_rw = float(fit.rw * np.sqrt(observation.independent / degrees))
    return RefinedCandidate(candidates, fit, adjusted_rw)


def refined_in_full(
    observation: Observation, item: RefinedCandidate, solutions: Solutions
) -> RefinedCandidate | None:
    """Refine all parameters of what was refined before, from where that ended.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    item : RefinedCandidate
        Its fit was of use: one that ended early is at no minimum.
    solutions : Solutions
        Remembered fits; what is new is added.
    """
    start = item.fit.start if item.fit.rw <= POOR else None
    return refine_candidates(observation, item.candidates, solutions, full=True, start=start)


def visible_structures(table: pd.DataFrame, radiation: str, request: Request) -> pd.DataFrame:
    """The table without structures of the library whose type the radiation cannot show.

    X-rays see the metal of a simple hydride alone, whose arrangement is a type of its own: PdH is
    fcc to them, not rocksalt. Where hydrogen is among the known elements it may be one.
    """
    if radiation != "xray" or "H" in request.elements:
        return table
    return table[~table["elements"].map(_is_hydride).astype(bool) | table["own"]]


@cache
def _is_hydride(elements: str) -> bool:
    """Whether elements, joined by hyphens, are hydrogen and one metal."""
    first, *others = sorted(elements.split("-"), key=lambda symbol: symbol != "H")
    return first == "H" and len(others) == 1 and chemistry_of(others[0]) == "metal"


def _types_to_refine(
    table: pd.DataFrame, probabilities: Mapping[str, float], shapes: set[str]
) -> list[str]:
    """The likely types, and the most similar ones that the model did and did not learn."""
    by_probability = sorted(probabilities, key=lambda name: -probabilities[name])
    likely = [name for name in by_probability if probabilities[name] >= MIN_PROBABILITY]
    similar = list(dict.fromkeys(table["structure_type"]))
    learned = [name for name in similar if name in probabilities]
    unlearned = [name for name in similar if name not in probabilities]
    crystals = [name for name in unlearned if name not in shapes]
    likely, learned = likely[:N_LIKELY_TYPES], learned[:N_SIMILAR_TYPES]
    closest = table["similarity"].max()
    near = table[table["similarity"] >= closest - PARTICLE_MARGIN]
    particles = [name for name in dict.fromkeys(near["structure_type"]) if name in shapes]
    return likely + learned + crystals[:N_SIMILAR_UNLEARNED] + particles[:N_PARTICLES]


def _particle_shapes(table: pd.DataFrame, probabilities: Mapping[str, float]) -> set[str]:
    """Types of clusters that the model did not learn."""
    return set(table.loc[table["cluster"], "structure_type"]) - set(probabilities)


def compare(
    observation: Observation, catalogue: Catalogue, explained: Sequence[np.ndarray] = ()
) -> pd.DataFrame:
    """Every known structure with its similarity and stretch, the best first.

    Parameters
    ----------
    observation : Observation
        The measured curve, or a part of it.
    catalogue : Catalogue
        The known structures.
    explained : sequence of arrays (n_r,), default ()
        Curves of other phases of the sample; see
        `pdflearn.identification.search.similarities`.

    Returns
    -------
    DataFrame
        Rows of `catalogue.of_references`, with similarity, stretch, merit (what they are ordered
        by) and cluster.
    """
    references, described = catalogue.references, catalogue.of_references
    clusters = catalogue.clusters_of_references
    similarity, stretch = similarities(
        observation, references.curves[observation.radiation], clusters, explained
    )
    # one metal stands for all in a cluster: its stretch says nothing
    merit = similarity - STRETCH_WEIGHT * np.where(clusters, 0.0, np.abs(np.log(stretch)))
    order = np.argsort(-merit, kind="stable")
    order = order[(similarity[order] > -1) & (described["structure_type"].to_numpy()[order] != "")]
    return described.take(order).assign(
        similarity=similarity[order],
        stretch=stretch[order],
        merit=merit[order],
        cluster=clusters[order],
    )


def _candidates_of(
    ids: list[str],
    table: pd.DataFrame,
    observation: Observation,
    catalogue: Catalogue,
    request: Request,
    asked: set[str],
) -> list[Candidate]:
    """The candidates of these structures, in their order."""
    candidates = []
    for structure_id in ids:
        made = make_candidates(
            structure_id, table.loc[structure_id], observation, catalogue, request
        )
        bonus = ASKED_FOR if structure_id in asked else LOOKED_UP
        candidates += [
            replace(candidate, log_given=candidate.log_given + bonus)
            if candidate.file
            else candidate
            for candidate in made
        ]
    return candidates


def make_candidates(
    structure_id: str,
    match: pd.Series,
    observation: Observation,
    catalogue: Catalogue,
    request: Request,
    n_variants: int = N_VARIANTS,
) -> list[Candidate]:
    """A structure as it is, or with the known elements on its sites in the likeliest ways.

    With more than `N_VARIANTS` a known compound's elements are exchanged over its sites as well.
    """
    described = catalogue.structures.loc[structure_id]
    file = catalogue.file_of(structure_id)
    structure = catalogue.load(structure_id)
    made = [Variant(structure)]
    if _is_its_parent(
        str(described["structure_type"]), str(described["elements"]), catalogue, request
    ):
        made = [Variant(structure, False, -FOREIGN)]
    elif n_variants == 1 and (known := known_compound(structure, request)):
        made = [known]
    elif request.knows_elements:
        occupants = site_occupants(catalogue, structure_id)
        exchanged = n_variants > N_VARIANTS
        made = variants(structure, request, catalogue.volumes, occupants, exchanged)
    candidates = []
    for variant in likeliest(made, float(match["stretch"]), n_variants):
        try:
            phase = Phase(
                variant.structure,
                observation.radiation,
                str(described["crystal_system"]),
                str(described["name"]),
                variant.likely_stretch(float(match["stretch"])),
            )
        except SimulationError:  # no neutron length, say: not a candidate for this radiation
            continue
        candidates.append(
            Candidate(
                structure_id,
                str(described["name"]),
                str(described["structure_type"]),
                phase,
                float(match["similarity"]),
                variant.fits,
                file,
                variant.log_prior,
                variant if variant.fits else None,
            )
        )
    return candidates


def _is_its_parent(
    structure_type: str, elements: str, catalogue: Catalogue, request: Request
) -> bool:
    """Whether a type with the sample's elements is its parent: too few of them to be ordered.

    Dolomite with one metal is calcite, also where its oxygen stands a little off.
    """
    parent = catalogue.parents.get(structure_type)
    if not (request.knows_elements and parent):
        return False
    n = max(len(phase) for phase in request.phases or (request.elements,))
    known = catalogue.structures["structure_type"] == parent
    if n >= len(elements.split("-")) or not known.any():
        return False
    usual = catalogue.structures.loc[known, "elements"].str.count("-").mode()[0] + 1
    return bool(n >= usual)
