"""Structures for the simulator's tests and benchmarks, from lattice constants and positions."""

from pathlib import Path

import numpy as np
from diffpy.structure import Atom, Lattice, Structure

DATA = Path(__file__).parents[0] / "data" / "scattering"
SHARED = Path(__file__).parents[2] / "shared"

F = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
BODY = [(0, 0, 0), (0.5, 0.5, 0.5)]
HCP = [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)]


def crystal(cell, atoms, u=0.005, occupancy=None):
    """Structure of a cell (a or six constants) and a list of (symbol, positions)."""
    lattice = Lattice(*(cell if isinstance(cell, tuple) else (cell,) * 3 + (90,) * 3))
    structure = Structure(lattice=lattice)
    for symbol, positions in atoms:
        for xyz in positions:
            structure.append(
                Atom(symbol, np.mod(xyz, 1), occupancy=1.0, Uisoequiv=u, lattice=lattice)
            )
    return structure


def shifted(positions, *by):
    return [tuple(np.add(p, b)) for b in by for p in positions]


def fcc(symbol, a):
    return crystal(a, [(symbol, F)])


def rocksalt(one, two, a):
    return crystal(a, [(one, F), (two, shifted(F, (0.5, 0.5, 0.5)))])


def zincblende(one, two, a):
    return crystal(a, [(one, F), (two, shifted(F, (0.25, 0.25, 0.25)))])


def fluorite(one, two, a):
    return crystal(a, [(one, F), (two, shifted(F, (0.25,) * 3, (0.75,) * 3))])


def perovskite(a_site, b_site, x, a, c=None, dz=0.0):
    cell = (a, a, c or a, 90, 90, 90)
    oxygen = [(0.5, 0.5, -dz), (0.5, 0, 0.5 - dz), (0, 0.5, 0.5 - dz)]
    return crystal(cell, [(a_site, [(0, 0, 0)]), (b_site, [(0.5, 0.5, 0.5 + dz)]), (x, oxygen)])


def rutile(one, two, a, c, x):
    positions = [(x, x, 0), (-x, -x, 0), (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5)]
    return crystal((a, a, c, 90, 90, 90), [(one, BODY), (two, positions)])


def hexagonal(a, c, atoms):
    return crystal((a, a, c, 90, 90, 120), atoms)


def wurtzite(one, two, a, c, u):
    positions = [(1 / 3, 2 / 3, 0), (2 / 3, 1 / 3, 0.5)]
    return hexagonal(a, c, [(one, positions), (two, shifted(positions, (0, 0, u)))])


TWENTY = {
    "Ni": lambda: fcc("Ni", 3.524),
    "Al": lambda: fcc("Al", 4.0495),
    "Au": lambda: fcc("Au", 4.0782),
    "W": lambda: crystal(3.165, [("W", BODY)]),
    "Fe": lambda: crystal(2.8665, [("Fe", BODY)]),
    "Si": lambda: zincblende("Si", "Si", 5.431),
    "diamond": lambda: zincblende("C", "C", 3.567),
    "NaCl": lambda: rocksalt("Na", "Cl", 5.64),
    "MgO": lambda: rocksalt("Mg", "O", 4.212),
    "PbS": lambda: rocksalt("Pb", "S", 5.936),
    "ZnS": lambda: zincblende("Zn", "S", 5.409),
    "GaAs": lambda: zincblende("Ga", "As", 5.6533),
    "CsCl": lambda: crystal(4.123, [("Cs", [(0, 0, 0)]), ("Cl", [(0.5, 0.5, 0.5)])]),
    "CeO2": lambda: fluorite("Ce", "O", 5.411),
    "CaF2": lambda: fluorite("Ca", "F", 5.4626),
    "SrTiO3": lambda: perovskite("Sr", "Ti", "O", 3.905),
    "BaTiO3": lambda: perovskite("Ba", "Ti", "O", 3.9945, 4.0335, 0.015),
    "TiO2": lambda: rutile("Ti", "O", 4.5937, 2.9587, 0.3053),
    "ZnO": lambda: wurtzite("Zn", "O", 3.2495, 5.2069, 0.3821),
    "Ti": lambda: hexagonal(2.9508, 4.6855, [("Ti", HCP)]),
}


