"""Crystals that many tests need, built in one place; lengths in angstrom."""

import numpy as np

from pdflearn.structures.structure import make_structure

FCC = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


def fcc(element="Ni", a=3.52, **other):
    return make_structure((a, a, a, 90, 90, 90), [element] * 4, FCC, orbits=[0] * 4, **other)


def diamond(element="Si", a=5.43):
    xyz = np.vstack([FCC, FCC + 0.25])
    return make_structure((a, a, a, 90, 90, 90), [element] * 8, xyz, orbits=[0] * 8)


def rocksalt(first="Mg", second="O", a=4.21):
    xyz = np.vstack([FCC, FCC + 0.5])
    return make_structure((a, a, a, 90, 90, 90), [first] * 4 + [second] * 4, xyz)


def zincblende(first="Ga", second="P", a=5.45):
    xyz = np.vstack([FCC, FCC + 0.25])
    return make_structure((a, a, a, 90, 90, 90), [first] * 4 + [second] * 4, xyz)


def rutile(a=4.59, c=2.96, x=0.305):
    xyz = [
        (0, 0, 0), (0.5, 0.5, 0.5), (x, x, 0), (-x, -x, 0),
        (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5),
    ]  # fmt: skip
    cell = (a, a, c, 90, 90, 90)
    return make_structure(cell, ["Ti"] * 2 + ["O"] * 4, np.array(xyz) % 1, orbits=[0, 0] + [1] * 4)
