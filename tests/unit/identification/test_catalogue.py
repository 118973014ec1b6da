"""Which structures are compared with measured curves, and what a model's class means."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from identification_cases import GRID, LIBRARY

from pdflearn.core.io import save_arrays
from pdflearn.identification.catalogue import (
    MAX_HYPOTHETICAL,
    MIN_REAL,
    CatalogueFiles,
    gather_catalogue,
    load_catalogue,
    reference_ids,
    types_of_classes,
)
from pdflearn.identification.search import reference_arrays
from pdflearn.structures.structure import save_structures


def test_a_class_stands_for_every_type_that_looks_so(catalogue):
    rows = [
        ("xray", "fcc", "fcc"), ("xray", "fcc", "fcc"),
        ("xray", "rocksalt", "fcc"), ("xray", "rocksalt", "rocksalt"),
        ("neutron", "rocksalt", "rocksalt"), ("neutron", "", "fcc"),
    ]  # fmt: skip
    index = pd.DataFrame(rows, columns=["radiation", "structure_type", "visible_type"])
    class_types = types_of_classes(index, "visible_type")
    assert class_types["xray"]["fcc"] == pytest.approx({"fcc": 2 / 3, "rocksalt": 1 / 3})
    assert class_types["neutron"] == {"rocksalt": {"rocksalt": 1.0}}
    assert types_of_classes(index, "structure_type")["xray"]["rocksalt"] == {"rocksalt": 1.0}
    learned = replace(catalogue, class_types=class_types)
    probabilities = learned.type_probabilities({"fcc": 0.9, "bcc": 0.1}, "xray")
    assert probabilities == pytest.approx({"fcc": 0.6, "rocksalt": 0.3, "bcc": 0.1})


def test_hypothetical_structures_stand_in_for_types_with_few_real_ones():
    def rows(structure_type, origin, n):
        return [(f"{structure_type} {origin} {k:02}", structure_type, origin) for k in range(n)]

    many, few = rows("fcc", "library", MIN_REAL), rows("bcc", "user", MIN_REAL - 1)
    unneeded, needed = rows("fcc", "hypothetical", 2), rows("bcc", "hypothetical", 20)
    table = pd.DataFrame(
        [*many, *few, *unneeded, *needed, ("unknown", "", "user")],
        columns=["id", "structure_type", "origin"],
    )
    chosen = reference_ids(table.sample(frac=1, random_state=0))
    assert chosen == {row[0] for row in [*many, *few, *needed[:MAX_HYPOTHETICAL]]}


def test_a_catalogue_comes_back_from_files_and_the_first_shard_counts(tmp_path):
    shards = [("Ni fcc", "Si diamond"), ("Ni fcc", "CuCl zincblende")]
    indexes, files = [], {"references": [], "structures": []}
    for number, names in enumerate(shards):
        structures = {name: LIBRARY.build(name) for name in names}
        files["references"].append(str(tmp_path / f"{number}.npz"))
        files["structures"].append(str(tmp_path / f"{number}.parquet"))
        save_arrays(files["references"][-1], **reference_arrays(structures, GRID))
        save_structures(files["structures"][-1], structures)
        types = [LIBRARY.compounds.loc[name, "structure_type"] for name in names]
        parents = [LIBRARY.types.loc[name, "parent"] for name in types]
        index = pd.DataFrame({"id": names, "structure_type": types, "parent": parents})
        described = {"name": names, "elements": "-", "structure_kind": "crystal"}
        indexes.append(index.assign(crystal_system="cubic", **described))
    learned = pd.DataFrame({"radiation": ["xray"], "structure_type": ["fcc"]})
    written = []
    for name in ("once", "again"):
        endings = ("table.parquet", "xray.npy", "neutron.npy", "types.json")
        (tmp_path / name).mkdir()
        catalogue_files = CatalogueFiles(*(tmp_path / name / ending for ending in endings))
        number = gather_catalogue(
            indexes, files["references"], files["structures"], learned, "structure_type",
            catalogue_files,
        )  # fmt: skip
        assert number == 3
        written.append([path.read_bytes() for path in catalogue_files])
    assert written[0] == written[1]
    catalogue = load_catalogue(catalogue_files)
    names = ["Ni fcc", "Si diamond", "CuCl zincblende"]
    assert catalogue.references.ids.tolist() == names
    assert catalogue.structures.index.tolist() == names
    first = np.load(files["references"][0])
    for radiation, rows in catalogue.references.curves.items():
        assert len(rows) == 3
        np.testing.assert_array_equal(rows[:2], first[radiation])
    assert catalogue.parent_type("zincblende") == "diamond"
    assert catalogue.class_types == {"xray": {"fcc": {"fcc": 1.0}}}
    loaded = catalogue.load("CuCl zincblende")
    assert {atom.element for atom in loaded} == {"Cu", "Cl"}
    assert catalogue.load("CuCl zincblende") is loaded
    np.testing.assert_allclose(loaded.xyz, LIBRARY.build("CuCl zincblende").xyz)
