"""Which shard a structure, or batch a measured file, belongs to: by the hash of its name.

So one more moves no other.

Standard library only: Snakemake asks while it parses, and the job asks again.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from pdflearn.structures import tables


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()


def shard_of(identity: str, shards: int) -> int:
    """The shard's number, from the name of a compound, a structure type or a file."""
    return int(_hash(identity)[:12], 16) % shards


def is_archive(name: str) -> bool:
    """Whether a file's members are divided among the batches, rather than files as a whole."""
    return name.lower().endswith(".zip")


@dataclass
class LibraryPart:
    """What the library gives to one shard.

    compounds : name -> hash of the table's rows behind it
    hypothetical : structure type -> hash of all its rows; hypothetical compounds follow from them
    unlearned : name -> hash, of compounds of types that have too few to be learned, and of those
        that a type has too many of; measured patterns are compared with them all the same
    rare : structure type -> hash of all its rows, of types that have too few compounds to be
        learned; what none of the learned types is like is learned from them
    """

    compounds: dict[str, str] = field(default_factory=dict)
    hypothetical: dict[str, str] = field(default_factory=dict)
    unlearned: dict[str, str] = field(default_factory=dict)
    rare: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One hash over all of it."""
        text = repr((sorted(self.compounds.items()), sorted(self.hypothetical.items())))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def library_parts(settings: dict[str, Any]) -> list[LibraryPart]:
    """Divide the library among the shards.

    Parameters
    ----------
    settings : dict
        The `structures` section of the config: library (folder), types, compounds (fewest and
        most that are learned from of a type: those whose names' hashes come first),
        hypothetical, shards.

    Raises
    ------
    LibraryError
        For a type that the library has not, or a row that cannot be.
    """
    parts = [LibraryPart() for _ in range(settings["shards"])]
    if not settings["library"]:
        return parts
    types = tables.read_types(settings["library"])
    wanted = settings["types"] or list(types)
    unknown = sorted(set(wanted) - set(types))
    if unknown:
        raise tables.LibraryError(
            f"types: {', '.join(unknown)} not in {settings['library']}/types.csv; "
            f"it has {', '.join(types)}"
        )
    rows: dict[str, dict[str, str]] = {kind: {} for kind in wanted}
    compounds = tables.read_compounds(settings["library"], types)
    keys = tables.compound_keys(types, compounds)
    for name, row in compounds.items():
        if row["structure_type"] in rows:
            rows[row["structure_type"]][name] = keys[name]
    limits = settings["compounds_per_type"]
    fewest, most = limits["min"], limits["max"]
    for kind, members in rows.items():
        too_few = len(members) < fewest and kind not in settings["types"]
        names = sorted(members, key=_hash)
        learned = set() if too_few else set(names[:most])
        part = parts[shard_of(kind, len(parts))]
        together = _hash("".join(members.values()))
        if settings["hypothetical"] and learned:
            part.hypothetical[kind] = together
        if members and not learned:
            part.rare[kind] = together
        for name in names:
            part = parts[shard_of(name, len(parts))]
            (part.compounds if name in learned else part.unlearned)[name] = members[name]
    return parts
