"""What structures of a type have on the sites of another one of it."""

from dataclasses import replace

from identification_cases import make_catalogue

from pdflearn.identification.occupants import site_occupants

NAMES = ["Nb3Sn A15", "V3Si A15", "Cr3Ga A15", "NaCl rocksalt"]


def test_the_elements_of_a_type_s_structures_stand_by_the_sites_that_they_are_on():
    catalogue = make_catalogue(NAMES)
    known = site_occupants(catalogue, "Nb3Sn A15")
    assert known == {"Nb": {"Nb", "V", "Cr"}, "Sn": {"Sn", "Si", "Ga"}}


def test_a_structure_with_another_list_of_atoms_says_nothing():
    catalogue = make_catalogue(NAMES)
    table = catalogue.structures.assign(structure_type="A15")
    known = site_occupants(replace(catalogue, structures=table), "NaCl rocksalt")
    assert known == {"Na": {"Na"}, "Cl": {"Cl"}}


def test_hypothetical_compounds_are_not_known():
    catalogue = make_catalogue(NAMES)
    origin = ["real", "hypothetical", "real", "real"]
    table = catalogue.structures.assign(origin=origin)
    known = site_occupants(replace(catalogue, structures=table), "Nb3Sn A15")
    assert known == {"Nb": {"Nb", "Cr"}, "Sn": {"Sn", "Ga"}}
