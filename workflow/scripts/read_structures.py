"""Read one shard: compounds of the library, hypothetical ones, clusters, the user's files."""

from pdflearn.study import logs, sharding
from pdflearn.core.io import save_table
from pdflearn.dataset.collection import Collection, user_labels
from pdflearn.structures import hypothetical, library
from pdflearn.structures.errors import StructureError
from pdflearn.structures.relations import SimplerType

from pathlib import Path
from typing import Any

import pandas as pd


def add_hypothetical(
    shard: Collection, tables: library.Library, structure_type: str, n: int, seed: int
) -> None:
    """Draw hypothetical compounds of a structure type."""
    group_number = int(tables.types.loc[structure_type, "space_group_number"])
    known = {"structure_type": structure_type, "origin": "hypothetical"}
    try:
        compounds = hypothetical.hypothetical_compounds(tables, structure_type, n, seed)
        for name, structure in compounds:
            full_name = f"hypothetical {name}"
            shard.add(structure, group_number, file=full_name, name=full_name, **known)
    except library.LibraryError as error:
        full_name = f"hypothetical {structure_type}"
        shard.add(StructureError(str(error)), file=full_name, name=full_name, **known)


def add_clusters(shard: Collection, shard_number: int, settings: dict[str, Any]) -> None:
    """Build the finite clusters that belong to this shard by the hash of their names."""
    from pdflearn.structures import clusters  # ase is large, and few studies have clusters

    config = settings["clusters"]
    n_atoms = config["n_atoms"]
    geometries = clusters.geometries(
        n_atoms["min"], n_atoms["max"], config["max_geometries"], config["shapes"]
    )
    for geometry in geometries:
        for metal in config["metals"]:
            name = f"{metal}{len(geometry.xyz)} {geometry.family}"
            if sharding.shard_of(name, settings["shards"]) == shard_number:
                known = {"file": f"cluster {name}", "name": name, "family": geometry.family}
                structure = clusters.make_cluster(geometry, metal)
                shard.add(structure, **known, structure_type=geometry.shape, origin="cluster")


def add_files(shard: Collection, files: list[str], folder: Path) -> None:
    """Read the user's files, with the labels that they are given."""
    from pdflearn.structures import reader  # the libraries of all formats are large

    labels = user_labels(folder)
    for path in files:
        file = Path(path).relative_to(folder).as_posix()
        for name, structure in reader.read_structures(path):
            known = {"file": file, "name": name, "structure_type": "", "origin": "user"}
            shard.add(structure, **{**known, **labels.get(file, {})})


def add_lost_labels(shard: Collection, shard_number: int, n_shards: int, folder: Path) -> None:
    """Reject the lines of the user's labels.csv about files that are not there."""
    for file in sorted(user_labels(folder)):
        if not (folder / file).is_file() and sharding.shard_of(file, n_shards) == shard_number:
            reason = "labels.csv names this file, but it is not there; correct the line's file"
            name = Path(file).name
            known = {"file": file, "name": name, "structure_type": "", "origin": "user"}
            shard.add(StructureError(reason), **known)


def with_relations(index: pd.DataFrame, tables: library.Library | None) -> pd.DataFrame:
    """The index with the parents of the structure types, and the simpler types of those whose sites
    are as in the library's table; empty where the library has no such type."""
    if tables is None:
        return index.assign(parent="", simpler_types="")
    known = index["structure_type"].isin(tables.types.index)
    types = index["structure_type"].where(known, "")
    simpler = {name: SimplerType.write(tables.simpler_types(name)) for name in set(types) - {""}}
    parents = tables.types["parent"].to_dict()
    built = index["origin"].isin(["real", "hypothetical"])
    return index.assign(
        parent=[parents.get(name, "") for name in types],
        simpler_types=[
            simpler.get(name, "") if from_table else ""
            for name, from_table in zip(types, built, strict=True)
        ],
    )


def main(
    shard_number: int,
    files: list[str],
    settings: dict[str, Any],
    seed: int,
    structures_file: str,
    index_file: str,
) -> None:
    """Read and build the structures of one shard.

    Parameters
    ----------
    shard_number : int
    files : list of str
        The user's files in this shard.
    settings : dict
        The section `structures` of the config.
    seed : int
    structures_file : str
        Gets the structures that can be used, each once.
    index_file : str
        Gets a row for each of them, and one for each that was rejected.
    """
    shard = Collection()
    share = sharding.library_shards(settings)[shard_number]
    tables = library.load_library(settings["library"]) if settings["library"] else None
    if tables is not None:
        shard.add_compounds(tables, list(share.compounds))
        for structure_type in share.hypothetical:
            add_hypothetical(shard, tables, structure_type, settings["hypothetical"], seed)
    if settings["clusters"]["shapes"]:
        add_clusters(shard, shard_number, settings)
    if files:
        add_files(shard, files, Path(settings["folder"]))
    if settings["folder"]:
        add_lost_labels(shard, shard_number, settings["shards"], Path(settings["folder"]))
    save_table(index_file, with_relations(shard.index(), tables))
    shard.save_structures(structures_file)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        int(snakemake.wildcards.shard),
        sorted([*snakemake.input.files, *settings["untracked_files"]]),
        settings["structures"],
        settings["seed"],
        snakemake.output.structures,
        snakemake.output.index,
    )
