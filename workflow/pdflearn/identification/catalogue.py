"""The known structures that measured curves are compared with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.core.io import concat, load_table, save_array, save_json, save_table
from pdflearn.identification.chemistry import fit_volumes
from pdflearn.identification.lookup import COLUMNS as LOOKUP_COLUMNS
from pdflearn.identification.lookup import OwnStructures
from pdflearn.identification.search import RADIATIONS, ReferencePatterns, reference_arrays
from pdflearn.structures import relations
from pdflearn.structures.structure import structure_of
from pdflearn.structures.volumes import NO_VOLUMES, Volumes

# A type with at least MIN_REAL real structures is represented by these alone. Any other type is
# represented by at most MAX_HYPOTHETICAL hypothetical structures as well.
MIN_REAL = 3
MAX_HYPOTHETICAL = 10
# What the index of structures says of each known structure, as far as it is used.
DESCRIPTION = [
    "name", "structure_type", "crystal_system", "elements", "formula", "volume_per_atom", "file",
    "origin", "structure_kind",
]  # fmt: skip
# Where structures come from that the user gave: to learn from, and to look up.
OWN_ORIGINS = ("user", "lookup")


@dataclass(frozen=True)
class Catalogue:
    """The known structures, their reference patterns and the relations of their types.

    Parameters
    ----------
    structures : DataFrame
        Indexed by id; columns name, structure_type, crystal_system, elements and others.
    references : ReferencePatterns
        One pattern of each structure and radiation.
    load : callable
        Maps an id to its Structure.
    parents : mapping, default {}
        structure_type -> its parent type; types without a parent are left out.
    class_types : mapping, default {}
        radiation -> class -> structure_type -> probability, as `types_of_classes` returns it.
        Empty: the model's classes are the structure types themselves.

    See Also
    --------
    load_catalogue : Reads a catalogue from the files of a study.

    Examples
    --------
    What X-rays see of a rocksalt compound may look like fcc, so the class "fcc" stands for both:

    >>> catalogue = Catalogue(
    ...     structures=None,
    ...     references=None,
    ...     load=None,
    ...     parents={"L1_2": "fcc"},
    ...     class_types={"xray": {"fcc": {"fcc": 0.75, "rocksalt": 0.25}}},
    ... )
    >>> catalogue.type_probabilities({"fcc": 0.8, "bcc": 0.2}, "xray")
    {'fcc': 0.6, 'rocksalt': 0.2, 'bcc': 0.2}
    >>> catalogue.parent_type("L1_2")
    'fcc'
    """

    structures: pd.DataFrame
    references: ReferencePatterns
    load: Callable[[str], Structure]
    parents: Mapping[str, str] = field(default_factory=dict)
    class_types: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)

    def type_probabilities(self, classes: Mapping[str, float], radiation: str) -> dict[str, float]:
        """Turn the model's probabilities of its classes into probabilities of structure types.

        One class may stand for several types, because a radiation may not distinguish them. So
        p(type) = sum over classes of p(class) p(type | class).

        Parameters
        ----------
        classes : mapping
            Class -> probability.
        radiation : {"xray", "neutron"}

        Returns
        -------
        dict
            structure_type -> probability.
        """
        probabilities: dict[str, float] = {}
        types_of = self.class_types.get(radiation, {})
        for name, p in classes.items():
            for structure_type, share in types_of.get(name, {name: 1.0}).items():
                previous = probabilities.get(structure_type, 0.0)
                probabilities[structure_type] = previous + float(p) * share
        return probabilities

    @cached_property
    def of_references(self) -> pd.DataFrame:
        """What is said of the structure of each reference pattern, in their order.

        Columns structure_type, elements, and own: whether it is the user's.
        """
        table = self.structures.loc[list(self.references.ids)]
        known = table[["structure_type", "elements"]]
        own = table["origin"].isin(OWN_ORIGINS) if "origin" in table else False
        return known.assign(own=own)

    @cached_property
    def compounds(self) -> pd.DataFrame:
        """The rows of `structures` with a type, a formula and a volume; no hypothetical ones."""
        table = self.structures
        if "origin" in table:
            table = table[table["origin"] != "hypothetical"]
        table = table.reindex(columns=["structure_type", "formula", "volume_per_atom"])
        return table.dropna()

    @cached_property
    def volumes(self) -> Volumes:
        """The volumes of elements in the known compounds, hypothetical ones left out."""
        table = self.compounds
        if table.empty:
            return NO_VOLUMES
        return fit_volumes(table["formula"].astype(str).tolist(), table["volume_per_atom"].tolist())

    def file_of(self, structure_id: str) -> str:
        """The user's file that a structure was read from; "" for one of the library."""
        row = self.structures.loc[structure_id]
        return str(row["file"]) if row.get("origin") in OWN_ORIGINS else ""

    def ids_of_file(self, file: str) -> list[str]:
        """The structures of a file of the user's, by its path below its folder or its name."""
        if "origin" not in self.structures:
            return []
        own = self.structures[self.structures["origin"].isin(OWN_ORIGINS)]
        names = own["file"].astype(str)
        exact = list(own.index[(names == file) | (own["name"] == file)])
        return exact or list(own.index[names.map(lambda name: Path(name).name) == file])

    def limited_to(self, ids: list[str]) -> "Catalogue":
        """Return a catalogue of these structures alone."""
        rows = np.flatnonzero(np.isin(self.references.ids, ids))
        curves = {radiation: array[rows] for radiation, array in self.references.curves.items()}
        references = ReferencePatterns(self.references.ids[rows], curves)
        return replace(self, structures=self.structures.loc[ids], references=references)

    @classmethod
    def of_structures(cls, own: OwnStructures, grid: Grid) -> "Catalogue":
        """Make a catalogue of the user's structures alone, which needs no study.

        Parameters
        ----------
        own : OwnStructures
        grid : Grid
            Of the reference patterns.
        """
        arrays = reference_arrays(own.structures, grid)
        curves = {radiation: arrays[radiation] for radiation in RADIATIONS}
        rows = own.index().set_index("id")
        parents = dict(zip(rows["structure_type"], rows["parent"], strict=True))
        return cls(
            rows,
            ReferencePatterns(arrays["ids"], curves),
            own.structures.__getitem__,
            {name: parent for name, parent in parents.items() if parent},
        )

    def with_structures(self, own: OwnStructures, grid: Grid) -> "Catalogue":
        """Return a catalogue that holds the user's structures as well; they stand first.

        Parameters
        ----------
        own : OwnStructures
        grid : Grid
            The study's.
        """
        new = Catalogue.of_structures(own, grid)
        kept = ~np.isin(self.references.ids, new.references.ids)  # one may be given a second time
        curves = {
            radiation: np.concatenate([new.references.curves[radiation], rows[kept]])
            for radiation, rows in self.references.curves.items()
        }
        known = self.structures[~self.structures.index.isin(new.structures.index)].reindex(
            columns=list(dict.fromkeys([*self.structures, *LOOKUP_COLUMNS]))
        )

        def load(structure_id: str) -> Structure:
            known = own.structures
            return known[structure_id] if structure_id in known else self.load(structure_id)

        return Catalogue(
            pd.concat([new.structures, known]),
            ReferencePatterns(
                np.concatenate([new.references.ids, self.references.ids[kept]]), curves
            ),
            load,
            {**new.parents, **self.parents},
            self.class_types,
        )

    @cached_property
    def clusters_of_references(self) -> np.ndarray:
        """Whether each reference pattern is of a cluster, which has its own size."""
        if "structure_kind" not in self.structures:
            return np.zeros(len(self.references.ids), dtype=bool)
        kinds = self.structures.loc[list(self.references.ids), "structure_kind"]
        return (kinds == "cluster").to_numpy()

    def parent_type(self, structure_type: str) -> str:
        """Return the type that a type's parents go back to; the type itself without a parent."""
        return relations.root(structure_type, self.parents)


