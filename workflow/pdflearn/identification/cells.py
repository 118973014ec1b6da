"""The shapes of cells, whatever their size."""

import numpy as np
from diffpy.structure import Structure


def shape_of_cell(structure: Structure) -> np.ndarray:
    """The logarithms of a cell's edges over the edge of a cube of its volume, and its cosines.

    Parameters
    ----------
    structure : Structure

    Returns
    -------
    array (6,)

    Examples
    --------
    >>> from pdflearn.structures.library import load_library
    >>> shape_of_cell(load_library("resources/library").build("MgO rocksalt")).round(3).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    lattice = structure.lattice
    edges = np.log(lattice.abcABG()[:3]) - np.log(lattice.volume) / 3
    return np.array([*edges, lattice.ca, lattice.cb, lattice.cg])
