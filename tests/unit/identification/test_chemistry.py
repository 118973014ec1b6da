"""Known elements: known compounds first, others of their types built, the rest last."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from identification_cases import LIBRARY, even_probabilities, make_catalogue, measured, refined

from pdflearn.identification import ranking
from pdflearn.identification.chemistry import (
    ANY_WAY,
    BUILT,
    CHARGED,
    FOREIGN,
    PART,
    UNITED,
    Variant,
    compound,
    known_compounds,
    likeliest,
    variants,
    volume_of_atom,
)
from pdflearn.identification.request import Request
from pdflearn.identification.results import answer_sample, ranked_rows
from pdflearn.measured.samples import MeasuredSample
from pdflearn.structures import substitution
from pdflearn.structures.volumes import Volumes

NAMES = [
    "Ni fcc", "Cu fcc", "Al fcc", "FeNi L1_0", "Si diamond", "CuCl zincblende", "ZnS zincblende",
    "AlP zincblende", "NaCl rocksalt", "MgO rocksalt", "Fe bcc", "MgAl2O4 spinel",
]  # fmt: skip


@pytest.fixture(scope="module")
def known():
    return make_catalogue(NAMES)


def of(name, text, elements=""):
    """The variants of a structure of the library for a sample."""
    volumes = make_volumes()
    return variants(LIBRARY.build(name), Request.of_chemistry(text, elements), volumes)


def make_volumes():
    return Volumes({"Al": 16.6, "Cu": 11.8, "Ni": 10.9, "Si": 20.0}, {})


def test_without_elements_a_structure_stays_as_it_is():
    (variant,) = of("MgO rocksalt", "")
    assert (variant.fits, variant.log_prior) == (None, 0.0)
    assert variant.log_volume(1.0) == 0.0


def test_a_known_compound_is_likelier_than_one_that_is_built():
    (exact,) = of("MgO rocksalt", "MgO")
    assert (exact.log_prior, exact.fits) == (0.0, True)
    assert exact.volume == pytest.approx(volume_of_atom(exact.structure))
    built, *_ = of("MgO rocksalt", "FeO")
    assert compound(built.structure) == "FeO"
    assert -BUILT > built.log_prior > -FOREIGN
    (foreign,) = of("MgO rocksalt", "Fe2O3")
    assert (foreign.fits, foreign.log_prior) == (False, -FOREIGN)


def test_elements_without_amounts_work_as_well():
    assert of("MgO rocksalt", "", "Mg O")[0].log_prior == 0.0
    first, *_ = of("ZnS zincblende", "", "Ga, As")  # the metal goes to the metal's sites
    metals = [atom.xyz.tolist() for atom in first.structure if atom.element == "Ga"]
    zinc = [a.xyz.tolist() for a in LIBRARY.build("ZnS zincblende") if a.element == "Zn"]
    assert metals == zinc
    part = of("Ni fcc", "", "Ni Cu")
    assert {compound(variant.structure) for variant in part} == {"Ni", "NiCu"}
    assert part[-1].log_prior == -PART
    (spinel,) = of("MgAl2O4 spinel", "Fe3O4")  # fewer elements than the structure has
    assert compound(spinel.structure) == "Fe3O4"


def test_sites_that_become_equal_are_those_of_a_simpler_type():
    assert [variant.fits for variant in of("FeNi L1_0", "Ni")] == [False]


def test_elements_that_differ_mix_badly():
    alloy = of("Cu fcc", "NiFe")[0]
    salt = of("Si diamond", "GaAs")[0]
    assert salt.log_prior < alloy.log_prior - 0.5


def test_each_phase_of_a_mixture_has_its_own_elements():
    made = of("Al fcc", "Si+Ni")
    assert {compound(variant.structure) for variant in made} == {"Si", "Ni"}
    # the stretch that the curve asks for tells which
    (first,) = likeliest(made, (10.9 / volume_of_atom(LIBRARY.build("Al fcc"))) ** (1 / 3), n=1)
    assert compound(first.structure) == "Ni"


@pytest.mark.parametrize("n", [1, 2])
def test_a_compound_of_some_elements_is_always_tried_as_it_is(n):
    made = of("MgAl2O4 spinel", "", "Mg Al O Fe")
    assert any(not variant.as_it_is for variant in made)
    chosen = likeliest(made, 1.02, n=n)
    assert len(chosen) == n
    assert [compound(item.structure) for item in chosen if item.as_it_is] == ["MgAl2O4"]


def test_the_refined_volume_speaks(known):
    nickel, *_ = of("Ni fcc", "Ni")
    assert nickel.log_volume(nickel.volume) == 0.0
    assert nickel.log_volume(1.2 * nickel.volume) < -5


def test_the_known_compound_is_not_put_behind_its_parent(known):
    ordered = refined("CuCl zincblende", 0.2, fits_composition=True)
    mixed = refined("Si diamond", 0.2, fits_composition=True, log_given=-2.0)
    order = ranking.parents_first([ordered, mixed], known, 0.3)
    assert [item.structure_type for item in order] == ["zincblende", "diamond"]


@pytest.mark.parametrize(
    ("composition", "elements"), [("ZnS", ""), ("", "Zn S")], ids=["amounts", "elements"]
)
def test_a_compound_that_x_rays_take_for_its_parent_is_named(known, composition, elements):
    """Blind, zinc and sulphur are seen apart; nickel and copper are not from copper alone."""
    sample = MeasuredSample(
        "a.gr", radiation="xray", observation=measured(("ZnS zincblende", 1.0)),
        composition=composition, composition_given=bool(composition), elements=elements,
    )  # fmt: skip
    answer = answer_sample(sample, even_probabilities(known), known)
    first, *_ = ranked_rows(sample, answer, 3)
    assert (first["structure_type"], first["compound"]) == ("zincblende", "ZnS")
    assert "the elements are the library's" not in answer.reason


def test_another_member_of_a_type_is_built(known):
    """AlP is left out, so it is built from ZnS or CuCl."""
    without = make_catalogue([name for name in NAMES if name != "AlP zincblende"])
    sample = MeasuredSample(
        "a.gr", radiation="xray", observation=measured(("AlP zincblende", 1.0)), elements="Al P"
    )
    answer = answer_sample(sample, even_probabilities(without), without)
    first, *_ = ranked_rows(sample, answer, 3)
    assert (first["structure_type"], first["compound"]) == ("zincblende", "AlP")
    blind = answer_sample(replace(sample, elements=""), even_probabilities(without), without)
    assert ranked_rows(sample, blind, 3)[0]["compound"] == ""


def test_the_phases_of_a_mixture_have_the_elements_of_its_formula(known):
    """Si + Ni must not come as silicon and copper."""
    sample = MeasuredSample(
        "a.gr", radiation="xray", observation=measured(("Si diamond", 0.5), ("Ni fcc", 0.5)),
        composition="Si+Ni", composition_given=True,
    )  # fmt: skip
    answer = answer_sample(sample, even_probabilities(known), known)
    assert answer.ranked[0].structure_type == "diamond+fcc"
    assert sorted(answer.ranked[0].compound.split(" + ")) == ["Ni", "Si"]


@pytest.mark.parametrize("elements", [("Cd", "Se"), ()])
def test_of_no_structure_left_none_is_known(elements):
    # an empty column of strings keeps its type, and knows no sets
    table = pd.DataFrame({"elements": pd.array([], dtype="string")})
    assert known_compounds(table, Request(elements)).empty


def test_a_stretch_far_from_the_expected_volume_is_not_taken_from_the_pattern():
    structure = LIBRARY.build("TiO2 rutile")
    volume = volume_of_atom(structure)
    expected = Variant(structure, True, volume=volume * 1.2**3, scatter=0.09)
    assert expected.likely_stretch(1.15) == 1.15  # a difference of 1.4 standard deviations
    assert expected.likely_stretch(0.9) == pytest.approx(1.2)
    assert Variant(structure).likely_stretch(0.9) == 0.9  # no volume is expected
    unlikely = Variant(structure, True, -1.0, volume * 1.2**3, 0.09)
    assert likeliest([unlikely, expected], 0.9, 1) == [expected]


def test_elements_go_where_structures_of_the_type_have_their_like():
    request = Request(("Ga", "Nb"))  # the amounts are not known
    gold = LIBRARY.build("Nb3Au A15")
    known = {"Nb": {"Nb", "V", "Cr", "Ti"}, "Au": {"Au", "Ga", "Si", "Sn"}}
    right, wrong = variants(gold, request, make_volumes(), known)
    assert substitution.shares(right.structure) == {"Ga": 0.25, "Nb": 0.75}
    assert right.log_prior - wrong.log_prior > np.log(10.0)


def test_what_is_known_of_a_site_does_not_change_how_likely_a_type_is():
    request = Request(("Ga", "Nb"))
    gold = LIBRARY.build("Nb3Au A15")
    known = {"Nb": {"Nb", "V"}, "Au": {"Au", "Ga"}}
    totals = [
        np.log(
            sum(np.exp(one.log_prior) for one in variants(gold, request, make_volumes(), occupants))
        )
        for occupants in (None, known)
    ]
    assert totals[0] == pytest.approx(totals[1])


def test_any_way_to_put_elements_onto_sites_is_possible():
    """Fluorine where all compounds of the type have cations is strange, but one in twenty is."""
    known = {"Mg": {"Mg", "Ca", "Fe"}, "O": {"O", "S"}}
    usual, exchanged = variants(
        LIBRARY.build("MgO rocksalt"), Request(("F", "Na")), make_volumes(), known
    )
    assert compound(usual.structure) == "NaF"
    assert exchanged.log_prior - usual.log_prior == pytest.approx(np.log(0.5 * ANY_WAY), abs=0.1)


def test_a_known_compound_is_built_with_its_elements_exchanged_where_this_is_asked_for():
    structure = LIBRARY.build("Nb3Au A15")
    request, volumes = Request(("Au", "Nb")), make_volumes()
    (known,) = variants(structure, request, volumes)
    first, other = variants(structure, request, volumes, exchanged=True)
    assert (first.as_it_is, other.as_it_is) == (True, False)
    assert substitution.shares(known.structure) == substitution.shares(first.structure)
    assert substitution.shares(other.structure) == {"Au": 0.75, "Nb": 0.25}


def test_a_structure_with_fewer_elements_than_its_type_is_unlikely():
    """Cu2Sb is PbFCl with one element on two sites, and a type of its own."""
    request = Request.of_chemistry("Mn2As")
    (united, *_) = variants(LIBRARY.build("LaOCl PbFCl"), request, make_volumes())
    (named, *_) = variants(LIBRARY.build("Cu2Sb Cu2Sb"), request, make_volumes())
    assert named.log_prior - united.log_prior > UNITED - 1.0


@pytest.mark.parametrize(
    ("formula", "mixed", "unlike"),
    [("CuFeS2", True, False), ("Cu3PS4", True, True), ("ZnS", False, False)],
)
def test_elements_that_share_a_site_are_told(formula, mixed, unlike):
    (first, *_) = of("CuCl zincblende", formula)
    assert (first.mixed, first.mixed_unlike) == (mixed, unlike)


def test_ways_whose_charges_do_not_balance_are_unlikely():
    """Neutrons hardly tell sodium from aluminium: 4 Na + 3 Al are neutral, 3 Na + 4 Al are not."""
    structure = LIBRARY.build("Fe4Be3Si3O12S sodalite")
    request = Request(("Al", "Cl", "Na", "O", "Si"))
    amounts = {
        round(24 * substitution.shares(way.structure)["Na"]): way.log_prior
        for way in variants(structure, request, make_volumes())
        if substitution.shares(way.structure)["Si"] == pytest.approx(3 / 23)
    }
    assert amounts[4] - amounts[3] > CHARGED