def reference_ids(structures: pd.DataFrame) -> set[str]:
    """Choose the structures that measured curves are compared with.

    Parameters
    ----------
    structures : DataFrame
        Columns id, structure_type and origin; one row a structure.

    Returns
    -------
    set of str
        Ids of all real structures (the user's own included), and of a few hypothetical ones for
        the types that have fewer than `MIN_REAL` real structures.
    """
    table = structures[structures["structure_type"].fillna("") != ""]
    table = table.sort_values("id", kind="stable")
    real = table["origin"] != "hypothetical"
    n_real = table[real].groupby("structure_type").size()
    rare = table["structure_type"].map(n_real).fillna(0) < MIN_REAL
    hypothetical = table[~real & rare].groupby("structure_type").head(MAX_HYPOTHETICAL)
    return set(table.loc[real, "id"]) | set(hypothetical["id"])


def types_of_classes(index: pd.DataFrame, label: str) -> dict[str, dict[str, dict[str, float]]]:
    """Find which structure types each of the model's classes stands for, by Bayes' rule.

    p(type | class) is proportional to p(class | type), the share of a type's patterns that have
    the class for their label: every type counts as equally frequent.

    Parameters
    ----------
    index : DataFrame
        Columns radiation, structure_type and the label; one row a pattern of the development set.
    label : str
        The column that the model learned.

    Returns
    -------
    dict
        radiation -> class -> structure_type -> probability.

    Examples
    --------
    >>> columns = ["radiation", "structure_type", "visible_type"]
    >>> patterns = [("xray", "fcc", "fcc"), ("xray", "rocksalt", "fcc")]
    >>> types_of_classes(pd.DataFrame(patterns, columns=columns), "visible_type")
    {'xray': {'fcc': {'fcc': 0.5, 'rocksalt': 0.5}}}
    """
    known = index[(index["structure_type"].fillna("") != "") & (index[label].fillna("") != "")]
    types_by_radiation: dict[str, dict[str, dict[str, float]]] = {}
    for radiation, patterns in known.groupby("radiation", sort=True):
        counts = pd.crosstab(patterns[label], patterns["structure_type"])
        shares = counts.to_numpy() / counts.to_numpy().sum(axis=0)
        shares /= shares.sum(axis=1, keepdims=True)
        types_of = types_by_radiation.setdefault(str(radiation), {})
        for row, column in zip(*np.nonzero(shares), strict=True):
            types = types_of.setdefault(str(counts.index[row]), {})
            types[str(counts.columns[column])] = float(shares[row, column])
    return types_by_radiation


