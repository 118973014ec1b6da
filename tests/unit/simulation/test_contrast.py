"""Every simpler type of the library leads to its type; contrasts are as expected."""

from pathlib import Path

import numpy as np
import pytest
import spglib

from pdflearn.core.grid import Grid
from pdflearn.simulation.contrast import as_simpler_type, type_contrasts
from pdflearn.simulation.contrast import contrast as contrast_of
from pdflearn.structures.library import load_library
from pdflearn.structures.relations import SimplerType, split_way
from pdflearn.structures.structure import arrays

GRID = Grid(r_min=1.0, r_max=20.0, r_step=0.1)


@pytest.fixture(scope="module")
def library():
    return load_library(Path(__file__).parents[3] / "resources" / "library")


def contrast(library, name, radiation="xray"):
    structure_type = library.compounds.loc[name, "structure_type"]
    simpler = library.simpler_types(structure_type)
    values = type_contrasts(library.build(name), simpler, GRID, [radiation])
    return {other: value for (_, other), value in values.items()}


def test_every_entry_of_the_table_leads_to_its_type(library):
    checked = 0
    for structure_type in library.types.index[library.types["simpler_types"] != ""]:
        names = library.compounds.index[library.compounds["structure_type"] == structure_type]
        for simpler in library.simpler_types(structure_type):
            # Distorted structures may be too far from the simpler type; some must not be.
            simplified = [as_simpler_type(library.build(name), simpler) for name in names[:8]]
            simplified = [structure for structure in simplified if structure is not None]
            assert simplified, f"{structure_type}: {simpler.name}"
            symbols, xyz, _, base = arrays(simplified[0])
            _, first = np.unique(np.round(xyz, 4), axis=0, return_index=True)
            contents = [
                "".join(sorted(symbols[np.abs(xyz - xyz[i]).max(axis=1) < 1e-3])) for i in first
            ]
            site_types = np.unique(contents, return_inverse=True)[1]
            dataset = spglib.get_symmetry_dataset((base, xyz[first], site_types), symprec=1e-3)
            assert dataset.number == simpler.space_group_number, f"{structure_type}: {simpler.name}"
            assert len(dataset.std_types) == simpler.atoms, f"{structure_type}: {simpler.name}"
            checked += 1
    assert checked > 60


def test_entries_of_the_table_are_read_as_written(library):
    for structure_type in library.types.index:
        simpler = library.simpler_types(structure_type)
        assert SimplerType.parse(SimplerType.write(simpler)) == simpler
    with pytest.raises(ValueError, match=r"simpler_types 'fcc:1': expected a type, = or ~"):
        split_way("fcc:1")


def test_order_shows_where_the_elements_scatter_unlike(library):
    assert contrast(library, "AlP zincblende")["diamond"] < 0.1
    assert contrast(library, "InP zincblende")["diamond"] > 0.3
    assert contrast(library, "KCl rocksalt")["sc"] < 0.05
    assert contrast(library, "LiF rocksalt", "neutron")["sc"] > 0.5  # lengths of unlike signs


def test_atoms_that_hardly_scatter_leave_the_others_type(library):
    assert contrast(library, "CeH2 fluorite")["fcc"] < 0.1
    assert contrast(library, "UO2 fluorite")["fcc"] > 0.1
    assert contrast(library, "UO2 fluorite", "neutron")["fcc"] > 0.5


def test_simplified_structure_keeps_the_scattering_of_the_cell(library):
    structure = library.build("GaAs zincblende")
    simpler = {t.name: t for t in library.simpler_types("zincblende")}["diamond"]
    averaged = as_simpler_type(structure, simpler)
    assert sorted({atom.element for atom in averaged}) == ["As", "Ga"]
    assert sum(atom.occupancy for atom in averaged) == pytest.approx(8.0)
    assert averaged.lattice.volume == pytest.approx(structure.lattice.volume)


def test_contrast_takes_the_best_scale():
    pattern = np.sin(np.linspace(0, 9, 50))
    assert contrast_of(pattern, 3 * pattern) == pytest.approx(0.0, abs=1e-12)


def test_a_structure_is_never_seen_as_one_that_does_not_scatter(library):
    assert contrast(library, "SmH2 fluorite", "neutron")["fcc"] == np.inf  # samarium alone
    assert contrast(library, "SmH2 fluorite", "xray")["fcc"] < 0.2
