"""Measured files of metal clusters, made by Debye sums that share no code with the simulator.

I(Q) / (N <f>^2) = <f^2> / <f>^2 + sum over pairs of f_i f_j sin(Q d) / (Q d) exp(-Q^2 s^2 / 2)
(P. Debye, Ann. Phys. 351 (1915) 809), with s^2 = U_i + U_j - what neighbours share, and G(r) as its
sine transform over the measured Q. The outer shell is contracted, its atoms move more than those
within, and some of them are missing, so that no cluster is one of the library's.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import ase.cluster
import gemmi
import numpy as np
import pandas as pd

# Shortest distance in the metal, angstrom (C. Kittel, Introduction to Solid State Physics, ch. 1).
METALS = {
    "Ni": 2.49, "Cu": 2.56, "Pd": 2.75, "Pt": 2.77, "Ag": 2.89, "Au": 2.88, "Al": 2.86, "Fe": 2.48,
    "Co": 2.50, "Ru": 2.65, "Rh": 2.69, "Ir": 2.71, "W": 2.74, "Ti": 2.89, "Zr": 3.17,
}  # fmt: skip
ALLOYS = [("Pt", "Ni"), ("Au", "Ag"), ("Pt", "Pd"), ("Cu", "Au"), ("Ni", "Fe")]
# Shapes that a curve tells apart; those of one family differ by less than their sizes do.
FAMILIES = {
    "icosahedron": "icosahedron",
    "decahedron": "decahedron",
    "octahedron": "fcc",
    "truncated octahedron": "fcc",
    "cuboctahedron": "fcc",
    "fcc sphere": "fcc",
    "twinned octahedron": "twinned",
    "hcp sphere": "hcp",
    "bcc sphere": "bcc",
    "sc sphere": "sc",
}
FCC = 2**0.5
D_STEP, S_STEP = 0.004, 1e-4  # angstrom, angstrom^2: pairs within these are summed as one
LATTICES = {
    "fcc sphere": (FCC * np.eye(3), [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]),
    "hcp sphere": (
        np.array([[1, 0, 0], [-0.5, 0.75**0.5, 0], [0, 0, (8 / 3) ** 0.5]]),
        [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)],
    ),
    "bcc sphere": (2 / 3**0.5 * np.eye(3), [(0, 0, 0), (0.5, 0.5, 0.5)]),
    "sc sphere": (np.eye(3), [(0, 0, 0)]),
}


def sphere(shape: str, n_atoms: float, rng: np.random.Generator) -> np.ndarray:
    """A sphere of about so many atoms around any point of a lattice."""
    lattice, sites = LATTICES[shape]
    cells = np.array(list(product(range(-8, 9), repeat=3)))
    xyz = (cells[:, None] + np.array(sites)).reshape(-1, 3) @ lattice
    xyz = xyz - rng.uniform(0, 1, 3) @ lattice
    distance = np.linalg.norm(xyz, axis=1)
    volume = abs(np.linalg.det(lattice)) / len(sites)
    return xyz[distance < (3 * n_atoms * volume / (4 * np.pi)) ** (1 / 3)]


def octahedron(shape: str, n_atoms: float) -> np.ndarray:
    """The octahedron, truncated octahedron or cuboctahedron nearest in size."""
    best = None
    for length, cut in product(range(3, 14), range(6)):
        truncation = "octahedron" if cut == 0 else "truncated octahedron"
        truncation = "cuboctahedron" if length == 2 * cut + 1 else truncation
        if truncation != shape or length < 2 * cut + 1:
            continue
        xyz = ase.cluster.Octahedron("Au", length, cut, latticeconstant=FCC).positions
        best = xyz if best is None or _nearer(xyz, best, n_atoms) else best
    return best


def twinned(n_atoms: float, rng: np.random.Generator) -> np.ndarray:
    """A truncated octahedron whose one half is mirrored at a layer near its middle."""
    shape = ["octahedron", "truncated octahedron"][rng.integers(2)]
    xyz = octahedron(shape, n_atoms)
    normal = np.ones(3) / 3**0.5
    height = (xyz - xyz.mean(axis=0)) @ normal
    layers = np.unique(height.round(6))
    middle = layers[len(layers) // 2]
    lower, plane = height < middle - 1e-3, np.abs(height - middle) < 1e-3
    mirrored = xyz[lower] + 2 * (middle - height[lower])[:, None] * normal
    return np.concatenate([xyz[lower], xyz[plane], mirrored])


def decahedron(n_atoms: float, rng: np.random.Generator) -> np.ndarray:
    """A decahedron of Ino or Marks of about this size, as long as wide within a factor of 1.7."""
    choices = []
    for p, q, r in product(range(1, 7), range(1, 8), range(4)):
        xyz = ase.cluster.Decahedron("Au", p, q, r, latticeconstant=FCC).positions
        extent = np.ptp(xyz, axis=0)
        if len(xyz) > 12 and 0.6 < extent[2] / extent[:2].max() < 1.7:
            choices.append(xyz)
    choices.sort(key=lambda xyz: abs(np.log(len(xyz) / n_atoms)))
    return choices[rng.integers(min(3, len(choices)))]


def icosahedron(n_atoms: float) -> np.ndarray:
    """The Mackay icosahedron nearest in size."""
    found = [
        ase.cluster.Icosahedron("Au", shells, latticeconstant=FCC).positions
        for shells in range(2, 8)
    ]
    return min(found, key=lambda xyz: abs(np.log(len(xyz) / n_atoms)))


def _nearer(one: np.ndarray, other: np.ndarray, n_atoms: float) -> bool:
    return abs(np.log(len(one) / n_atoms)) < abs(np.log(len(other) / n_atoms))


def ideal_cluster(shape: str, n_atoms: float, rng: np.random.Generator) -> np.ndarray:
    """Positions with a shortest distance of one."""
    if shape in LATTICES:
        return sphere(shape, n_atoms, rng)
    if shape == "icosahedron":
        return icosahedron(n_atoms)
    if shape == "decahedron":
        return decahedron(n_atoms, rng)
    if shape == "twinned octahedron":
        return twinned(n_atoms, rng)
    return octahedron(shape, n_atoms)


def real_cluster(
    xyz: np.ndarray, bond: float, state: dict[str, float], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (angstrom) and U (angstrom^2): a surface contracts, moves and lacks atoms."""
    distance = np.linalg.norm(xyz[:, None] - xyz, axis=-1)
    neighbours = ((distance > 0) & (distance < 1.15)).sum(axis=1)
    full = neighbours.max()
    outer = neighbours < 0.9 * full
    lost = outer & (rng.uniform(size=len(xyz)) < state["missing"]) & (neighbours < 0.7 * full)
    centre = xyz.mean(axis=0)
    moved = np.where(outer[:, None], centre + (xyz - centre) * (1 - state["contraction"]), xyz)
    u = np.where(outer, state["u"] * state["surface_u"], state["u"])
    return moved[~lost] * bond, u[~lost]


