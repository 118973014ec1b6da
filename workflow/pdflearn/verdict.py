"""What a sample is: candidates refined, ranked, and a verdict with its reason.

Refinement checks and refuses; it does not rank alone, because a type with more kinds of sites has
more freedom and nearly always fits a little better. So the model's probability and the fit count
together, and a simpler type goes before one with more freedom where both fit alike: a parent before
its ordered children, and any type before others that are no more likely. The model names what the
radiation shows; its answer speaks for every type that may look so, and which of these it is, the
fits say. So far as the fits refute what the model named, it is silent, and all types are treated as
those that it never learned.

The limits below were set from what fits of known structures leave (bulk 0.1 to 0.3,
nanoparticles up to 0.45: C. L. Farrow et al. (2007); T. Egami and S. J. L. Billinge (2012), ch. 6)
and from simulated patterns of types that were left out of the library. UNLEARNED, RADIATION_SHARE
and WAVE_LIMIT were chosen on one draw (variant 2) of the patterns that
tests/benchmarks/bench_verdicts.py makes with PDFfit2, what is done with mixtures with variants 2
and 3 in view, AS_LIKELY and what counts as a rival with variant 4; variant 5 tests them. PARSIMONY
and WAVE_LIMIT were also held against the public measured files. TIE follows from how many wrong
acceptances are tolerated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdflearn.candidates import Candidate, alike, choose
from pdflearn.catalogue import Catalogue
from pdflearn.modes import symmetric_modes
from pdflearn.observation import Observation
from pdflearn.phases import Phase
from pdflearn.refinement import Fit, RefinementError, refine
from pdflearn.verdict_words import ACCEPTED, AMBIGUOUS, NONE

# An Rw up to here is expected of the right structure: bulk, and curves that fade within 20 A.
RW_BULK, RW_SMALL = 0.30, 0.45
# The fading is read off the curve itself: root mean square beyond 12 A over that below 8 A. A bulk
# powder keeps half of it, a particle of 30 A less than 0.15.
FADING = (0.15, 0.50)
# Particles below this diameter (angstrom) hold too few shells to be told as a crystal's type.
SMALLEST = 20.0
# So many types are refined in full, and the best of these by score with displacements of atoms.
MOST_FULL = 6
MOST_MODES = 3
MODES_LIMIT = 12
# score = log(probability + FLOOR) - RW_WEIGHT (Rw - best) / max(best, RW_FLOOR)
FLOOR, RW_WEIGHT, RW_FLOOR = 0.02, 4.0, 0.10
# The model says nothing of types that it did not learn. From 0.1 to 0.2 the verdicts are the same;
# below, what looks like a learned type is accepted as one.
UNLEARNED = 0.10
# Where the radiation is not known: one measured PDF in four is of neutrons. From 0.75 to 0.9 for
# X-rays the verdicts are the same.
RADIATION_SHARE = {"xray": 0.75, "neutron": 0.25}
# A parent goes before its child unless the child's Rw is lower by more than this share of it, or of
# RW_FLOOR: where both fit nearly perfectly, the rest is rounding and truncation. With 0.1 a few
# more ordered types of the benchmark are named, but a measured powder of Ni passes for L1_0.
PARSIMONY = 0.20
# A score is a logarithm of odds. A type is accepted at odds of 30 : 1 against each other one that
# fits: three wrong acceptances in a hundred are tolerated.
TIE = float(np.log(30.0))
AS_LIKELY = 1.0  # what differs by less is about as likely: the simpler type goes first
# A type that the known composition does not fit loses so much.
COMPOSITION_WEIGHT = 2.0
# One damped wave is fitted as well: lengths over which it fades (angstrom), the highest k
# (1/angstrom), how many values it has, and the Rw up to which it describes the curve. Crystals and
# crystalline nanoparticles leave the wave 0.69 and more, liquids and glasses up to 0.53.
WAVE_LENGTHS = (2.0, 3.0, 4.5, 7.0, 12.0, 1e6)
WAVE_HIGHEST, WAVE_PARAMETERS = 9.0, 6
WAVE_LIMIT = 0.60
# A second phase counts when it lowers Rw by this share and holds this share of the atoms.
MIXTURE_GAIN, MIXTURE_LEAST = 0.30, 0.05
MIXTURE_FIRST, MIXTURE_SECOND = 2, 6
# Pairs whose Rw differ by less than this share fit alike. Their types are no parents and children,
# so less is put down to freedom.
MIXTURE_ALIKE = 0.10
NAMED = 4  # types that a sentence names at most


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
    chance : float
        Logarithm of what the model's answer, the composition and the radiation make of it.
    score : float
        The same with the fit.
    """

    candidates: tuple[Candidate, ...]
    fit: Fit
    rw: float
    chance: float = -np.inf
    score: float = -np.inf

    @property
    def structure_type(self) -> str:
        """The type, or those of a mixture joined by +."""
        return "+".join(sorted(c.structure_type for c in self.candidates))

    @property
    def freedom(self) -> int:
        """How many numbers the structures leave free: the fewer, the simpler the answer."""
        return sum(candidate.phase.freedom for candidate in self.candidates)

    @property
    def radiation(self) -> str:
        """What the fit was for."""
        return self.candidates[0].phase.radiation

    @property
    def name(self) -> str:
        """The library's structure, or those of a mixture joined by +."""
        return " + ".join(c.name for c in self.candidates)