class CatalogueFiles(NamedTuple):
    """The files of a catalogue.

    Attributes
    ----------
    table : path
        One row for each known structure: how it is described, and its atoms (Parquet).
    xray, neutron : path
        The reference patterns of its rows for each radiation (.npy), which are mapped into memory.
    types : path
        Parents of types, and the types that each class of the model stands for (JSON).
    """

    table: str | Path
    xray: str | Path
    neutron: str | Path
    types: str | Path


def gather_catalogue(
    indexes: list[pd.DataFrame],
    reference_files: list[str],
    structure_files: list[str],
    learned: pd.DataFrame,
    label: str,
    files: CatalogueFiles,
) -> int:
    """Write the files of a catalogue from those of a study's shards.

    Parameters
    ----------
    indexes : list of DataFrame
        The index of the study's structures, and of the structures that serve as references alone.
    reference_files, structure_files : list of str
        Reference patterns (.npz) and structures (Parquet), one file a shard in the same order.
        Where a structure stands in several shards, the first one counts.
    learned : DataFrame
        The index of the patterns of the development set.
    label : str
        The column of this index that the model learned.
    files : CatalogueFiles
        What is written.

    Returns
    -------
    int
        How many structures there are.

    See Also
    --------
    load_catalogue : Reads the files.
    pdflearn.identification.search.reference_arrays : Makes the arrays of a file of references.
    """
    structures = concat(indexes)
    structures = structures.reindex(columns=list(dict.fromkeys([*structures, *DESCRIPTION])))
    described = structures.drop_duplicates("id").set_index("id")[DESCRIPTION]
    tables: list[pd.DataFrame] = []
    curves: dict[str, list[np.ndarray]] = {radiation: [] for radiation in RADIATIONS}
    seen: set[str] = set()
    for reference_file, structure_file in zip(reference_files, structure_files, strict=True):
        with np.load(reference_file) as arrays:
            new = np.array([name not in seen for name in arrays["ids"].tolist()], dtype=bool)
            ids = arrays["ids"][new].tolist()
            for radiation, rows in curves.items():
                rows.append(arrays[radiation][new])
        seen.update(ids)
        tables.append(load_table(structure_file).set_index("id").loc[ids].reset_index())
    atoms = concat(tables)
    table = pd.concat([described.loc[atoms["id"]].reset_index(), atoms.drop(columns="id")], axis=1)
    save_table(files.table, table)
    for radiation, rows in curves.items():
        save_array(getattr(files, radiation), np.concatenate(rows))
    children = structures[structures["parent"].fillna("") != ""]
    parents = dict(zip(children["structure_type"], children["parent"], strict=True))
    class_types = types_of_classes(learned, label)
    save_json(files.types, {"parents": parents, "class_types": class_types})
    return len(table)


def load_catalogue(files: CatalogueFiles) -> Catalogue:
    """Read a catalogue that `gather_catalogue` wrote.

    Patterns are mapped into memory, and the atoms of a structure are read when it is asked for.
    """
    columns = [name for name in pq.read_schema(files.table).names if name in ("id", *DESCRIPTION)]
    structures = pq.read_table(files.table, columns=columns).to_pandas()
    # texts as Python's own: each comparison with a type asks for single ones time and again
    texts = structures.select_dtypes("string").columns
    structures[texts] = structures[texts].astype(object)
    row_of = {name: row for row, name in enumerate(structures["id"])}
    types = json.loads(Path(files.types).read_text(encoding="utf-8"))

    @cache
    def atoms() -> pa.Table:
        names = pq.read_schema(files.table).names
        return pq.read_table(files.table, columns=[n for n in names if n not in DESCRIPTION])

    @cache
    def load(structure_id: str) -> Structure:
        (row,) = atoms().slice(row_of[structure_id], 1).to_pylist()
        return structure_of(SimpleNamespace(**row))

    curves = {name: np.load(getattr(files, name), mmap_mode="r") for name in RADIATIONS}
    return Catalogue(
        structures.set_index("id"),
        ReferencePatterns(structures["id"].to_numpy(dtype=str), curves),
        load,
        types["parents"],
        types["class_types"],
    )
