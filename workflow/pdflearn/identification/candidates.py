"""Which known structures are worth refining against a measured curve."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.search import similarities
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import Fit, refine
from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures import substitution as compositions

LIKELY_TYPES = 6  # of the model, each with a probability of at least LEAST_PROBABILITY
LEAST_PROBABILITY = 0.005
SIMILAR_TYPES = 8  # by the templates, whatever the model says
SIMILAR_UNLEARNED = 4  # beside them, of types that the model says nothing of
# Among structures of a type that are alike in pattern, one whose lengths need no stretch is better:
# a stretch of 10 % weighs as much as 0.02 in similarity.
STRETCH_WEIGHT = 0.2
SECOND_CANDIDATES = 3  # the best types are tried with two structures


@dataclass
class Candidate:
    """One structure to be refined.

    Attributes
    ----------
    id, name, structure_type : str
    phase : Phase
    similarity : float
        Cosine with the reference pattern, -1 to 1.
    fits_composition : bool or None
        None where the composition is not known.
    """

    id: str
    name: str
    structure_type: str
    phase: Phase
    similarity: float
    fits_composition: bool | None = None


def choose(
    observation: Observation,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    composition: Mapping[str, float] | None = None,
) -> list[Candidate]:
    """Structures of the likely types and of those whose patterns look alike, best first.

    Parents of the chosen types are always among them, so that a simpler answer is never missed.
    Where the composition is known, its elements are laid onto each structure's sites; types that
    it fits come in addition.
    """
    table = _compared(observation, catalogue)
    by_likelihood = sorted(probabilities, key=lambda kind: -probabilities[kind])
    likely = [kind for kind in by_likelihood if probabilities[kind] >= LEAST_PROBABILITY]
    similar = list(dict.fromkeys(table["structure_type"]))
    unlearned = [kind for kind in similar if kind not in probabilities]
    learned = [kind for kind in similar if kind in probabilities]
    kinds = likely[:LIKELY_TYPES] + learned[:SIMILAR_TYPES] + unlearned[:SIMILAR_UNLEARNED]
    known = set()
    if composition:
        same = table["elements"] == "-".join(sorted(composition))
        known = set(table.index[same])
        kinds += list(table.loc[same, "structure_type"])
    kinds += [catalogue.parents[kind] for kind in kinds if catalogue.parents.get(kind)]
    found = []
    for place, kind in enumerate(dict.fromkeys(kinds)):
        members = table[table["structure_type"] == kind]
        several = 2 if place < SECOND_CANDIDATES else 1
        chosen = [i for i in members.index if i in known][:several] or list(members.index[:several])
        for identity in chosen:
            found += _candidates(
                identity, members.loc[identity], observation, catalogue, composition
            )
    return found


def alike(
    observation: Observation,
    catalogue: Catalogue,
    types: int,
    without: set[str] = frozenset(),
    only: set[str] | None = None,
) -> list[Candidate]:
    """The structure that looks most like a curve, for each of so many types."""
    table = _compared(observation, catalogue).drop_duplicates("structure_type")
    table = table[~table["structure_type"].isin(without)]
    if only is not None:
        table = table[table["structure_type"].isin(only)]
    table = table.head(types)
    return [
        candidate
        for identity in table.index
        for candidate in _candidates(identity, table.loc[identity], observation, catalogue, None)
    ]


def _compared(observation: Observation, catalogue: Catalogue) -> pd.DataFrame:
    """Every structure's similarity and stretch, the best first."""
    templates = catalogue.references
    similarity, stretch = similarities(observation, templates.curves[observation.radiation])
    table = catalogue.structures.loc[list(templates.ids), ["structure_type", "elements"]].copy()
    table["similarity"], table["stretch"] = similarity, stretch
    table["merit"] = similarity - STRETCH_WEIGHT * np.abs(np.log(stretch))
    table = table[(table["similarity"] > -1) & (table["structure_type"] != "")]
    return table.sort_values("merit", ascending=False, kind="stable")


def _candidates(
    identity: str,
    row: pd.Series,
    observation: Observation,
    catalogue: Catalogue,
    composition: Mapping[str, float] | None,
) -> list[Candidate]:
    """A structure as it is, or with the known composition's elements in each possible way."""
    structure = catalogue.load(identity)
    described = catalogue.structures.loc[identity]
    variants, fits = [structure], None
    if composition:
        sites = compositions.shares(structure)
        ways = compositions.assignments(dict(composition), sites)
        fits = bool(ways)
        if ways:
            variants = [compositions.substitute(structure, way) for way in ways]
    made = []
    for variant in variants:
        try:
            phase = Phase(
                variant,
                observation.radiation,
                str(described["crystal_system"]),
                str(described["name"]),
                float(row["stretch"]),
            )
        except SimulationError:  # no neutron length, say: not a candidate for this radiation
            continue
        made.append(
            Candidate(
                identity,
                str(described["name"]),
                str(described["structure_type"]),
                phase,
                float(row["similarity"]),
                fits,
            )
        )
    return made


@dataclass
class Refined:
    """A candidate (two of a mixture) and its fit.

    Attributes
    ----------
    candidates : tuple of Candidate
    fit : Fit
    rw : float
        The fit's Rw times sqrt(n / (n - p)), n independent values and p parameters: what more
        freedom is worth is taken away.
    log_prior : float
        Logarithm of what the model's answer, the composition and the radiation make of it.
    log_posterior : float
        The same with the fit.
    """

    candidates: tuple[Candidate, ...]
    fit: Fit
    rw: float
    log_prior: float = -np.inf
    log_posterior: float = -np.inf

    @property
    def structure_type(self) -> str:
        """The type, or those of a mixture joined by +."""
        return "+".join(sorted(c.structure_type for c in self.candidates))

    @property
    def freedom(self) -> int:
        """How many numbers the structures leave free: the fewer, the simpler the answer."""
        return sum(candidate.phase.degrees_of_freedom for candidate in self.candidates)

    @property
    def radiation(self) -> str:
        """What the fit was for."""
        return self.candidates[0].phase.radiation

    @property
    def name(self) -> str:
        """The library's structure, or those of a mixture joined by +."""
        return " + ".join(c.name for c in self.candidates)


def fit(
    observation: Observation,
    candidates: tuple[Candidate, ...],
    solutions: Solutions,
    *,
    full: bool,
) -> Refined | None:
    """Refine one candidate, or two together; None where no parameters give a curve."""
    try:
        phases = [candidate.phase for candidate in candidates]
        found = refine(observation, phases, full=full, solutions=solutions)
    except RefinementError:
        return None
    free = max(observation.independent - found.n_free, 1.0)
    rw = float(found.rw * np.sqrt(observation.independent / free))
    return Refined(candidates, found, rw)
