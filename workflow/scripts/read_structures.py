"""Read one shard: compounds of the library, hypothetical ones, clusters, the user's files."""

from pathlib import Path
from typing import Any

from pdflearn.core.io import save_table
from pdflearn.dataset.collection import Collection, user_labels
from pdflearn.structures import clusters, hypothetical, library, reader
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import StructureError, save_structures
from pdflearn.study import logs, sharding


def add_hypothetical(
    shard: Collection, tables: library.Library, kind: str, n: int, seed: int
) -> None:
    """Make up compounds of a structure type."""
    number = int(tables.types.loc[kind, "space_group_number"])
    known = {"structure_type": kind, "origin": "hypothetical"}
    try:
        for name, structure in hypothetical.hypothetical_compounds(tables, kind, n, seed):
            full_name = f"hypothetical {name}"
            shard.add(structure, number, file=full_name, name=full_name, **known)
    except library.LibraryError as error:
        full_name = f"hypothetical {kind}"
        shard.add(StructureError(str(error)), file=full_name, name=full_name, **known)


def add_clusters(shard: Collection, number: int, settings: dict[str, Any]) -> None:
    """Build the finite clusters whose names' hashes lead to this shard."""
    wanted = settings["clusters"]
    fewest, most = wanted["n_atoms"]["min"], wanted["n_atoms"]["max"]
    for geometry in clusters.geometries(fewest, most, wanted["max_geometries"], wanted["shapes"]):
        for metal in wanted["metals"]:
            name = f"{metal}{len(geometry.xyz)} {geometry.family}"
            if sharding.shard_of(name, settings["shards"]) == number:
                known = {"file": f"cluster {name}", "name": name, "family": geometry.family}
                structure = clusters.make_cluster(geometry, metal)
                shard.add(structure, **known, structure_type=geometry.shape, origin="cluster")


def add_files(shard: Collection, files: list[str], folder: Path) -> None:
    """Read the user's files, with the labels that they are given."""
    labels = user_labels(folder)
    for file in files:
        place = Path(file).relative_to(folder).as_posix()
        for name, structure in reader.read_structures(file):
            known = {"file": place, "name": name, "structure_type": "", "origin": "user"}
            shard.add(structure, **{**known, **labels.get(place, {})})


def add_lost_labels(shard: Collection, number: int, shards: int, folder: Path) -> None:
    """Refuse the lines of the user's labels.csv about files that are not there."""
    for place in sorted(user_labels(folder)):
        if not (folder / place).is_file() and sharding.shard_of(place, shards) == number:
            reason = "labels.csv names this file, but it is not there; correct the line's file"
            name = Path(place).name
            known = {"file": place, "name": name, "structure_type": "", "origin": "user"}
            shard.add(StructureError(reason), **known)


def main(
    number: int,
    files: list[str],
    settings: dict[str, Any],
    seed: int,
    structures_out: str,
    rows_out: str,
) -> None:
    """Write the structures that can be used, and a row for each one read or refused."""
    shard = Collection()
    part = sharding.library_shards(settings)[number]
    if settings["library"]:
        tables = library.load_library(settings["library"])
        shard.add_compounds(tables, list(part.compounds))
        for kind in part.hypothetical:
            add_hypothetical(shard, tables, kind, settings["hypothetical"], seed)
    if settings["clusters"]["shapes"]:
        add_clusters(shard, number, settings)
    if files:
        add_files(shard, files, Path(settings["folder"]))
    if settings["folder"]:
        add_lost_labels(shard, number, settings["shards"], Path(settings["folder"]))
    rows = shard.index()
    rows["parent"], rows["simpler_types"] = "", ""
    if settings["library"]:
        kinds = rows["structure_type"].where(rows["structure_type"].isin(tables.types.index), "")
        rows["parent"] = [tables.types["parent"].get(kind, "") for kind in kinds]
        simpler = {kind: tables.simpler_types(kind) for kind in set(kinds) - {""}}
        built = rows["origin"].isin(["real", "hypothetical"])  # sites as in the library's table
        rows["simpler_types"] = [
            SimplerType.write(simpler.get(kind, ())) if own else ""
            for kind, own in zip(kinds, built, strict=True)
        ]
    save_table(rows_out, rows)
    save_structures(structures_out, shard.structures())


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
