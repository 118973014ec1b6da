"""Hypothetical compounds: of their type, of other elements, as large as their radii ask for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pdflearn.structures import checks, hypothetical
from pdflearn.structures import structure as structure_module
from pdflearn.structures.elements import covalent_radius
from pdflearn.structures.library import load_library
from pdflearn.structures.structure import (
    StructureError,
    arrays,
    gemmi,
    identity,
    space_group_number,
    structure_of_crystal,
)

FOLDER = Path(__file__).parents[3] / "resources" / "library"
TYPES = ["fcc", "rocksalt", "perovskite", "rutile", "NiAs", "calcite", "spinel", "beta_Sn"]


@pytest.fixture(scope="module")
def library():
    return load_library(FOLDER)


@pytest.fixture(scope="module")
def made(library):
    return {kind: list(hypothetical.hypothetical_compounds(library, kind, 12, 1)) for kind in TYPES}


@pytest.mark.parametrize("kind", TYPES)
def test_they_are_of_their_type_and_pass_the_checks(library, made, kind):
    assert [name for name, _ in made[kind]] == [f"{kind} {i}" for i in range(12)]
    known = {
        tuple(row.split()) for row in library.compounds.query("structure_type == @kind")["elements"]
    }
    number = library.types.loc[kind, "space_group_number"]
    for _, structure in made[kind]:
        assert not isinstance(structure, StructureError)
        checks.check(structure)
        assert space_group_number(structure) == number
        elements = tuple(dict.fromkeys(arrays(structure)[0].tolist()))
        assert elements not in known


def test_names_alone_decide(library, made):
    longer = dict(hypothetical.hypothetical_compounds(library, "rocksalt", 15, 1))
    ids = {name: identity(structure) for name, structure in longer.items()}
    assert {name: ids[name] for name, _ in made["rocksalt"]} == {
        name: identity(structure) for name, structure in made["rocksalt"]
    }
    other = hypothetical.hypothetical_compounds(library, "rocksalt", 12, 2)
    assert set(ids.values()).isdisjoint(identity(s) for _, s in other)


def test_the_fit_predicts_real_compounds_that_it_has_not_seen(library):
    """Left out one by one, rock salts' lattice constants are met within a few percent."""
    model = hypothetical.TypeModel(library, "rocksalt")
    whole = model.real
    errors = []
    for i, real in enumerate(whole):
        model.real = whole[:i] + whole[i + 1 :]
        model._fit()
        errors.append(np.log(model.expected_scale(real.radii) / real.scale))
    assert len(errors) > 40
    without = np.std(np.log([real.scale for real in whole]))
    assert np.sqrt(np.mean(np.square(errors))) < min(0.06, 0.85 * without), without
    assert abs(np.mean(errors)) < 0.01


def test_light_and_heavy_elements_meet(made):
    """Distances stay near the sum of the radii, the contrast varies."""
    contrast = []
    for _, structure in made["rocksalt"]:
        first, second = dict.fromkeys(structure.symbols.tolist())
        ratio = structure.cell[0] / 2 / (covalent_radius(first) + covalent_radius(second))
        assert 0.8 < ratio < 1.25
        z = [gemmi.Element(symbol).atomic_number for symbol in (first, second)]
        contrast.append(max(z) / min(z))
    assert min(contrast) < 2
    assert max(contrast) > 6


def test_parameters_and_axes_vary(made):
    assert len({round(s.cell[2] / s.cell[0], 4) for _, s in made["rutile"]}) == 12
    places = [next(x[0] for x in s.xyz if x[2] == 0 and x[0] > 0.2) for _, s in made["rutile"]]
    assert 0.001 < np.std(places) < 0.02


def test_a_type_of_one_element_keeps_its_roles_apart(library):
    """Co3O4 has cobalt on both sites of spinel; what is made from it has one element there too."""
    for _, structure in hypothetical.hypothetical_compounds(library, "alpha_Mn", 3, 1):
        assert len(set(structure.symbols)) == 1


# with a monoclinic and a triclinic type, several sites a role, a rhombohedral and a centred cell
SEVERAL = ["rutile", "perovskite", "calcite", "baddeleyite", "CdI2", "spinel", "aragonite"]


@pytest.mark.parametrize("kind", SEVERAL)
def test_drawn_together_they_are_as_drawn_alone(library, kind):
    model = hypothetical.TypeModel(library, kind)
    draws = [model._draw(np.random.default_rng(i)) for i in range(40)]
    together = model._crystals(draws)
    assert sum(crystal is not None for crystal in together) > 3
    for draw, crystal in zip(draws, together, strict=True):
        if draw is None:
            assert crystal is None
            continue
        alone = model._crystal_alone(draw)
        assert (alone is None) == (crystal is None)
        if crystal is not None:
            assert identity(alone) == identity(crystal)
            np.testing.assert_allclose(alone.cell, crystal.cell, rtol=1e-13)
            np.testing.assert_allclose(alone.base, crystal.base, atol=1e-12)
            assert alone.warnings == crystal.warnings
            assert crystal.shortest is None or crystal.shortest == pytest.approx(
                structure_module.shortest_distance(alone), rel=1e-12
            )


@pytest.mark.parametrize("kind", SEVERAL)
def test_a_group_that_needs_no_search_is_what_a_search_finds(library, kind):
    model = hypothetical.TypeModel(library, kind)
    draws = [model._draw(np.random.default_rng(i)) for i in range(40)]
    crystals = [crystal for crystal in model._crystals(draws) if crystal is not None]
    sure = [crystal for crystal in crystals if crystal.group_number is not None]
    assert len(sure) > 0.5 * len(crystals)
    for crystal in sure:
        assert space_group_number(replace(crystal, group_number=None)) == crystal.group_number


def test_a_type_whose_compounds_have_truncated_coordinates_is_built_alone(library, monkeypatch):
    """Then the usual operations do not make the atoms; what comes of it is the same."""
    model = hypothetical.TypeModel(library, "rutile")
    usual = model.compounds([np.random.default_rng(i) for i in range(5)])
    model.real = [replace(real, regular=False) for real in model.real]
    alone = model.compounds([np.random.default_rng(i) for i in range(5)])
    assert list(map(identity, alone)) == list(map(identity, usual))


def test_a_container_holds_what_the_crystal_holds(made):
    _, crystal = made["perovskite"][0]
    structure = structure_of_crystal(crystal)
    assert identity(structure) == identity(crystal)
    assert structure.title == "hypothetical perovskite 0"
    np.testing.assert_allclose(structure.lattice.base, crystal.base, atol=1e-12)
