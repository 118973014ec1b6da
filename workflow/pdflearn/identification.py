"""What measured patterns are: from what was read to rows of likely types, fits and verdicts."""

import csv
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.catalogue import Catalogue
from pdflearn.composition import parse_composition
from pdflearn.measured import Pattern
from pdflearn.models import AverageClassifier, PatternClassifier
from pdflearn.observation import Observation, ObservationError, observe
from pdflearn.verdict import Answer, identify
from pdflearn.verdict_words import ACCEPTED, NONE

INDEX_COLUMNS = [
    "file", "source", "sample", "series", "label", "radiation", "composition", "vouched",
    "temperature", "time", "fraction", "kind", "r_min", "r_max", "points", "q_min", "q_max",
    "q_damp", "q_broad", "warnings", "unfit",
]  # fmt: skip
_TEXT = (
    "file", "source", "sample", "series", "label", "radiation", "composition", "temperature",
    "time", "fraction", "kind", "warnings", "unfit",
)  # fmt: skip
COLUMNS = [
    "file", "rank", "structure_type", "probability", "candidate", "rw", "verdict", "reason",
]  # fmt: skip
PARAMETER_COLUMNS = ["file", "structure_type", "candidate", "parameter", "value", "error", "unit"]
UNITS = {"u_iso": "A^2", "delta2": "A^2", "diameter": "A", "moved": "A", "q_damp": "1/A"}
UNITS |= dict.fromkeys("abc", "A")


def public_samples(table: str | Path) -> dict[str, dict[str, str]]:
    """What is known of the public files, by their name in the archive."""
    with open(table, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["file"]: {**row, "label": row["structure_type"]} for row in rows}


def name_in(folder: str | Path, file: str | Path, name: str) -> str:
    """A user's file as the tables name it: its place in the folder, and its name in an archive."""
    place = readable(Path(file).relative_to(folder).as_posix())
    return place if name == Path(file).name else f"{place}/{name}"


def readable(name: str) -> str:
    """A file's name with bytes that are no UTF-8 written as \\xff."""
    return os.fsencode(name).decode(errors="backslashreplace")


