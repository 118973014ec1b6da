"""What measured patterns are: from what was read to rows of likely types, fits and verdicts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.identification.verdict import Answer, identify
from pdflearn.measured.index import observation_of, safe_name
from pdflearn.measured.reader import printable
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.parameter import Parameter
from pdflearn.structures.elements import parse_composition

COLUMNS = [
    "file", "rank", "structure_type", "probability", "structure", "rw", "verdict", "reason",
]  # fmt: skip
PARAMETER_COLUMNS = ["file", "structure_type", "structure", "parameter", "value", "stderr", "unit"]


def answer_sample(
    row: Mapping[str, Any],
    curve: tuple[np.ndarray, np.ndarray] | None,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    solutions: Solutions | None = None,
) -> Answer:
    """Identify the sample of one row of the index; without a known radiation, both are tried."""
    if curve is None:
        reason = f"It could not be fitted: {row['fit_error']}."
        chances = catalogue.type_probabilities(probabilities, row["radiation"] or "xray")
        return Answer(NONE, reason, [], row["radiation"], 0.0, chances)
    composition = parse_composition(row["composition"]) if row["composition_given"] else None
    return identify(
        observation_of(row, *curve),
        probabilities,
        catalogue,
        composition,
        bool(row["radiation"]),
        solutions,
    )


def ranked_rows(row: Mapping[str, Any], found: Answer, ranks: int) -> list[dict[str, Any]]:
    """The rows of identification.csv for one file, in the order of the final judgement.

    Types that were refined come first; the model's next likely types fill up. Verdict and reason
    stand in the first row. A mixture has no probability of its own.
    """
    reason, chances = found.reason, found.probabilities
    if found.ranked and not row["radiation"]:
        reason += f" The radiation is not known; {found.radiation} fits best."
    rows = [
        {
            "structure_type": item.structure_type,
            "probability": chances.get(item.structure_type, np.nan),
            "structure": item.name,
            "rw": round(item.fit.rw, 4),
        }
        for item in found.ranked[:ranks]
    ]
    shown = {item["structure_type"] for item in rows}
    rest = sorted((kind for kind in chances if kind not in shown), key=lambda kind: -chances[kind])
    for kind in rest[: max(0, ranks - len(rows))]:
        rows.append(
            {
                "structure_type": kind,
                "probability": chances[kind],
                "structure": "",
                "rw": np.nan,
            }
        )
    for number, item in enumerate(rows, start=1):
        item |= {"file": row["file"], "rank": number, "verdict": "", "reason": ""}
        item["probability"] = round(float(item["probability"]), 4)
    rows[0] |= {"verdict": found.verdict, "reason": reason}
    return rows


def parameter_rows(file: str, found: Answer) -> list[dict[str, Any]]:
    """What was refined of the best structure: value, standard error and unit."""
    if not found.ranked:
        return []
    best = found.ranked[0]
    known = {"file": file, "structure_type": best.structure_type, "structure": best.name}
    parameters = [Parameter("rw", best.fit.rw), *best.fit.parameters.values()]
    if len(best.candidates) > 1:
        parameters += [
            Parameter(f"{index}_fraction", share)
            for index, share in enumerate(best.fit.fractions, start=1)
        ]
    rows = [
        {
            **known,
            "parameter": item.name,
            "value": item.value,
            "stderr": item.stderr,
            "unit": item.unit,
        }
        for item in parameters
    ]
    return rows


def refined_structures(file: str, found: Answer) -> dict[str, Any]:
    """The refined structures of an accepted sample, by a file name that is safe everywhere."""
    if found.verdict != ACCEPTED:
        return {}
    best = found.ranked[0]
    structures = {}
    for number, (structure, candidate) in enumerate(
        zip(best.fit.structures, best.candidates, strict=True), start=1
    ):
        title = f"{candidate.structure_type}, refined from {candidate.name}"
        if not candidate.fits_composition:
            title += "; only the type is claimed, the elements are the library's"
        structure.title = printable(title)
        part = f"-{number}" if len(best.candidates) > 1 else ""
        structures[safe_name(file) + part] = structure
    return structures
