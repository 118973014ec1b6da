"""Positions for many parameters at once are those that each site's operations make."""

from pathlib import Path

import numpy as np
import pytest

from pdflearn.structures.library import load_library
from pdflearn.structures.sites import LibraryError, expand_site, type_sites

LIBRARY = load_library(Path(__file__).parents[3] / "resources" / "library")


@pytest.mark.parametrize("kind", LIBRARY.types.index)
def test_all_sites_of_all_types_are_as_one_by_one(kind):
    sites = LIBRARY.sites(kind)
    row = LIBRARY.types.loc[kind]
    usual = dict(part.split("=") for part in row["parameters"].split())
    values = sites.values({name: float(text) for name, text in usual.items()})
    values = values + np.random.default_rng(1).uniform(-0.01, 0.01, (4, len(values)))
    inside, affine, regular = sites.positions(values)
    assert regular.all()
    np.testing.assert_allclose(np.round(affine - inside), affine - inside, atol=2e-9)
    if len(sites.names):
        steps = affine[1:] - affine[:1]
        linear = np.einsum("akp,np->nak", sites.slopes, values[1:] - values[:1])
        np.testing.assert_allclose(steps, linear, atol=1e-12)
    for k in range(4):
        each = [
            expand_site(sites.group, sites.site_positions(values, site)[k], n, label)
            for site, (n, label) in enumerate(zip(sites.multiplicities, sites.labels, strict=True))
        ]
        assert (np.concatenate(each) == inside[k]).all()


def test_a_primitive_cell_has_its_share_of_the_atoms():
    for kind, n_cells in (("spinel", 4), ("calcite", 3), ("rutile", 1), ("bcc", 2)):
        sites = LIBRARY.sites(kind)
        defaults = dict(part.split("=") for part in LIBRARY.types.loc[kind, "parameters"].split())
        inside = sites.images(sites.values({name: float(x) for name, x in defaults.items()}))
        assert len(sites.primitive_atoms(inside)) * n_cells == len(sites.orbits)
        assert np.linalg.det(sites.primitive_axes) == pytest.approx(1 / n_cells)


def test_truncated_and_special_coordinates_are_not_regular():
    sites = type_sites(194, "", "A 2c x y 1/4")
    assert len(sites.images(np.array([0.33333, 0.66667]))) == 2
    inside, _, regular = sites.positions(np.array([[1 / 3, 2 / 3], [0.33333, 0.66667]]))
    assert regular.tolist() == [True, False]
    np.testing.assert_allclose(np.sort(inside[0, :, 2]), [0.25, 0.75])
    with pytest.raises(LibraryError, match="A 2c at"):
        sites.images(np.array([0.3, 0.6]))
