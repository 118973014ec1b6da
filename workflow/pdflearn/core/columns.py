"""The columns of the workflow's tables: of structures and patterns, and which ones hold text.

Standard library only: Snakemake asks while it parses whether a label is one of them.
"""

from dataclasses import dataclass

# One row for each structure that is read: what it is, or the reason why it is rejected.
STRUCTURE = (
    "id", "file", "name", "formula", "structure_type", "space_group", "space_group_number",
    "crystal_system", "family", "structure_kind", "origin", "atoms", "n_elements", "elements",
    "nearest_neighbour", "volume_per_atom", "warnings", "reason",
)  # fmt: skip
# Beside these the shard that it was read in, and what follows from its type.
MANIFEST = (*STRUCTURE, "shard", "parent", "simpler_types")
# What a user's labels.csv may give in place of what is found in the file.
GIVEN = ("name", "formula", "structure_type", "space_group", "crystal_system", "family")
SPLIT = ("group", "subset", "fold", "evaluated")

# The parameters that are drawn for each pattern, in the order of the draw.
DRAWN = (
    "q_min", "q_max", "q_damp", "q_broad", "u_iso", "delta2", "strain", "diameter", "noise",
    "background", "r_offset",
)  # fmt: skip
PATTERN = (
    "id", "radiation", "condition", "draw", *DRAWN, "strain_a", "strain_b", "strain_c",
    "nearest_neighbour",
)  # fmt: skip
SEEN = ("visible_type", "type_as_seen")

# What a task can learn and clusters can be compared with, beside columns of a user's labels.csv.
LABELS = tuple(dict.fromkeys([*SEEN, *STRUCTURE, "parent", *SPLIT, *PATTERN]))
# The workflow's own columns, which no labels.csv can give; its column `file` names a line's file.
OWN = frozenset({*MANIFEST, *SPLIT, *PATTERN, *SEEN}.difference(GIVEN, ["file"]))


@dataclass(frozen=True)
class CsvTable:
    """Which columns of a CSV file hold text; all others hold numbers or true and false.

    A cell of a text column stays as it is written, also where it looks like a number: files, types
    and series may be named 001, 225 or NA. `load_table` refuses a file that lacks one of the text
    columns, or that has text in another one.

    Attributes
    ----------
    text : tuple of str
    user_columns : bool
        Whether the columns of a user's labels.csv may follow; those may hold text or numbers.
    """

    text: tuple[str, ...] = ()
    user_columns: bool = False


# results/structures, results/patterns, results/dataset
REJECTED_STRUCTURES = CsvTable(("file", "name", "reason"))
REJECTED_PATTERNS = CsvTable(("id", "radiation", "reason"))
SPLIT_TABLE = CsvTable(
    (
        "id", "file", "name", "formula", "structure_type", "space_group", "crystal_system",
        "family", "structure_kind", "origin", "elements", "warnings", "parent", "simpler_types",
        "group", "subset", "reason",
    ),
    user_columns=True,
)  # fmt: skip
LEAKAGE = CsvTable(("vault_id", "vault_name", "development_id", "development_name"))

# results/models, results/evaluation, results/figures
VALIDATION = CsvTable(("model", "params", "split", "metric"))
EVALUATION = CsvTable(("model", "condition", "metric"))
CONFUSION = CsvTable(("structure_type", "predicted"))

# results/inspection
CAPACITY = CsvTable(("model", "param_name", "split", "metric"))
LOSS = CsvTable(("model", "split"))
LEARNING = CsvTable(("model", "split", "metric"))
SPLITS = CsvTable(("model", "scheme", "metric"))
NOVELTY = CsvTable(("case", "sign", "metric"))
IMPORTANCE = CsvTable()
SNOOPING = CsvTable(("subset",))
PAIRS = CsvTable(("type", "other_type"))
MERGED = CsvTable(("metric", "model"))

# results/minerals
MINERAL_CLASSES = CsvTable(("label",))
MINERAL_FOLDS = CsvTable(("model",))
MINERAL_SCORES = CsvTable(("metric", "label", "split", "selected", "model", "subset"))
MINERAL_SIZES = CsvTable(("label", "split"))
MINERAL_ERRORS = CsvTable(("relation", "split"))

# results/clusters
CLUSTER_SCORES = CsvTable(("representation", "method"))
CLUSTER_NUMBERS = CsvTable(("representation", "method", "criterion"))
CLUSTER_CONTENTS = CsvTable(("label", "others", "crystal_systems", "central"))
CLUSTER_TYPES = CsvTable(("structure_type",))

# results/measured
FETCHED = CsvTable(("package", "version", "status", "members", "reason"))
MEASURED_INDEX = CsvTable(
    (
        "file", "source", "sample", "series", "label", "radiation", "composition", "elements",
        "structure", "calibrant", "group", "boxcar", "joint", "shared", "temperature", "time",
        "fraction", "quantity", "recipe", "warnings", "fit_error",
    )
)  # fmt: skip
REJECTED_MEASURED = CsvTable(("file", "reason"))
IDENTIFICATION = CsvTable(
    (
        "file", "structure_type", "structure", "compound", "structure_file", "kin", "phase_type",
        "phase_structure", "verdict", "kind", "reason", "numbers_note",
    )
)  # fmt: skip
CALIBRANTS = CsvTable(("file", "calibrant", "group", "radiation", "note"))
PARAMETERS = CsvTable(("file", "structure_type", "structure", "parameter", "unit", "note"))
MEASURED_SCORES = CsvTable(("sample", "radiation", "label", "answer", "verdict"))
MEASURED_SUMMARY = CsvTable(("radiation", "structure_type"))
BOXCAR = CsvTable(("file", "model", "parameter", "unit", "note"))
TOGETHER = CsvTable(("name", "kind", "model", "file", "parameter", "unit", "note"))
SERIES_PARAMETERS = CsvTable(("series", "model", "file", "x_name", "parameter", "unit"))
SERIES_FITS = CsvTable(("series", "model", "file", "x_name", "start", "note"))
SERIES_MODELS = CsvTable(("series", "x_name", "model_before", "model_after"))
SERIES = CsvTable(("series", "file", "x_name"))
SERIES_CHANGES = CsvTable(("series", "x_name"))


def delimiter_of(header: str) -> str:
    """What stands between the columns of a user's table: comma, semicolon or tab.

    Examples
    --------
    >>> delimiter_of("file;structure_type"), delimiter_of("file")
    (';', ',')
    """
    return max(",;\t", key=header.count)


def column_names(header: list[str]) -> list[str]:
    """The names in a table's first row, without blanks around them."""
    return [name.strip() for name in header]
