"""Every simpler type of the library leads to its type; contrasts are as expected."""

from pathlib import Path

import numpy as np
import pytest
import spglib

from pdflearn.core.grid import Grid
from pdflearn.simulation.contrast import Sites, as_simpler_type, sites_of, type_contrasts
from pdflearn.simulation.contrast import contrast as contrast_of
from pdflearn.simulation.reference import ReferenceCurves, simulate_reference
from pdflearn.simulation.simulators import Simulators
from pdflearn.structures.atoms import Atoms
from pdflearn.structures.library import load_library
from pdflearn.structures.relations import SimplerType, split_way
from pdflearn.structures.structure import make_structure

ANGLES = ("alpha", "beta", "gamma")
GRID = Grid(r_min=1.0, r_max=20.0, r_step=0.1)


@pytest.fixture(scope="module")
def library():
    return load_library(Path(__file__).parents[3] / "resources" / "library")


def contrast(library, name, radiation="xray"):
    structure_type = library.compounds.loc[name, "structure_type"]
    simpler = library.simpler_types(structure_type)
    simulators = Simulators(library.build(name), GRID.r_max)
    values = type_contrasts(simulators, simpler, ReferenceCurves(GRID), [radiation])
    return {other: value for (_, other), value in values.items()}


def test_every_entry_of_the_table_leads_to_its_type(library):
    checked = 0
    for structure_type in library.types.index[library.types["simpler_types"] != ""]:
        names = library.compounds.index[library.compounds["structure_type"] == structure_type]
        for simpler in library.simpler_types(structure_type):
            # Distorted structures may be too far from the simpler type; some must not be.
            simplified = [
                as_simpler_type(sites_of(Atoms.of(library.build(name))), simpler)
                for name in names[:8]
            ]
            simplified = [sites for sites in simplified if sites is not None]
            assert simplified, f"{structure_type}: {simpler.name}"
            sites = simplified[0]
            kept = [bool(sites.contents[kind]) for kind in sites.kinds]
            site_types = [
                sorted(map(str, {*map(repr, sites.contents)})).index(repr(sites.contents[kind]))
                for kind in sites.kinds[kept]
            ]
            dataset = spglib.get_symmetry_dataset(
                (sites.lattice, sites.positions[kept], site_types), symprec=1e-3
            )
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
    sites = sites_of(Atoms.of(library.build("GaAs zincblende")))
    simpler = {t.name: t for t in library.simpler_types("zincblende")}["diamond"]
    averaged = as_simpler_type(sites, simpler)
    assert averaged.contents == [{"Ga": 0.5, "As": 0.5}] * 2
    assert averaged.amounts.tolist() == [4.0, 4.0]
    assert averaged.lattice is sites.lattice


def as_structure(sites: Sites):
    """Atoms that share sites in proportion, none of them equivalent by symmetry."""
    lengths = np.linalg.norm(sites.lattice, axis=1)
    unit = sites.lattice / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
    atoms = [
        (symbol, position, share)
        for position, kind in zip(sites.positions, sites.kinds, strict=True)
        for symbol, share in sites.contents[kind].items()
    ]
    symbols, positions, shares = zip(*atoms, strict=True)
    cell = [*lengths, *np.degrees(np.arccos(np.clip(cosines, -1, 1)))]
    return make_structure(cell, symbols, np.array(positions), occupancy=shares)


@pytest.mark.parametrize(
    "name",
    [
        "InP zincblende",
        "Fe3Al D0_3",
        "BaTiO3 PbTiO3",
        "LaAlO3 LaAlO3",
        "Ba2CaWO6 elpasolite",
        "AgFeS2 chalcopyrite",
    ],
)
@pytest.mark.parametrize("radiation", ["xray", "neutron"])
def test_contrasts_are_those_of_structures_built_and_simulated_alone(library, name, radiation):
    structure = library.build(name)
    own = simulate_reference(structure, GRID, radiation)[GRID.r >= 1.5]
    values = contrast(library, name, radiation)
    expected = {}
    for simpler in library.simpler_types(library.compounds.loc[name, "structure_type"]):
        sites = as_simpler_type(sites_of(Atoms.of(structure)), simpler)
        if sites is not None:
            pattern = simulate_reference(as_structure(sites), GRID, radiation)[GRID.r >= 1.5]
            expected.setdefault(simpler.name, []).append(contrast_of(own, pattern))
    assert values == pytest.approx({key: min(x) for key, x in expected.items()}, abs=1e-4)


@pytest.mark.parametrize("name", ["Ba2CaWO6 elpasolite", "LaAlO3 LaAlO3"])
def test_no_type_is_missed_where_no_search_is_made(library, name, monkeypatch):
    row = library.compounds.loc[name]
    cell = {c: None if np.isnan(row[c]) else row[c] for c in ("a", "b", "c", *ANGLES)}
    found = []
    for x in (0.2, 0.23, 0.245, 0.26, 0.29, 0.49, 0.53, 0.57):
        structure = library.build_type(
            row["structure_type"], row["elements"].split(), cell, {"x": x}
        )
        sites = sites_of(Atoms.of(structure))
        for simpler in library.simpler_types(row["structure_type"]):
            quick = as_simpler_type(sites, simpler)
            with monkeypatch.context() as patch:
                patch.setattr("pdflearn.simulation.contrast.count_translations", lambda *_: 1e9)
                searched = as_simpler_type(sites, simpler)
            assert (quick is None) == (searched is None)
            found.append(quick is not None)
            if quick is not None:
                assert np.array_equal(quick.positions, searched.positions)
    assert any(found)
    assert not all(found)


def test_contrast_takes_the_best_scale():
    pattern = np.sin(np.linspace(0, 9, 50))
    assert contrast_of(pattern, 3 * pattern) == pytest.approx(0.0, abs=1e-12)


def test_a_structure_is_never_seen_as_one_that_does_not_scatter(library):
    assert contrast(library, "SmH2 fluorite", "neutron")["fcc"] == np.inf  # samarium alone
    assert contrast(library, "SmH2 fluorite", "xray")["fcc"] < 0.2
