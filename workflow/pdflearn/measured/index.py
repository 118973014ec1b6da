"""The index of measured files: what is known of each, and the curves that lie beside it."""

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.measured.observation import Observation, ObservationError, observe
from pdflearn.measured.reader import Pattern, sample_table, shown
from pdflearn.structures.elements import is_formula

INDEX_COLUMNS = [
    "file", "source", "sample", "series", "label", "radiation", "composition", "composition_given",
    "temperature", "time", "fraction", "kind", "r_min", "r_max", "points", "q_min", "q_max",
    "q_damp", "q_broad", "warnings", "fit_error",
]  # fmt: skip


def public_samples(table: str | Path) -> dict[str, dict[str, str]]:
    """What is known of the public files, by their name in the archive."""
    with open(table, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["file"]: {**row, "label": row["structure_type"]} for row in rows}


def name_in(folder: str | Path, file: str | Path, name: str) -> str:
    """A user's file as the tables name it: its place in the folder, and its name in an archive."""
    place = _place(folder, file)
    return place if name == Path(file).name else f"{place}/{name}"


def _place(folder: str | Path, file: str | Path) -> str:
    return readable(Path(file).relative_to(folder).as_posix())


def samples_of(table: str | Path, folder: str | Path) -> dict[str, dict[str, Any]]:
    """What one of the user's tables says, by the files' places below the folder of all files."""
    beside = Path(table).parent
    return {_place(folder, beside / name): own for name, own in sample_table(beside).items()}


def known_of(
    samples: Mapping[str, dict[str, Any]], folder: str | Path, file: str | Path, name: str
) -> dict[str, Any]:
    """What the user's tables say of a file, or of a member of an archive.

    A member is named as archive.zip/member, or as if it lay where the archive does.

    Parameters
    ----------
    samples : mapping
        Place of a file below the folder -> the values given for it.
    folder, file : path
    name : str
        The file's own name, or the member's path in the archive.
    """
    place = name_in(folder, file, name)
    if place in samples or name == Path(file).name:
        return samples.get(place, {})
    unpacked = Path(file).parent / name
    return {} if os.path.isfile(unpacked) else samples.get(_place(folder, unpacked), {})


def unmatched(samples: Iterable[str], folder: str | Path, files: Iterable[str]) -> list[str]:
    """Names in the user's tables that no measured file has.

    Parameters
    ----------
    samples : iterable of str
        Places below the folder, as the tables name them.
    folder : path
    files : iterable of str
        All files that were read or refused, as `name_in` names them.
    """
    named = set()
    for file in files:
        named.add(file)
        for archive in PurePosixPath(file).parents:
            if os.path.isfile(Path(folder) / archive):
                named.add((archive.parent / PurePosixPath(file).relative_to(archive)).as_posix())
    return sorted(set(samples) - named)


def no_such_file(place: str) -> str:
    """What is said of a line that has no effect."""
    return (
        f"a line names {shown(place)!r}, but there is no such measured file; write the file's "
        "place below this folder, a member's as archive.zip/member"
    )


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
    row |= {key: known.get(key) or "" for key in ("sample", "series")}
    # The types of a mixture in order, as the answers name them.
    row["label"] = "+".join(sorted(part.strip() for part in (known.get("label") or "").split("+")))
    # A value of zero is a value: a series may begin with it.
    row |= {
        key: hints.get(key, "") if known.get(key, "") == "" else known[key]
        for key in ("radiation", "composition", "temperature")
    }
    row |= {key: known.get(key, "") for key in ("time", "fraction")}
    row["composition_given"] = source == "user" and bool(known.get("composition"))
    row |= {"r_min": pattern.r[0], "r_max": pattern.r[-1], "points": len(pattern.r)}
    notes = list(pattern.warnings)
    if row["composition_given"] and not is_formula(row["composition"]):
        notes.append(
            f"the composition {row['composition']!r} is no formula such as SrFe2As2; not used"
        )
    try:
        observation = observe(pattern, known, row["radiation"] or "xray")
    except ObservationError as error:
        row |= {key: hints.get(key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
        return row | {"warnings": "; ".join(notes), "fit_error": str(error)}, None
    row |= {key: getattr(observation, key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
    return row | {"warnings": "; ".join([*notes, *observation.notes]), "fit_error": ""}, observation


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


def observation_of(row: Mapping[str, Any], r: np.ndarray, g: np.ndarray) -> Observation:
    """The curve of a row of the index, as it was made ready when it was read."""
    q_damp = row["q_damp"]
    return Observation(
        r, g, row["radiation"] or "xray", float(row["q_min"]), float(row["q_max"]),
        None if pd.isna(q_damp) else float(q_damp), float(row["q_broad"]),
    )  # fmt: skip


def safe_name(file: str) -> str:
    """A file name made of a measured file's own name and a hash of its whole place."""
    stem = Path(file).name.rsplit(".", 1)[0]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in stem)
    return f"{plain[:60]}-{hashlib.sha256(file.encode()).hexdigest()[:8]}"