def describe(
    file: str, source: str, pattern: Pattern, known: dict[str, Any]
) -> tuple[dict[str, Any], Observation | None]:
    """One row of the index, and the curve as it will be fitted.

    What the user's table says goes before what the file's header says. A composition counts as
    vouched for where the table of the user's own folder gives it.
    """
    hints = pattern.header
    row: dict[str, Any] = {"file": file, "source": source, "kind": pattern.kind}
    row |= {key: known.get(key) or "" for key in ("sample", "series", "label")}
    row |= {
        key: known.get(key) or hints.get(key, "")
        for key in ("radiation", "composition", "temperature")
    }
    # A value of zero is a value: a series may begin with it.
    row |= {key: known.get(key, "") for key in ("time", "fraction")}
    row["vouched"] = source == "user" and bool(known.get("composition"))
    row |= {"r_min": pattern.r[0], "r_max": pattern.r[-1], "points": len(pattern.r)}
    notes = list(pattern.warnings)
    try:
        observation = observe(pattern, known, row["radiation"] or "xray")
    except ObservationError as error:
        row |= {key: hints.get(key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
        return row | {"warnings": "; ".join(notes), "unfit": str(error)}, None
    row |= {key: getattr(observation, key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
    return row | {"warnings": "; ".join([*notes, *observation.notes]), "unfit": ""}, observation


def load_index(path: str | Path) -> pd.DataFrame:
    """Read the index; text stays text, also where a whole column is empty or looks like numbers."""
    numbers = {name: [""] for name in INDEX_COLUMNS if name not in _TEXT}
    return pd.read_csv(
        path, dtype=dict.fromkeys(_TEXT, str), keep_default_na=False, na_values=numbers
    )


def pack_curves(curves: list[tuple[np.ndarray, ...]], names: tuple[str, ...]) -> dict[str, Any]:
    """Curves of different lengths as flat arrays: one a name, and where each curve starts."""
    lengths = [len(columns[0]) for columns in curves]
    packed = {
        name: np.concatenate([np.empty(0), *(columns[k] for columns in curves)])
        for k, name in enumerate(names)
    }
    return packed | {"starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)}


def curve_of(arrays: Mapping[str, np.ndarray], number: int, *names: str) -> list[np.ndarray]:
    """One of the curves that `pack_curves` packed."""
    start, stop = arrays["starts"][number : number + 2]
    return [arrays[name][start:stop] for name in names]


def type_probabilities(
    patterns: np.ndarray, model: PatternClassifier | AverageClassifier
) -> pd.DataFrame:
    """Probability of each type (columns) for each pattern (rows) on the study's grid."""
    classes = [str(name) for name in model.classes_]
    if len(patterns) == 0:
        return pd.DataFrame(columns=classes, dtype=float)
    return pd.DataFrame(model.predict_proba(patterns), columns=classes)


def observation_of(row: Mapping[str, Any], r: np.ndarray, g: np.ndarray) -> Observation:
    """The curve of a row of the index, as it was made ready when it was read."""
    q_damp = row["q_damp"]
    return Observation(
        r, g, row["radiation"] or "xray", float(row["q_min"]), float(row["q_max"]),
        None if pd.isna(q_damp) else float(q_damp), float(row["q_broad"]),
    )  # fmt: skip


def answer(
    row: Mapping[str, Any],
    curve: tuple[np.ndarray, np.ndarray] | None,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
) -> Answer:
    """Identify the sample of one row of the index; without a known radiation, both are tried."""
    if curve is None:
        reason = f"It could not be fitted: {row['unfit']}."
        chances = catalogue.type_chances(probabilities, row["radiation"] or "xray")
        return Answer(NONE, reason, [], row["radiation"], 0.0, chances)
    composition = parse_composition(row["composition"]) if row["vouched"] else None
    return identify(
        observation_of(row, *curve), probabilities, catalogue, composition, bool(row["radiation"])
    )


def ranked_rows(row: Mapping[str, Any], found: Answer, ranks: int) -> list[dict[str, Any]]:
    """The rows of identification.csv for one file, in the order of the final judgement.

    Types that were refined come first; the model's next likely types fill up. Verdict and reason
    stand in the first row. A mixture has no probability of its own.
    """
    reason, chances = found.reason, found.chances
    if not row["radiation"]:
        reason += f" The radiation is not known; {found.radiation} fits best."
    rows = [
        {
            "structure_type": item.structure_type,
            "probability": chances.get(item.structure_type, np.nan),
            "candidate": item.name,
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
                "candidate": "",
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
    known = {"file": file, "structure_type": best.structure_type, "candidate": best.name}
    values = {"rw": (best.fit.rw, np.nan), **best.fit.parameters}
    if len(best.candidates) > 1:
        values |= {f"{k}_fraction": (x, np.nan) for k, x in enumerate(best.fit.fractions, start=1)}
    rows = []
    for name, (value, error) in values.items():
        plain = name.split("_", 1)[1] if name[0].isdigit() else name
        unit = UNITS["u_iso"] if plain.startswith("u_iso") else UNITS.get(plain, "")
        rows.append({**known, "parameter": name, "value": value, "error": error, "unit": unit})
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
        structure.title = f"{candidate.structure_type}, refined from {candidate.name}"
        part = f"-{number}" if len(best.candidates) > 1 else ""
        structures[safe_name(file) + part] = structure
    return structures


def structure_texts(structure: Structure) -> dict[str, str]:
    """A structure as CIF and as PDFfit's .stru; the same structure gives the same text."""
    lines = structure.writeStr("cif").splitlines(keepends=True)
    cif = "".join(line for line in lines if not line.startswith("_audit_creation"))
    return {"cif": cif, "stru": structure.writeStr("pdffit")}


def safe_name(file: str) -> str:
    """A file name made of a measured file's own name and a hash of its whole place."""
    stem = Path(file).name.rsplit(".", 1)[0]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in stem)
    return f"{plain[:60]}-{hashlib.sha256(file.encode()).hexdigest()[:8]}"
