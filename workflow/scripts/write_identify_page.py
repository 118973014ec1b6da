"""Write the page that identifies measured files in a browser, without Python or a network."""

import pdflearn
from pdflearn.study import logs
from pdflearn.core import columns, provenance
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, load_yaml, save_text
from pdflearn.identification.search import RADIATIONS
from pdflearn.reporting import offline_model, offline_page
from pdflearn.reporting.tables import model_title
from pdflearn.validation import selection

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

STRUCTURE_COLUMNS = ("name", "structure_type", "structure_kind", "lattice", "periodic")


def main(inputs: Any, grid: Grid, models: dict[str, Any], out: str) -> None:
    """Gather the model and the library of a study, and write the page.

    Parameters
    ----------
    inputs : named paths
        template, script, citation; models (of the task that measured files are read with),
        validation, selected; table, xray, neutron, types (of the catalogue).
    grid : Grid
    models : dict
        The models of the task with their entries in the config.
    out : str
    """
    selected = load_yaml(inputs.selected)
    validation = load_table(inputs.validation, columns.VALIDATION)
    ranked = selection.summarise(validation, selected["metric"])["model"]
    files = {Path(file).parent.name: file for file in inputs.models}
    name, model = offline_model.best_computable(selected["model"], files, ranked)
    table = pd.read_parquet(inputs.table)
    table = table[[column for column in STRUCTURE_COLUMNS if column in table]]
    curves = {radiation: np.load(inputs[radiation], mmap_mode="r") for radiation in RADIATIONS}
    types = json.loads(Path(inputs.types).read_text(encoding="utf-8"))
    facts, numbers = offline_page.page_blocks(model, grid, table, curves, types["class_types"])
    context = {
        "version": pdflearn.__version__,
        "date": str(load_yaml(inputs.citation).get("date-released", "")),
        "has_model": model is not None,
        "model_title": model_title(name, models[name]) if name else "none",
        "model_hash": provenance.file_hash(Path(files[name])) if name else "",
        "model_note": offline_model.model_words(selected["model"], name),
        "library_hash": provenance.file_hash(Path(inputs.table)),
        "structures": len(table),
        "types": table["structure_type"].nunique(),
        "left_out": len(table) - len(offline_page.chosen_structures(table)),
    }
    page = offline_page.render_page(inputs.template, inputs.script, facts, numbers, context)
    save_text(out, page)
    logging.info("%.1f MB, model: %s", len(page.encode()) / 1e6, context["model_title"])


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input,
        Grid(**settings["simulate/grid"]),
        dict(settings["models"]),
        snakemake.output[0],
    )