def corundum() -> Structure:
    """Al2O3, 30 atoms in the hexagonal cell."""
    z, x = 0.35216, 0.30624
    centring = [(0, 0, 0), (2 / 3, 1 / 3, 1 / 3), (1 / 3, 2 / 3, 2 / 3)]
    al = [(0, 0, s) for s in (z, 0.5 - z, -z, 0.5 + z)]
    o = [(x, 0, 0.25), (0, x, 0.25), (-x, -x, 0.25), (-x, 0, 0.75), (0, -x, 0.75), (x, x, 0.75)]
    return hexagonal(4.7589, 12.991, [("Al", shifted(al, *centring)), ("O", shifted(o, *centring))])


def spinel() -> Structure:
    """Fe3O4, 56 atoms, origin at a tetrahedral site."""
    u = 0.3796
    tetra = shifted(F, (0, 0, 0), (0.25, 0.25, 0.25))
    octa = shifted(
        F, (0.625,) * 3, (0.625, 0.875, 0.875), (0.875, 0.625, 0.875), (0.875, 0.875, 0.625)
    )
    signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    first = [tuple(u * s for s in sign) for sign in signs]
    second = [tuple(0.25 - u * s for s in sign) for sign in signs]
    oxygen = shifted(F, *first, *second)
    return crystal(8.396, [("Fe", tetra), ("Fe", octa), ("O", oxygen)])


def low_symmetry(n: int, seed: int = 3) -> Structure:
    """SiO2-like P1 cell of n atoms (a third Si) on a jittered lattice; nothing to exploit."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(n ** (1 / 3)))
    grid = np.stack(np.meshgrid(*[np.arange(side)] * 3, indexing="ij"), -1).reshape(-1, 3)
    positions = (rng.permutation(grid)[:n] + 0.5 + rng.uniform(-0.15, 0.15, (n, 3))) / side
    a = (n / 0.0787) ** (1 / 3)
    silicon = n // 3
    return crystal(
        (a, 1.05 * a, 0.952 * a, 88.7, 91.4, 97.0),
        [("Si", positions[:silicon]), ("O", positions[silicon:])],
    )


def gold(n: int) -> Structure:
    """The n atoms of fcc gold nearest to a point of no symmetry."""
    side = int(np.ceil((n / 4) ** (1 / 3))) // 2 + 3
    cells = np.stack(np.meshgrid(*[np.arange(-side, side + 1)] * 3, indexing="ij"), -1)
    positions = (cells.reshape(-1, 1, 3) + np.array(F)).reshape(-1, 3) * 4.0782
    distance = ((positions - [0.3, 0.5, 0.1]) ** 2).sum(axis=1)
    return cluster(["Au"] * n, positions[np.argsort(distance, kind="stable")[:n]])


def write_cif(structure: Structure, path: Path) -> None:
    """A CIF as databases give it: one atom of each orbit, and the operators."""
    import gemmi
    import spglib

    names = sorted(set(structure.element))
    cell = (structure.lattice.base, structure.xyz, [names.index(e) for e in structure.element])
    symmetry = spglib.get_symmetry(cell, symprec=1e-4)
    keys = [f"_cell_length_{x}" for x in "abc"]
    keys += [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
    lines = ["data_bench"]
    lines += [f"{k} {v:.6f}" for k, v in zip(keys, structure.lattice.abcABG(), strict=True)]
    lines += ["loop_", "_symmetry_equiv_pos_as_xyz"]
    for rotation, shift in zip(symmetry["rotations"], symmetry["translations"], strict=True):
        op = gemmi.Op("x,y,z")
        op.rot = (gemmi.Op.DEN * rotation).tolist()
        op.tran = [int(x) for x in np.rint(gemmi.Op.DEN * shift) % gemmi.Op.DEN]
        lines.append(f"'{op.triplet()}'")
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += [f"_atom_site_fract_{x}" for x in "xyz"]
    lines += ["_atom_site_occupancy", "_atom_site_U_iso_or_equiv"]
    for k in sorted(set(symmetry["equivalent_atoms"])):
        x, y, z = structure[int(k)].xyz
        symbol = structure[int(k)].element
        lines.append(f"{symbol}{k} {symbol} {x:.8f} {y:.8f} {z:.8f} 1.0 0.005")
    path.write_text("\n".join(lines) + "\n")


def cluster(symbols, xyz, u=0.005):
    """Atoms without a cell, positions in angstrom."""
    return Structure([Atom(str(s), x, Uisoequiv=u) for s, x in zip(symbols, xyz, strict=True)])


def load_golden(path):
    """Structure stored as arrays: cell (empty for a cluster), symbols, xyz, occupancy, U."""
    z = np.load(path)
    if z["cell"].size == 0:
        return cluster(z["symbols"], z["xyz"]), z
    structure = Structure(lattice=Lattice(*z["cell"]))
    rows = zip(z["symbols"], z["xyz"], z["occupancy"], z["u"], strict=True)
    for symbol, xyz, occupancy, u in rows:
        atom = Atom(str(symbol), xyz, occupancy=float(occupancy), lattice=structure.lattice)
        atom.anisotropy = True
        atom.U = u
        structure.append(atom)
    return structure, z


def rw(a, b):
    """sqrt(sum (a - b)^2 / sum b^2)."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return float(np.sqrt(((a - b) ** 2).sum() / (b**2).sum()))


