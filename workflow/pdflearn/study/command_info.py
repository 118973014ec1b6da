"""What `pdflearn info` does: say what a study, a measured file or a structure file holds."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

import pdflearn
from pdflearn.core.errors import PdflearnError
from pdflearn.measured.observation import ObservationError, observe
from pdflearn.measured.reader import PatternError, printable, read_pdfs
from pdflearn.structures.reader import read_structures
from pdflearn.structures.structure import StructureError, describe
from pdflearn.study import terminal, views
from pdflearn.study.identify import RECORD, load_study
from pdflearn.study.inputs import names_structure


def describe_paths(paths: Iterable[str], results: str | Path, *, as_json: bool = False) -> int:
    """Print what files hold, or what the study is where none are given.

    Parameters
    ----------
    paths : iterable of str
        Measured files, structure files, archives of them, or folders of results.
    results : path
        The study that is described where there are no paths.
    as_json : bool, default False
        Whether one JSON document is printed in place of text.

    Returns
    -------
    int
        How many items could not be read.
    """
    paths = list(paths)
    items = [item for path in paths for item in _items(path)] if paths else _studies(str(results))
    if as_json:
        terminal.print_json("info", items=items)
    else:
        for item in items:
            print(_text(item))
    return sum("error" in item for item in items)


def study_item(results: str | Path) -> dict[str, Any]:
    """What a study is: its structures, types and model."""
    study = load_study(results)
    record = json.loads((Path(results) / RECORD).read_text(encoding="utf-8"))
    types = study.catalogue.structures["structure_type"]
    task = study.config["measured"]["task"]
    chosen = Path(results) / f"models/{task}/selected.yaml"
    model = yaml.safe_load(chosen.read_text(encoding="utf-8")) if chosen.is_file() else {}
    files = record["results"].get("select_model", {}).get("files", {})
    return {
        "kind": "study",
        "name": str(results),
        "made_by": f"pdflearn {record['project']['version']}",
        "this_is": f"pdflearn {pdflearn.__version__}",
        "structures": len(types),
        "structure_types": int(types.nunique()),
        "classes": len(study.model.classes_),
        "task": task,
        "model": model.get("model", type(study.model).__name__),
        "r_min": study.grid.r_min,
        "r_max": study.grid.r_max,
        "r_step": study.grid.r_step,
        "model_hash": next(
            (value for name, value in files.items() if name.endswith(f"{task}/selected.skops")), ""
        ),
    }


def _studies(path: str) -> list[dict[str, Any]]:
    try:
        return [study_item(path)]
    except (PdflearnError, OSError) as error:
        return [{"kind": "study", "name": path, "error": str(error)}]


def _items(path: str) -> list[dict[str, Any]]:
    """What one path holds: a study, structures, or measured curves."""
    if Path(path).is_dir():
        return _studies(path)
    if names_structure(path):
        return [_structure_item(name, item) for name, item in read_structures(path)]
    return [_measured_item(name, pattern) for name, pattern in read_pdfs(path)]


def _structure_item(name: str, structure: Any) -> dict[str, Any]:
    if isinstance(structure, StructureError):
        return {"kind": "structure", "name": name, "error": str(structure)}
    row = describe(structure)
    cell = structure.lattice.abcABG() if structure.periodic else None
    keys = ("formula", "space_group", "crystal_system", "structure_kind", "atoms")
    return views.plain(
        {"kind": "structure", "name": name, **{key: row[key] for key in keys}}
        | {"cell": cell, "nearest_neighbour": row["nearest_neighbour"]}
        | {"notes": list(structure.warnings)}
    )


def _measured_item(name: str, pattern: Any) -> dict[str, Any]:
    if isinstance(pattern, PatternError):
        return {"kind": "measured", "name": name, "error": pattern.reason}
    item = {
        "kind": "measured",
        "name": name,
        "quantity": pattern.quantity,
        "r_min": pattern.r[0],
        "r_max": pattern.r[-1],
        "points": len(pattern.r),
        "header": dict(pattern.header),
        "notes": list(pattern.warnings),
    }
    try:
        observation = observe(pattern, {}, str(pattern.header.get("radiation", "xray")))
        item |= {key: getattr(observation, key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
        item["notes"] += observation.notes
    except ObservationError as error:
        item["notes"].append(str(error))
    return views.plain(item)


def _text(item: dict[str, Any]) -> str:
    """An item as lines."""
    head = terminal.coloured(printable(f"{item['kind']} {item['name']}"), "bold")
    if "error" in item:
        return f"{head}\n  {terminal.coloured('not used', 'red')}: {printable(item['error'])}"
    rows = []
    for key, value in item.items():
        if key in ("kind", "name", "notes") or value is None or value in ("", {}):
            continue
        if isinstance(value, dict):
            value = ", ".join(f"{name} {entry}" for name, entry in value.items())
        elif isinstance(value, list):
            value = ", ".join(f"{entry:g}" for entry in value)
        elif isinstance(value, float):
            value = f"{value:.6g}"
        rows.append((key, printable(str(value))))
    notes = [("note", printable(note)) for note in item.get("notes", [])]
    return f"{head}\n{views.text_table([*rows, *notes])}"
