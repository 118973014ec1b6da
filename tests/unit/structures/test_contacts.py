"""Contacts found together are those that a search in each crystal finds."""

from pathlib import Path

import numpy as np
import pytest

from pdflearn.structures.contacts import NearPairs, Reach, role_distances
from pdflearn.structures.crystal import Crystal, lattice_vectors
from pdflearn.structures.library import cell_by_symmetry, load_library
from pdflearn.structures.tables import CELL_COLUMNS

LIBRARY = load_library(Path(__file__).parents[3] / "resources" / "library")


@pytest.mark.parametrize("kind", ["bcc", "rutile", "perovskite", "baddeleyite", "calcite"])
def test_the_shortest_of_strained_crystals_are_found(kind):
    sites, random = LIBRARY.sites(kind), np.random.default_rng(2)
    name = LIBRARY.compounds.index[LIBRARY.compounds["structure_type"] == kind][0]
    real = LIBRARY.crystal(name)
    row = LIBRARY.compound(name)
    values = dict(part.split("=") for part in LIBRARY.types.loc[kind, "parameters"].split())
    values |= dict(part.split("=") for part in row["parameters"].split())
    usual = sites.values({name: float(text) for name, text in values.items()})
    _, affine, _ = sites.positions(usual[None])
    moves = np.abs(sites.slopes).sum(axis=2) @ np.array(real.cell[:3]) * 0.012
    near, reach = NearPairs(sites), 4.5
    own = near.add(affine[0], real.base, Reach(reach, 0.05, moves))
    own[own > reach] = np.inf
    np.testing.assert_allclose(own, role_distances(sites, real, reach), rtol=1e-12)
    free = {column: row[column] for column in CELL_COLUMNS if not np.isnan(row[column])}
    cells = np.array(
        [
            cell_by_symmetry(
                sites.group,
                {column: value * random.uniform(0.97, 1.0) for column, value in free.items()},
            )
            for _ in range(6)
        ]
    )
    many = usual + random.uniform(-0.01, 0.01, (6, len(usual)))
    inside, affine, _ = sites.positions(many)
    distances, closest = near.shortest(affine, lattice_vectors(cells))
    distances[distances > reach] = np.inf
    for k in range(6):
        one = Crystal(
            cells[k].tolist(), sites.role_of_atom, inside[k], np.ones(len(sites.orbits)),
            sites.orbits,
        )  # fmt: skip
        np.testing.assert_allclose(distances[k], role_distances(sites, one, reach), rtol=1e-12)
        assert closest[k] == pytest.approx(distances[k].min(), rel=1e-12)
