"""The study's structures as measured curves are compared with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.io import concat, load_table
from pdflearn.identification.search import Templates
from pdflearn.structures import relations
from pdflearn.structures.structure import structure_of

# A type with so many real structures is looked up in these alone; hypothetical ones help others.
ENOUGH_REAL = 3
MAX_HYPOTHETICAL = 10


@dataclass
class Catalogue:
    """What measured curves are compared with.

    Attributes
    ----------
    manifest : DataFrame
        Indexed by id: name, structure_type, crystal_system, elements and others.
    templates : Templates
    load : callable
        id -> Structure.
    parents : mapping
        structure_type -> parent type, where it has one.
    behind : mapping
        radiation -> what `types_behind` found; empty: the model's classes are the types.
    """

    manifest: pd.DataFrame
    templates: Templates
    load: Callable[[str], Structure]
    parents: Mapping[str, str] = field(default_factory=dict)
    behind: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)

    def type_chances(self, classes: Mapping[str, float], radiation: str) -> dict[str, float]:
        """The model's probabilities of its classes as probabilities of structure types.

        A class may be what several types look like: what X-rays see of La2Zr2O7 may be fcc. So
        p(type) = sum over classes of p(class) p(type | class).
        """
        chances: dict[str, float] = {}
        table = self.behind.get(radiation, {})
        for name, p in classes.items():
            for kind, share in table.get(name, {name: 1.0}).items():
                chances[kind] = chances.get(kind, 0.0) + float(p) * share
        return chances

    def group(self, structure_type: str) -> str:
        """The type at the root of a type's parents; itself without one."""
        return relations.root(structure_type, self.parents)


def looked_up(manifest: pd.DataFrame) -> set[str]:
    """Ids of the structures that measured curves are compared with.

    All real ones and the user's own; of hypothetical ones a few, for types with hardly a real one.
    """
    table = manifest[manifest["structure_type"].fillna("") != ""].sort_values("id", kind="stable")
    real = table["origin"] != "hypothetical"
    count = table[real].groupby("structure_type").size()
    poor = table["structure_type"].map(count).fillna(0) < ENOUGH_REAL
    made = table[~real & poor].groupby("structure_type").head(MAX_HYPOTHETICAL)
    return set(table.loc[real, "id"]) | set(made["id"])


def types_behind(index: pd.DataFrame, label: str) -> dict[str, dict[str, dict[str, float]]]:
    """Which structure types a model's class stands for, by Bayes' rule from what it learned.

    p(type | class) is proportional to p(class | type), the share of a type's patterns that have
    the class for their label: every type counts as equally frequent.

    Parameters
    ----------
    index : DataFrame
        radiation, structure_type and the label; one row a pattern of the development set.
    label : str
        The column that the model learned.

    Returns
    -------
    dict
        radiation -> class -> structure_type -> probability.
    """
    known = index[(index["structure_type"].fillna("") != "") & (index[label].fillna("") != "")]
    table: dict[str, dict[str, dict[str, float]]] = {}
    for radiation, part in known.groupby("radiation", sort=True):
        counts = pd.crosstab(part[label], part["structure_type"])
        shares = counts.to_numpy() / counts.to_numpy().sum(axis=0)
        shares /= shares.sum(axis=1, keepdims=True)
        of_class = table.setdefault(str(radiation), {})
        for place, kind in zip(*np.nonzero(shares), strict=True):
            row = of_class.setdefault(str(counts.index[place]), {})
            row[str(counts.columns[kind])] = float(shares[place, kind])
    return table


def load_catalogue(
    manifests: list[pd.DataFrame],
    template_files: list[str],
    structure_files: list[str],
    index_file: str,
    label: str,
) -> Catalogue:
    """Put together what the shards hold; structures are read when they are asked for.

    Parameters
    ----------
    manifests : list of DataFrame
        Of the study's structures, and of those that are looked up alone.
    template_files, structure_files : list of str
        One a shard, in the same order.
    index_file : str
        The index of the development set.
    label : str
        What the model learned of it.
    """
    learned = ["radiation", *dict.fromkeys(["structure_type", label])]
    manifest = concat(manifests)
    ids: list[np.ndarray] = []
    curves: dict[str, list[np.ndarray]] = {"xray": [], "neutron": []}
    place: dict[str, str] = {}
    for template_file, structure_file in zip(template_files, structure_files, strict=True):
        with np.load(template_file) as arrays:
            # The user may have given a compound that is looked up alone: the study's goes before.
            new = [name not in place for name in arrays["ids"].tolist()]
            ids.append(arrays["ids"][new])
            for radiation, rows in curves.items():
                rows.append(arrays[radiation][new])
        place |= dict.fromkeys(ids[-1].tolist(), structure_file)
    # A shard holds thousands of structures, of which a measured curve asks for a few.
    tables: dict[str, pd.DataFrame] = {}
    loaded: dict[str, Structure] = {}

    def load(identity: str) -> Structure:
        file = place[identity]
        if file not in tables:
            tables[file] = load_table(file).set_index("id")
        if identity not in loaded:
            loaded[identity] = structure_of(tables[file].loc[identity])
        return loaded[identity]

    of_type = manifest[manifest["parent"].fillna("") != ""]
    return Catalogue(
        manifest.drop_duplicates("id").set_index("id"),
        Templates(np.concatenate(ids), {k: np.concatenate(v) for k, v in curves.items()}),
        load,
        dict(zip(of_type["structure_type"], of_type["parent"], strict=True)),
        types_behind(pd.read_parquet(index_file, columns=learned), label),
    )
