"""Every function of total scattering of simulated crystals, and the G(r) that stands behind it."""

from functools import cache

import numpy as np
from crystals import diamond, fcc

from pdflearn.simulation.simulator import simulate_pdf

LABELS = {
    "G": "# r G(r)",
    "D(r)": "# r(A) D(r) (barn/A^2)",
    "RMCProfile G(r)": "#L r G_k(r)",
    "g(r) - 1": "# r g(r) - 1",
    "g(r)": "r, g(r)",
    "rho(r)": "# r rho(r)",
    "T(r)": "# r T(r)",
    "RDF": "# r RDF",
    "F(Q)": "#L Q F(Q)",
    "S(Q)": "# Q S(Q)",
    "S(Q) - 1": "# Q S(Q)-1",
}
CRYSTALS = {"Ni": (fcc, 4 / 3.52**3), "Si": (diamond, 8 / 5.43**3)}
R = 0.02 * np.arange(1, 1500)
Q = 0.02 * np.arange(25, 1501)


def sine_transform(x, y, at):
    weights = np.full(len(x), x[1] - x[0])
    weights[[0, -1]] /= 2
    return np.sin(np.outer(at, x)) @ (y * weights)


@cache
def functions(crystal, u_iso, q_damp):
    """By name: the argument, the function, and the G(r) that stands behind it on R."""
    make, rho0 = CRYSTALS[crystal]
    grid = {"r_min": 0.02, "r_max": 30.0, "r_step": 0.02}
    r, g = simulate_pdf(make(), q_min=0.0, q_max=30.0, u_iso=u_iso, q_damp=q_damp, **grid)
    line = 4 * np.pi * rho0
    assert len(r) == len(R)
    of_r = {
        "G": g,
        "D(r)": 0.37 * g,
        "RMCProfile G(r)": 0.37 * g / (line * r),
        "g(r) - 1": g / (line * r),
        "g(r)": 1 + g / (line * r),
        "rho(r)": rho0 + g / (4 * np.pi * r),
        "T(r)": g + line * r,
        "RDF": r * (g + line * r),
    }
    f = sine_transform(r, g, Q)
    of_q = {"F(Q)": f, "S(Q)": 1 + f / Q, "S(Q) - 1": f / Q}
    back = 2 / np.pi * sine_transform(Q, f, R)
    return {name: (R, y, g) for name, y in of_r.items()} | {
        name: (Q, y, back) for name, y in of_q.items()
    }


def misfit(pattern, g):
    """Rw between what was read and G(r) on R, up to the scale."""
    seen = np.interp(R, pattern.r, pattern.g)
    inside = (R >= 1.0) & (min(pattern.r[-1], 29.5) >= R)
    seen, g = seen[inside], g[inside]
    return np.linalg.norm(g - seen * (seen @ g) / (seen @ seen)) / np.linalg.norm(g)