def debye_gr(
    xyz: np.ndarray, u: np.ndarray, elements: np.ndarray, state: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """G(r) (1/angstrom^2) on r (angstrom) from a sum over all pairs."""
    q = np.arange(1, int(state["q_max"] / 0.02) + 1) * 0.02
    names = sorted(set(elements))
    if state["radiation"] == "xray":
        tables = [gemmi.Element(name).it92 for name in names]
        f = np.array([[one.calculate_sf(x * x / (16 * np.pi**2)) for x in q] for one in tables])
    else:
        f = np.array([np.full(len(q), gemmi.Element(e).neutron92.calculate_sf(0)) for e in names])
    kind = np.searchsorted(names, elements)
    share = np.bincount(kind, minlength=len(names)) / len(kind)
    mean = share @ f
    first, second = np.triu_indices(len(xyz), 1)
    distance = np.linalg.norm(xyz[first] - xyz[second], axis=1)
    s2 = (u[first] + u[second]) * (1 - state["delta2"] / distance**2)
    lower, upper = np.sort([kind[first], kind[second]], axis=0)
    columns = {"p": lower * len(names) + upper, "d": distance / D_STEP, "s": s2 / S_STEP}
    table = pd.DataFrame(columns).round().astype(int)
    table = table.groupby(["p", "d", "s"]).size().reset_index(name="n")
    s_of_q = np.zeros(len(q))
    for p, part in table.groupby("p"):
        weight = 2 * f[p // len(names)] * f[p % len(names)] / (len(xyz) * mean**2)
        rows = part[["d", "s", "n"]].to_numpy().T
        for d, s, n in np.array_split(rows, 1 + len(part) // 2000, axis=1):
            x = q[:, None] * d * D_STEP
            damped = np.exp(-0.5 * q[:, None] ** 2 * s * S_STEP)
            s_of_q += weight * ((np.sin(x) / x * damped) @ n)
    fq = q * s_of_q
    rng = np.random.default_rng(int(state["noise_seed"]))
    used = q >= state["q_min"]
    spread = np.sqrt(np.mean(fq[used & (q > 2)] ** 2))
    # counts fall with f^2 and are multiplied by Q: noise grows with Q
    noise = rng.normal(size=len(q)) * (q / q[-1]) * state["noise"] * 2
    smooth = np.interp(q, np.linspace(0, q[-1], 6), rng.normal(size=6)) * state["background"]
    fq = (fq + (noise + smooth) * spread) * used
    r = np.arange(0.0, 30.0, 0.01)
    g = 2 / np.pi * 0.02 * (np.sin(r[:, None] * q) @ fq)
    return r, g * np.exp(-0.5 * (state["q_damp"] * r) ** 2)


def draw_state(shape: str, rng: np.random.Generator) -> dict[str, Any]:
    """The state of one sample and of its measurement."""
    metal = str(rng.choice(sorted(METALS)))
    alloy = bool(rng.uniform() < 0.2)
    pair = ALLOYS[rng.integers(len(ALLOYS))] if alloy else (metal, metal)
    return {
        "shape": shape,
        "wanted": float(np.exp(rng.uniform(np.log(20), np.log(620)))),
        "elements": pair,
        "bond": (METALS[pair[0]] + METALS[pair[1]]) / 2 * rng.uniform(0.97, 1.02),
        "contraction": rng.uniform(0, 0.03),
        "missing": rng.choice([0.0, 0.05, 0.15]),
        "u": np.exp(rng.uniform(np.log(0.004), np.log(0.012))),
        "surface_u": rng.uniform(1.0, 2.5),
        "delta2": rng.uniform(0.0, 3.0),
        "radiation": "xray" if rng.uniform() < 0.8 else "neutron",
        "q_min": rng.uniform(0.5, 1.1),
        "q_max": rng.uniform(17, 28),
        "q_damp": rng.uniform(0.015, 0.05),
        "noise": np.exp(rng.uniform(np.log(0.01), np.log(0.15))),
        "background": rng.uniform(0, 0.08),
        # what the header says of q_min: the truth, or where the detector began
        "stated_q_min": rng.choice(["true", "0.1", "none"], p=[0.6, 0.2, 0.2]),
        "noise_seed": int(rng.integers(2**31)),
    }


def make_files(folder: Path, seed: int, per_shape: int) -> Iterator[dict[str, Any]]:
    """Write files into a folder, and yield the state of each with its path and atoms."""
    for shape in FAMILIES:
        for k in range(per_shape):
            rng = np.random.default_rng([seed, sorted(FAMILIES).index(shape), k])
            state = draw_state(shape, rng)
            ideal = ideal_cluster(shape, state["wanted"], rng)
            xyz, u = real_cluster(ideal, state["bond"], state, rng)
            elements = rng.choice(state["elements"], size=len(xyz))
            r, g = debye_gr(xyz, u, elements, state)
            path = folder / f"{seed}_{shape.replace(' ', '_')}_{k}.gr"
            stated = {"true": f"{state['q_min']:.2f}", "0.1": "0.1", "none": ""}
            q_min = stated[state["stated_q_min"]]
            lines = [f"mode = {state['radiation']}", f"qmax = {state['q_max']:.2f}"]
            lines += [f"qmin = {q_min}"] if q_min else []
            lines += [f"qdamp = {state['q_damp']:.4f}"] if k % 2 else []
            lines += ["#### start data", "#L r(A) G(A^-2)"]
            lines += [f"{a:.2f} {b:.6f}" for a, b in zip(r, g, strict=True)]
            path.write_text("\n".join(lines) + "\n")
            yield {**state, "file": str(path), "atoms": len(xyz), "n_ideal": len(ideal)}