@dataclass(frozen=True)
class Answer:
    """What is said of one sample.

    Attributes
    ----------
    verdict : {"accepted", "ambiguous", "none of these"}
    reason : str
        One sentence.
    ranked : list of Refined
        One a type, best first.
    radiation : str
    limit : float
        The Rw that was expected at most.
    chances : dict
        structure_type -> what the model's answer makes it, for this radiation.
    """

    verdict: str
    reason: str
    ranked: list[Refined]
    radiation: str
    limit: float
    chances: dict[str, float]


def expected_rw(observation: Observation) -> float:
    """The highest Rw expected of the right structure, from how fast the curve fades."""
    r, g = observation.r, observation.g
    near, far = (r >= 2.0) & (r < 8.0), r >= 12.0
    if far.sum() < 10 or near.sum() < 10:
        return RW_BULK
    fading = np.sqrt(np.mean(g[far] ** 2) / max(np.mean(g[near] ** 2), 1e-300))
    small = np.clip((FADING[1] - fading) / (FADING[1] - FADING[0]), 0.0, 1.0)
    return RW_BULK + (RW_SMALL - RW_BULK) * float(small)


def identify(
    observation: Observation,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    composition: Mapping[str, float] | None = None,
    radiation_known: bool = True,
) -> Answer:
    """Choose candidates, refine them, and judge.

    Where the radiation is not known, the candidates of both are ranked together.

    Parameters
    ----------
    observation : Observation
    probabilities : mapping
        Class -> the chosen model's probability.
    catalogue : Catalogue
    composition : mapping, optional
        Element -> share of the atoms, where the user vouches for it.
    radiation_known : bool
        Whether the observation's radiation is more than an assumption.
    """
    limit = expected_rw(observation)
    kinds = (observation.radiation,) if radiation_known else tuple(RADIATION_SHARE)
    chances = {kind: catalogue.type_chances(probabilities, kind) for kind in kinds}
    refined = []
    for kind in kinds:
        seen = replace(observation, radiation=kind)
        chosen = choose(seen, chances[kind], catalogue, composition)
        refined += _refine_all(seen, chosen, chances, catalogue, limit)
    if not refined:
        reason = "no structure of the library could be refined against this curve"
        return Answer(NONE, reason, [], observation.radiation, limit, chances[kinds[0]])
    ranked = rank(refined, chances, catalogue, limit)
    observation = replace(observation, radiation=ranked[0].radiation)
    refined = [item for item in refined if item.radiation == observation.radiation]
    if ranked[0].rw > limit:  # else one phase explains the curve, and a rest names no second one
        ranked = find_mixtures(observation, refined, catalogue) + ranked
    verdict, reason = judge(observation, ranked, catalogue, limit)
    used = observation.radiation
    return Answer(verdict, reason, ranked, used, limit, chances[used])


