"""Which shard a structure belongs to, and which batch a measured file: by the hash of its name.

One more structure or file then changes no other's shard.

Snakemake reads this while it parses: standard library only.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from pdflearn.structures import tables


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()


def shard_of(name: str, n_shards: int) -> int:
    """The index of the shard that a compound, a structure type or a file belongs to.

    Examples
    --------
    >>> shard_of("NaCl rocksalt", 8)
    1
    """
    return int(_hash(name)[:12], 16) % n_shards


def is_archive(name: str) -> bool:
    """Whether the members of a file, not the file as a whole, are divided among the batches.

    Examples
    --------
    >>> is_archive("beamtime.ZIP"), is_archive("Ni.gr")
    (True, False)
    """
    return name.lower().endswith(".zip")


@dataclass
class LibraryShard:
    """What one shard builds from the library.

    Attributes
    ----------
    compounds : dict
        The name of each compound with the hash of the rows that it is built from.
    hypothetical : dict
        Each structure type that gets hypothetical compounds, with the hash of all its rows, since
        these compounds follow from all real ones.
    lookup : dict
        Name and hash of compounds that no model learns from but measured PDFs are compared with:
        those of types with too few compounds, and those beyond the largest number of a type.
    rare : dict
        Each structure type with too few compounds to be learned, with the hash of all its rows.
        Their patterns are outliers: examples of what is none of the learned types.
    """

    compounds: dict[str, str] = field(default_factory=dict)
    hypothetical: dict[str, str] = field(default_factory=dict)
    lookup: dict[str, str] = field(default_factory=dict)
    rare: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One hash over the rows that structures of this shard are built from."""
        text = repr((sorted(self.compounds.items()), sorted(self.hypothetical.items())))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def library_shards(settings: dict[str, Any]) -> list[LibraryShard]:
    """Divide the library among the shards.

    Parameters
    ----------
    settings : dict
        The section `structures` of the config: library (folder), types, compounds_per_type (of a
        type with more than `max` those are learned from whose names' hashes come first),
        hypothetical, shards.

    Raises
    ------
    LibraryError
        Where a type is not in the library, or a row of a table is wrong.
    """
    shards = [LibraryShard() for _ in range(settings["shards"])]
    if not settings["library"]:
        return shards
    types = tables.read_types(settings["library"])
    selected = settings["types"] or list(types)
    unknown = sorted(set(selected) - set(types))
    if unknown:
        raise tables.LibraryError(
            f"types: {', '.join(unknown)} not in {settings['library']}/types.csv; "
            f"it has {', '.join(types)}"
        )
    compounds_by_type: dict[str, dict[str, str]] = {name: {} for name in selected}
    compounds = tables.read_compounds(settings["library"], types)
    hashes = tables.compound_keys(types, compounds)
    for name, row in compounds.items():
        if row["structure_type"] in compounds_by_type:
            compounds_by_type[row["structure_type"]][name] = hashes[name]
    limits = settings["compounds_per_type"]
    for structure_type, members in compounds_by_type.items():
        too_few = len(members) < limits["min"] and structure_type not in settings["types"]
        names = sorted(members, key=_hash)
        learned = set() if too_few else set(names[: limits["max"]])
        shard = shards[shard_of(structure_type, len(shards))]
        type_hash = _hash("".join(members.values()))
        if settings["hypothetical"] and learned:
            shard.hypothetical[structure_type] = type_hash
        if members and not learned:
            shard.rare[structure_type] = type_hash
        for name in names:
            shard = shards[shard_of(name, len(shards))]
            (shard.compounds if name in learned else shard.lookup)[name] = members[name]
    return shards
