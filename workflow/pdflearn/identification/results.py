"""Identify one measured sample, and the rows of the result tables that say what it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.tasks import NUMBER_COLUMNS, NUMBERS_NOTE
from pdflearn.identification import messages
from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.compound_spread import with_compound_spread
from pdflearn.identification.final import with_final_fit
from pdflearn.identification.messages import ACCEPTED, ACCEPTED_IN_PART, NONE
from pdflearn.identification.request import Request
from pdflearn.identification.verdict import Answer, identify
from pdflearn.measured.index import safe_name
from pdflearn.measured.reader import printable
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.export import export_fit
from pdflearn.refinement.parameter import Parameter

COLUMNS = [
    "file", "rank", "structure_type", "probability", "structure", "compound", "structure_file",
    "rw", "kin", "phase", "phase_type", "phase_structure", "fraction_atoms",
    "fraction_atoms_stderr", "fraction_mass", "fraction_mass_stderr", "fraction_volume",
    "fraction_volume_stderr", "verdict", "kind", "reason", *NUMBER_COLUMNS, NUMBERS_NOTE,
]  # fmt: skip
AMOUNTS = ("atoms", "mass", "volume")
PARAMETER_COLUMNS = [
    "file", "structure_type", "structure", "parameter", "value", "stderr", "unit", "note",
]  # fmt: skip


def answer_sample(
    sample: MeasuredSample,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    solutions: Solutions | None = None,
) -> Answer:
    """Identify a measured sample.

    Parameters
    ----------
    sample : MeasuredSample
        Where its radiation is not known, both are tried.
    probabilities : mapping
        Class -> probability by the selected model.
    catalogue : Catalogue
        The known structures.
    solutions : Solutions, optional
        Remembered fits; what is new is added.
    """
    if sample.observation is None:
        reason = f"It could not be fitted: {sample.fit_error}."
        types = catalogue.type_probabilities(probabilities, sample.radiation or "xray")
        return Answer(NONE, reason, [], sample.radiation, 0.0, types)
    request = Request.of_sample(sample)
    known = {file: catalogue.ids_of_file(file) for file in request.structures}
    if request.only:
        catalogue = catalogue.limited_to([i for ids in known.values() for i in ids])
    answer = identify(
        sample.observation, probabilities, catalogue, request, bool(sample.radiation), solutions
    )
    notes = messages.structures_asked(
        [file for file, ids in known.items() if not ids], request.only
    )
    answer = replace(answer, reason=f"{answer.reason}{notes}")
    return with_compound_spread(with_final_fit(sample, answer, solutions), catalogue)


def ranked_rows(sample: MeasuredSample, answer: Answer, top_n: int) -> list[dict[str, Any]]:
    """Make the rows of identification.csv for one sample, in the order of the final judgement.

    Types that were refined come first, then the next likely types by the model. Verdict and reason
    stand in the first row, with the kind of none and the types that cannot be told from the first
    (kin). A mixture has no probability of its own, and one row for each of its phases: they share
    the rank, the types joined by "+", and what is said of the whole; each has its own type,
    structure and fractions.

    Parameters
    ----------
    sample : MeasuredSample
    answer : Answer
    top_n : int
        How many ranks are made at most.

    Returns
    -------
    list of dict
        With the keys `COLUMNS`.
    """
    probabilities = answer.probabilities
    rows = [
        {
            "structure_type": item.structure_type,
            "probability": probabilities.get(item.structure_type, np.nan),
            "structure": item.name,
            "compound": item.compound,
            "structure_file": item.files,
            "rw": round(item.fit.rw, 4),
        }
        for item in answer.ranked[:top_n]
    ]
    shown = {item["structure_type"] for item in rows}
    others = sorted(
        (name for name in probabilities if name not in shown), key=lambda name: -probabilities[name]
    )
    rows += [
        {
            "structure_type": name,
            "probability": probabilities[name],
            "structure": "",
            "compound": "",
            "structure_file": "",
            "rw": np.nan,
        }
        for name in others[: max(0, top_n - len(rows))]
    ]
    for rank, item in enumerate(rows, start=1):
        item |= {"file": sample.file, "rank": rank}
        item |= {"kin": "", "verdict": "", "kind": "", "reason": ""}
        item["probability"] = round(float(item["probability"]), 4)
    reason = answer.reason
    if answer.ranked and not sample.radiation:
        reason += f" The radiation is not known; {answer.radiation} fits best."
    rows[0] |= {"kin": " or ".join(answer.kin), "verdict": answer.verdict}
    rows[0] |= {"kind": answer.kind, "reason": reason}
    return [
        row | phase
        for k, row in enumerate(rows)
        for phase in (
            _phase_rows(answer.ranked[k], answer if k == 0 else None)
            if k < len(answer.ranked)
            else [NO_PHASE | {"phase_type": row["structure_type"]}]
        )
    ]


NO_PHASE = {"phase": 1, "phase_structure": ""} | {
    f"fraction_{of}{error}": np.nan for of in AMOUNTS for error in ("", "_stderr")
}


def _phase_rows(item: RefinedCandidate, answer: Answer | None) -> list[dict[str, Any]]:
    """What the rows of a rank say of each phase; of the first rank by the final fit."""
    fit = item.fit if answer is None else answer.refined
    rows = []
    for index, candidate in enumerate(item.candidates):
        row: dict[str, Any] = {
            "phase": index + 1,
            "phase_type": candidate.structure_type,
            "phase_structure": candidate.name,
        }
        for of in AMOUNTS:
            for name in (of, f"{of}_stderr"):
                # one phase is all there is, without an error
                value = getattr(fit.amounts, name)[index] if item.is_mixture else np.nan
                row[f"fraction_{name}"] = round(float(value), 4)
            if not item.is_mixture:
                row[f"fraction_{of}"] = 1.0
        rows.append(row)
    return rows


def parameter_rows(file: str, answer: Answer) -> list[dict[str, Any]]:
    """Make the rows of parameters.csv for one sample: what was refined of the first type.

    Parameters
    ----------
    file : str
        The sample's file as in index.csv.
    answer : Answer

    Returns
    -------
    list of dict
        With the keys `PARAMETER_COLUMNS`; empty where nothing was refined.
    """
    if not answer.ranked:
        return []
    best, fit = answer.ranked[0], answer.refined
    ends = [Parameter("r_min", fit.r[0], unit="A"), Parameter("r_max", fit.r[-1], unit="A")]
    parameters = [Parameter("rw", fit.rw), *ends, *fit.parameters.values()]
    if best.is_mixture:
        parameters += [
            Parameter(f"{phase}_fraction", fraction)
            for phase, fraction in enumerate(fit.fractions, start=1)
        ]
    return [
        {
            "file": file,
            "structure_type": best.structure_type,
            "structure": best.name,
            "parameter": item.name,
            "value": item.value,
            "stderr": item.stderr,
            "unit": item.unit,
            "note": item.note,
        }
        for item in parameters
    ]


def refined_structures(file: str, answer: Answer) -> dict[str, Structure]:
    """Return the refined structures of an accepted sample.

    Parameters
    ----------
    file : str
        The sample's file as in index.csv.
    answer : Answer

    Returns
    -------
    dict
        File name (safe on every system, without an ending) -> Structure, whose title says what it
        was refined from. Empty where the sample was not accepted.
    """
    if answer.verdict not in (ACCEPTED, ACCEPTED_IN_PART):
        return {}
    best = answer.ranked[0]
    structures = {}
    for phase, (structure, candidate) in enumerate(
        zip(answer.refined.structures, best.candidates, strict=True), start=1
    ):
        title = f"{candidate.structure_type}, refined from {candidate.name}"
        if not candidate.fits_composition:
            title += "; only the type is claimed, the elements are the library's"
        structure.title = printable(title)
        ending = f"-{phase}" if best.is_mixture else ""
        structures[safe_name(file) + ending] = structure
    return structures


def exported_files(sample: MeasuredSample, answer: Answer) -> dict[str, str]:
    """Return the files for other programs of an accepted sample.

    Parameters
    ----------
    sample : MeasuredSample
    answer : Answer

    Returns
    -------
    dict
        Name of a file -> its text: .fgr, .py, and a .cif and a .stru for each phase. Empty where
        the sample was not accepted.
    """
    titles = [structure.title for structure in refined_structures(sample.file, answer).values()]
    if not titles:
        return {}
    fit = answer.refined
    seen = sample.observation if answer.final is None else sample.whole
    observation = fit.recipe.applied_to(replace(seen, radiation=answer.radiation))
    return export_fit(fit, observation, safe_name(sample.file), titles, recipe=fit.recipe)
