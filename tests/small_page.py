"""A page of a small library and a small model, as a study would write it."""

import base64
from functools import cache
from pathlib import Path

import crystals
import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.search import RADIATIONS, reference_patterns
from pdflearn.measured.reader import Pattern
from pdflearn.measured.resample import resample
from pdflearn.models import build, ensemble
from pdflearn.reporting import offline_model, offline_page
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import lattice_constants

GRID = Grid(1.0, 30.0, 0.1)
REPORT = Path(offline_page.__file__).parents[2] / "report"
STRUCTURES = {
    "fcc": [crystals.fcc(), crystals.fcc("Al", 4.05), crystals.fcc("Pt", 3.92)],
    "diamond": [crystals.diamond(), crystals.diamond("Ge", 5.66)],
    "rocksalt": [crystals.rocksalt(), crystals.rocksalt("Ni", "O", 4.18)],
    "zincblende": [crystals.zincblende(), crystals.zincblende("Zn", "S", 5.41)],
    "rutile": [crystals.rutile()],
}
# A name that would be a script if it were ever taken for HTML.
NAMES = {"rutile": "<img src=x onerror=alert(1)></script>"}
# What X-rays see of a class may be of two types.
CLASS_TYPES = {"xray": {"fcc": {"fcc": 0.75, "rocksalt": 0.25}}, "neutron": {}}
CONTEXT = {
    "version": "1.2.3", "date": "2026-01-31", "has_model": True, "model_title": "a small average",
    "model_hash": "0123abc", "model_note": "", "library_hash": "4567def", "structures": 10,
    "types": 5, "left_out": 0,
}  # fmt: skip


def patterns_of(variants, seed=0):
    """G(r) (n, points) of every structure under other conditions each, and their types."""
    random = np.random.default_rng(seed)
    rows, types = [], []
    for structure_type, structures in STRUCTURES.items():
        for structure in structures:
            for _ in range(variants):
                _, g = simulate_pdf(
                    structure, q_max=random.uniform(18, 26), u_iso=random.uniform(0.004, 0.012),
                    q_damp=random.uniform(0.02, 0.05), strain=random.uniform(-0.02, 0.02),
                    diameter=random.choice([25.0, 60.0, 1000.0]), r_min=GRID.r_min,
                    r_max=GRID.r_max + GRID.r_step, r_step=GRID.r_step,
                )  # fmt: skip
                rows.append(g + 0.03 * g.std() * random.normal(size=len(g)))
                types.append(structure_type)
    return np.array(rows, dtype=np.float32)[:, : GRID.points], np.array(types)


@cache
def small_model():
    """The mean of two networks, one of which learned finer classes."""
    patterns, types = patterns_of(4)
    finer = np.array([f"{name}{row % 2}" for row, name in enumerate(types)])
    params = {"hidden_layer_sizes": [12, 8], "max_iter": 30, "tta_stretches": [0.985]}
    members = []
    for features, labels in (("first_peak", finer), ("scale_free", types)):
        spec = {"estimator": "mlp", "params": {**params, "features": features}}
        model = build.build_model(
            features, spec, {}, Preprocessing(GRID, (1.5, 20.0)), 0, CLASSIFICATION
        )
        model.fit(patterns, labels)
        model.temperature = 2.0  # so that it is sure of little
        if labels is finer:
            names = [str(name)[:-1] for name in model.classes_]
            model = ensemble.SummedClassifier(model, names)
        members.append(model)
    average = ensemble.AverageClassifier(members, np.array([1.0, 0.8, 1.2, 1.0, 0.9]), 1.5)
    return offline_model.as_networks(average)


@cache
def catalogue():
    """The table of the library and its reference patterns by radiation."""
    flat = [(name, item) for name, items in STRUCTURES.items() for item in items]
    table = pd.DataFrame(
        {
            "name": [NAMES.get(name, f"{item[0].element} {name}") for name, item in flat],
            "structure_type": [name for name, _ in flat],
            "lattice": [list(lattice_constants(item)) for _, item in flat],
            "periodic": True,
        }
    )
    structures = [item for _, item in flat]
    return table, {name: reference_patterns(structures, GRID, name) for name in RADIATIONS}


def write_page(path, model, context=CONTEXT):
    """Write the page; the table and the curves of its library."""
    table, curves = catalogue()
    facts, numbers = offline_page.page_blocks(model, GRID, table, curves, CLASS_TYPES)
    page = offline_page.render_page(
        REPORT / "identify.html.j2", REPORT / "identify.js", facts, numbers, context
    )
    path.write_text(page, encoding="utf-8")
    return table, curves


def type_probabilities(model, r, g):
    """Probabilities of types of one measured curve of X-rays, by the package."""
    pattern = resample(r, g, GRID.r).astype(np.float32)[None]
    of_classes = dict(zip(map(str, model.classes_), model.predict_proba(pattern)[0], strict=True))
    known = Catalogue(structures=None, references=None, load=None, class_types=CLASS_TYPES)
    return known.type_probabilities(of_classes, "xray")


def offline_pattern(r, g):
    """A pattern on the study's grid as if it had been read from a file."""
    return Pattern(r, np.asarray(g, dtype=float))


def base64_of(data):
    """Bytes as text, to be handed to a browser."""
    return base64.b64encode(data).decode()
