"""The columns that the workflow lays on structures and on their patterns.

Standard library only: Snakemake asks while it parses whether a label is one of them.
"""

# What is found of each structure that is read, or the reason why it is refused.
STRUCTURE = (
    "id", "source", "name", "formula", "structure_type", "space_group", "space_group_number",
    "crystal_system", "family", "kind", "origin", "atoms", "n_elements", "elements",
    "nearest_neighbour", "volume_per_atom", "warnings", "reason",
)  # fmt: skip
# What follows from its type, and the shard that it was read in.
MANIFEST = (*STRUCTURE, "shard", "parent", "simpler_types")
# What a user's labels.csv may say in place of what is found.
GIVEN = ("name", "formula", "structure_type", "space_group", "crystal_system", "family")
SPLIT = ("group", "part", "fold", "tested")

# What is drawn for each pattern, in the order of the draw.
DRAWN = (
    "q_min", "q_max", "q_damp", "q_broad", "u_iso", "delta2", "strain", "diameter", "noise",
    "background", "r_offset",
)  # fmt: skip
PATTERN = (
    "id", "radiation", "condition", "draw", *DRAWN, "strain_a", "strain_b", "strain_c",
    "nearest_neighbour",
)  # fmt: skip
SEEN = ("visible_type", "type_as_seen")

# What a task or the clusters can be held against, beside the columns of a user's labels.csv.
LABELS = tuple(dict.fromkeys([*SEEN, *STRUCTURE, "parent", *SPLIT, *PATTERN]))
# What no labels.csv can say.
OWN = frozenset({*MANIFEST, *SPLIT, *PATTERN, *SEEN}.difference(GIVEN))
