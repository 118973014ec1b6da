import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.structures.prototypes import prototype
from pdflearn.structures.structure import make_structure, symmetry_of

FCC = np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])


def name(structure):
    return prototype(structure, symmetry_of(structure))


def cubic(a, symbols, xyz, occupancy=None):
    return make_structure((a, a, a, 90, 90, 90), symbols, xyz, occupancy=occupancy)


def fluorite(shift=0.0, order=None):
    xyz = np.concatenate([FCC, FCC + 0.25, FCC + 0.75]) + shift
    order = np.arange(12) if order is None else np.array(order)
    return cubic(5.46, np.repeat(["Ca", "F", "F"], 4)[order], xyz[order])


@settings(max_examples=10)
@given(st.permutations(range(12)), st.sampled_from([0.0, 0.1, 0.25, 0.5]))
def test_neither_the_origin_nor_the_order_of_atoms_matters(order, shift):
    assert name(fluorite(shift, order)) == name(fluorite()) == "225:1|2"


def test_a_solid_solution_is_of_its_commonest_element():
    xyz = np.concatenate([FCC, FCC, FCC + [0.5, 0.5, 0.5]])
    symbols = np.repeat(["Mg", "Fe", "O"], 4)
    mixed = cubic(4.25, symbols, xyz, np.repeat([0.7, 0.3, 1.0], 4))
    assert name(mixed) == name(cubic(4.21, symbols[[*range(4), *range(8, 12)]], xyz[4:]))


def test_other_atoms_on_the_same_sites_are_another_prototype():
    zincblende = cubic(5.41, np.repeat(["Zn", "S"], 4), np.concatenate([FCC, FCC + 0.25]))
    diamond = cubic(5.43, ["Si"] * 8, np.concatenate([FCC, FCC + 0.25]))
    assert (name(zincblende), name(diamond)) == ("216:1|1", "227:1")


def test_hydrogen_does_not_count():
    with_hydrogen = cubic(
        5.46, [*np.repeat(["Ca", "F", "F"], 4), *["H"] * 4],
        np.concatenate([FCC, FCC + 0.25, FCC + 0.75, FCC + [0.5, 0.5, 0.5]]),
    )  # fmt: skip
    assert name(with_hydrogen) == "225:1|2"