def _refine_all(
    observation: Observation,
    chosen: list[Candidate],
    chances: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    limit: float,
) -> list[Refined]:
    """Quick fits of all, full ones of the better, displacements of atoms for the best."""
    quick = [item for c in chosen if (item := _fit(observation, c, full=False)) is not None]
    if not quick:
        return []
    rank(quick, chances, catalogue, limit)  # lays on the scores
    order = _best_of_types(sorted(quick, key=lambda item: -item.score))
    # Half the places for what model and fit say together, half for the fit alone.
    kept = order[: MOST_FULL // 2]
    kept += sorted((i for i in order if i not in kept), key=lambda item: item.rw)
    kept = kept[:MOST_FULL]
    simpler = {catalogue.parents.get(item.structure_type) for item in kept}
    kept += [item for item in order if item.structure_type in simpler and item not in kept]
    full = [_fit(observation, item.candidates[0], full=True) or item for item in kept]
    rank(full, chances, catalogue, limit)
    full.sort(key=lambda item: -item.score)
    done = []
    for place, item in enumerate(full):
        if place < MOST_MODES:
            item = _with_modes(observation, item)
        done.append(item)
    types = {item.structure_type for item in done}
    rest = [item for item in order if item.structure_type not in types]
    return done + rest


def _fit(observation: Observation, candidate: Candidate, *, full: bool) -> Refined | None:
    try:
        fit = refine(observation, [candidate.phase], full=full)
    except RefinementError:
        return None
    return Refined((candidate,), fit, _adjusted(fit, observation))


def _with_modes(observation: Observation, item: Refined) -> Refined:
    """The same with atoms that move as symmetry allows, where that is better."""
    candidate = item.candidates[0]
    old = candidate.phase
    if not old.periodic:
        return item
    modes = symmetric_modes(old.structure)
    if not 0 < len(modes) <= MODES_LIMIT:
        return item
    phase = Phase(old.structure, old.radiation, old.crystal_system, old.name, old.stretch, modes)
    moved = Candidate(
        candidate.id, candidate.name, candidate.structure_type, phase, candidate.similarity,
        candidate.fits_composition,
    )  # fmt: skip
    new = _fit(observation, moved, full=True)
    return new if new is not None and new.rw < item.rw else item


def _adjusted(fit: Fit, observation: Observation) -> float:
    independent = observation.independent
    free = max(independent - len(fit.parameters), 1.0)
    return float(fit.rw * np.sqrt(independent / free))


def rank(
    refined: list[Refined],
    chances: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    limit: float,
) -> list[Refined]:
    """Lay on the scores, keep the best structure of each type, put parents before children.

    A group of types with one parent shares its members' probability: which of them it is, the
    fits and parsimony say. So far as the model names types that their fits refute, it has not
    understood the curve, and its silence about the others means no more than about types that it
    did not learn: p + (share of its answer that is refuted) UNLEARNED.

    Parameters
    ----------
    refined : list of Refined
    chances : mapping
        radiation -> structure_type -> probability.
    catalogue : Catalogue
    limit : float
        The Rw beyond which a fit refutes its structure.
    """
    groups: dict[tuple[str, str], float] = {}
    for radiation, of_types in chances.items():
        for kind, p in of_types.items():
            place = (radiation, catalogue.group(kind))
            groups[place] = groups.get(place, 0.0) + p
    refuted = _refuted(refined, chances, limit)
    best_rw = min(item.rw for item in refined)
    several = len({item.radiation for item in refined}) > 1
    for item in refined:
        candidate = item.candidates[0]
        place = (item.radiation, catalogue.group(candidate.structure_type))
        p = UNLEARNED
        if place in groups:
            p = groups[place] + refuted[item.radiation] * UNLEARNED
        item.chance = float(np.log(p + FLOOR))
        if several:
            item.chance += float(np.log(RADIATION_SHARE[item.radiation]))
        if candidate.fits_composition is False:
            item.chance -= COMPOSITION_WEIGHT
        item.score = item.chance - RW_WEIGHT * (item.rw - best_rw) / max(best_rw, RW_FLOOR)
    ranked = _best_of_types(sorted(refined, key=lambda item: (-item.score, item.rw)))
    ranked.sort(key=lambda item: (-item.score, item.structure_type))
    return _simplest_first(_parsimony(ranked, catalogue, limit), catalogue, limit)


def _best_of_types(ordered: list[Refined]) -> list[Refined]:
    """The first of each structure type."""
    of_type: dict[str, Refined] = {}
    for item in ordered:
        of_type.setdefault(item.structure_type, item)
    return list(of_type.values())


def _refuted(
    refined: list[Refined], chances: Mapping[str, Mapping[str, float]], limit: float
) -> dict[str, float]:
    """For each radiation the share of the model's answer that is for types that do not fit."""
    best: dict[tuple[str, str], float] = {}
    for item in refined:
        place = (item.radiation, item.structure_type)
        best[place] = min(item.rw, best.get(place, np.inf))
    return {
        radiation: sum(p for kind, p in of_types.items() if best.get((radiation, kind), 0) > limit)
        for radiation, of_types in chances.items()
    }


def _parsimony(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Move a parent before its child where the child's fit is not clearly better.

    Not where the child fits and the parent's Rw is beyond the limit.
    """
    order = list(ranked)
    for child in ranked:
        parent_type = catalogue.parents.get(child.structure_type)
        parent = next((item for item in order if item.structure_type == parent_type), None)
        if parent is None or order.index(parent) < order.index(child):
            continue
        vouched = child.candidates[0].fits_composition and len(
            child.candidates[0].phase.species
        ) > len(parent.candidates[0].phase.species)
        refuted = parent.rw > limit >= child.rw
        if not vouched and not refuted and _fits_alike(parent, child):
            order.remove(parent)
            order.insert(order.index(child), parent)
    return order


def _simplest_first(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Put a simpler type before the first one where it fits alike and is no less likely.

    Polytypes, say, are no parents and children, but the longer ones mimic faults of the shorter.
    """
    first = ranked[0]
    simpler = [
        item
        for item in ranked[1:]
        if item.rw <= limit
        and _fits_alike(item, first)
        and item.chance >= first.chance - AS_LIKELY
        and item.freedom < first.freedom
        and not _related(item, first, catalogue)
    ]
    if not simpler:
        return ranked
    best = min(simpler, key=lambda item: (item.freedom, -item.score))
    return [best, *(item for item in ranked if item is not best)]


def _related(one: Refined, other: Refined, catalogue: Catalogue) -> bool:
    return catalogue.group(one.structure_type) == catalogue.group(other.structure_type)


def _rivals(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Types of other groups that the first one cannot be told from.

    One that fits no better for all its greater freedom must be about as likely as the first.
    """
    first = ranked[0]
    best = max(item.score for item in ranked if _related(item, first, catalogue))

    def near(item: Refined) -> bool:
        idle = item.freedom > first.freedom and _fits_alike(first, item)
        return item.score >= best - (AS_LIKELY if idle else TIE)

    return [
        item
        for item in ranked[1:]
        if not _related(item, first, catalogue) and item.rw <= limit and near(item)
    ]


def find_mixtures(
    observation: Observation, refined: list[Refined], catalogue: Catalogue
) -> list[Refined]:
    """Pairs of structures of different types, where two phases fit clearly better than one.

    The second phase is looked for in what the first one leaves. Of pairs that fit alike the
    simplest goes first; one of each two groups of types.
    """
    firsts: list[Refined] = []
    for item in sorted(refined, key=lambda item: item.rw):
        related = {catalogue.group(other.structure_type) for other in firsts}
        if catalogue.group(item.structure_type) not in related:
            firsts.append(item)
    pairs: list[Refined] = []
    for first in firsts[:MIXTURE_FIRST]:
        rest = replace(observation, g=first.fit.difference)
        seconds = alike(rest, catalogue, MIXTURE_SECOND, {first.structure_type})
        for second in seconds:
            try:
                fit = refine(observation, [first.candidates[0].phase, second.phase], full=False)
            except RefinementError:
                continue
            pair = Refined((first.candidates[0], second), fit, _adjusted(fit, observation))
            if min(fit.fractions) >= MIXTURE_LEAST:
                pairs.append(pair)
    best = min(pairs, key=lambda pair: pair.rw, default=None)
    if best is None or best.rw > (1 - MIXTURE_GAIN) * firsts[0].rw:
        return []
    near = [
        _simplest_pair(observation, pair, catalogue)
        for pair in pairs
        if _fits_alike(pair, best, MIXTURE_ALIKE)
    ]
    of_groups: dict[tuple[str, ...], Refined] = {}
    for pair in sorted(near, key=lambda pair: (pair.freedom, pair.rw)):
        groups = sorted(catalogue.group(c.structure_type) for c in pair.candidates)
        of_groups.setdefault(tuple(groups), pair)
    return list(of_groups.values())


def _simplest_pair(observation: Observation, pair: Refined, catalogue: Catalogue) -> Refined:
    """The pair with a parent type in a child's place, where that fits alike."""
    for place in (0, 1):
        while parent := catalogue.parents.get(pair.candidates[place].structure_type):
            simpler = _with_type(observation, pair, place, parent, catalogue)
            if simpler is None or not _fits_alike(simpler, pair):
                break
            pair = simpler
    return pair


def _with_type(
    observation: Observation, pair: Refined, place: int, structure_type: str, catalogue: Catalogue
) -> Refined | None:
    """The pair with another type in one place: the structure that looks most like that phase."""
    others = pair.fit.calculated - pair.fit.parts[place]
    phase_curve = replace(observation, g=observation.g - others)
    found = alike(phase_curve, catalogue, 1, only={structure_type})
    other = pair.candidates[1 - place]
    if not found or other.structure_type == structure_type:
        return None
    members = [other, other]
    members[place] = found[0]
    try:
        fit = refine(observation, [member.phase for member in members], full=False)
    except RefinementError:
        return None
    return Refined(tuple(members), fit, _adjusted(fit, observation))


def _fits_alike(simpler: Refined, other: Refined, share: float = PARSIMONY) -> bool:
    return simpler.rw - other.rw <= share * max(simpler.rw, RW_FLOOR)


def wave_rw(observation: Observation) -> float:
    """The Rw that one damped wave leaves, (A + B r) exp(-r/l) cos(k r) and the same with a sine.

    Far from an atom a liquid's or a glass's G(r) is such a wave (R. Evans et al., J. Chem. Phys.
    100 (1994) 591). What it describes holds one length, not a structure.
    """
    r, g = observation.r, observation.g
    best = np.inf
    for length in WAVE_LENGTHS:
        fading = np.exp(-(r - r[0]) / length)
        for k in np.arange(0.5, min(observation.q_max, WAVE_HIGHEST), 0.05):
            waves = np.stack([np.cos(k * r), np.sin(k * r)]) * fading
            basis = np.concatenate([waves, waves * r]).T
            left = g - basis @ np.linalg.lstsq(basis, g, rcond=None)[0]
            best = min(best, float(left @ left))
    free = max(observation.independent - WAVE_PARAMETERS, 1.0)
    return float(np.sqrt(best / (g @ g) * observation.independent / free))


def judge(
    observation: Observation, ranked: list[Refined], catalogue: Catalogue, limit: float
) -> tuple[str, str]:
    """The verdict on the first of the ranked types, and one sentence of reason."""
    first = ranked[0]
    fits = f"Rw {first.fit.rw:.2f} from {observation.r[0]:.1f} to {observation.r[-1]:.0f} A"
    if first.rw > limit:
        return NONE, (
            f"The best structure, {first.name}, leaves {fits}; a right one is expected to reach "
            f"{limit:.2f} on such data."
        )
    wave = wave_rw(observation)
    if wave <= WAVE_LIMIT:
        return NONE, (
            f"A single damped wave describes the curve (Rw {wave:.2f}): it shows no structure, as "
            f"with liquids or another function, although {first.name} fits ({fits})."
        )
    if len(first.candidates) > 1:
        share = ", ".join(
            f"{100 * part:.0f} % of the atoms {c.structure_type}"
            for part, c in zip(first.fit.fractions, first.candidates, strict=True)
        )
        reason = f"No single phase fits; two together do ({fits}): {share}"
        others = [
            item.structure_type
            for item in ranked[1:]
            if len(item.candidates) > 1 and item.freedom <= first.freedom
        ]
        if others:
            return AMBIGUOUS, f"{reason}. But so does {' or '.join(others[:NAMED])}."
        return ACCEPTED, f"{reason}."
    size = first.fit.parameters.get("diameter", (np.inf,))[0]
    highest = max(first.rw, RW_FLOOR) * (1 + PARSIMONY)
    same = [
        item.structure_type
        for item in ranked[1:]
        if _related(item, first, catalogue) and item.rw <= highest
    ]
    also = f"; of its relatives {' or '.join(same[:NAMED])} would do as well" if same else ""
    rivals = [item.structure_type for item in _rivals(ranked, catalogue, limit)]
    if rivals:
        return AMBIGUOUS, (
            f"{first.structure_type} fits ({fits}), but so does {' or '.join(rivals[:NAMED])}; "
            f"the simplest or likeliest stands first{also}."
        )
    if size < SMALLEST:
        return AMBIGUOUS, (
            f"{first.structure_type} fits ({fits}) with particles of {size:.0f} A, which hold too "
            "few shells of neighbours to be sure that it is a crystal of this type."
        )
    return ACCEPTED, f"{first.name} fits ({fits}), clearly better than any other type{also}."