def expand_cif(path):
    """Read a plain CIF by applying the operators it lists, independent of the package's reader."""
    import gemmi

    block = gemmi.cif.read(str(path)).sole_block()

    def number(tag):
        return gemmi.cif.as_number(block.find_value(tag))

    angles = [number(f"_cell_angle_{x}") for x in ("alpha", "beta", "gamma")]
    lattice = Lattice(*[number(f"_cell_length_{x}") for x in "abc"], *angles)
    listed = block.find_loop("_symmetry_equiv_pos_as_xyz")
    operators = [gemmi.Op(gemmi.cif.as_string(x)) for x in listed]
    tags = ["label", "U_11", "U_22", "U_33", "U_12", "U_13", "U_23"]
    tensors = {}
    for row in block.find("_atom_site_aniso_", tags):
        v = [gemmi.cif.as_number(x) for x in list(row)[1:]]
        tensors[row[0]] = np.array([[v[0], v[3], v[4]], [v[3], v[1], v[5]], [v[4], v[5], v[2]]])
    scale = np.diag([lattice.ar, lattice.br, lattice.cr])
    structure, orbits = Structure(lattice=lattice), []
    tags = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "U_iso_or_equiv"]
    for site, row in enumerate(block.find("_atom_site_", tags)):
        start = [gemmi.cif.as_number(row[k]) for k in (2, 3, 4)]
        positions = []
        for operator in operators:
            xyz = np.mod(operator.apply_to_xyz(start), 1.0)
            if any(lattice.norm((xyz - p + 0.5) % 1 - 0.5) < 0.05 for p in positions):
                continue
            positions.append(xyz)
            occupancy, u = gemmi.cif.as_number(row[5]), gemmi.cif.as_number(row[6])
            atom = Atom(row[1], xyz, occupancy=occupancy, Uisoequiv=u, lattice=lattice)
            if row[0] in tensors:
                # beta = N U N turns like x x^T, with N the reciprocal lengths
                turn = np.array(operator.rot) / gemmi.Op.DEN
                beta = turn @ (scale @ tensors[row[0]] @ scale) @ turn.T
                atom.anisotropy = True
                atom.U = np.linalg.inv(scale) @ beta @ np.linalg.inv(scale)
            structure.append(atom)
            orbits.append(site)
    structure.orbits = np.array(orbits)
    return structure
