"""How far the order of a fitted structure reaches: what fades out at once is no crystal."""

import numpy as np

from pdflearn.refinement.parameter import Parameter
from pdflearn.refinement.refinement import Fit

# What is left of the peaks where order counts as ended, and how far (angstrom) it must reach where
# the damping is as strong as it may be. A glass keeps its bonds and the rings that they close,
# which show up to some 10 angstrom (S. R. Elliott, Nature 354 (1991) 445): any structure that has
# these bonds fits it once it is cut off there.
FADED, MIN_ORDER = 0.1, 10.0
AT_BOUND = 0.01  # share of a bound within which a value counts as there


def order_length(fit: Fit) -> float:
    """Up to which distance the fitted structure still shows a tenth of its peaks, angstrom.

    Parameters
    ----------
    fit : Fit
        Of a mixture, the phase that reaches least counts.

    Returns
    -------
    float
        Where (1 - 3x/2 + x^3/2) exp(-(q_damp r)^2 / 2), x = r / diameter, falls below `FADED`;
        infinite where it never does. The first factor is that of a sphere [1]_.

    References
    ----------
    .. [1] K. Kodama et al., Acta Cryst. A 62 (2006) 444.
    """
    r = np.arange(0.0, 100.0, 0.1)
    damped = np.exp(-0.5 * (fit.parameters["q_damp"].value * r) ** 2)
    lengths = []
    for diameter in _diameters(fit):
        x = np.minimum(r / diameter.value, 1.0)
        faded = np.flatnonzero((1 - 1.5 * x + 0.5 * x**3) * damped < FADED)
        lengths.append(float(r[faded[0]]) if len(faded) else np.inf)
    return min(lengths, default=np.inf)


def claims_no_crystal(fit: Fit) -> bool:
    """Whether a fit describes no crystal, although it may leave a low Rw.

    So it is where the diameter sits at its lower bound; and where the damping sits at its upper one
    and nothing but the instrument could explain it, since the sample is bulk, or order ends
    within `MIN_ORDER`. The damping of particles of strained or faulted crystals sits there too.
    """
    diameters = _diameters(fit)
    if any(item.value <= (1 + AT_BOUND) * item.min for item in diameters):
        return True
    q_damp = fit.parameters.get("q_damp")
    if q_damp is None or not q_damp.vary or q_damp.value < (1 - AT_BOUND) * q_damp.max:
        return False
    bulk = bool(diameters) and all(np.isinf(item.value) for item in diameters)
    return bulk or order_length(fit) < MIN_ORDER


def at_bounds(fit: Fit) -> list[str]:
    """Return the names of refined sizes, dampings and U that sit at a bound of what is possible.

    Bulk is no bound of the size, and no damping none of the damping.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    list of str
        As in `Fit.parameters`, such as "u_iso_Ni", "q_damp" or "2_diameter".
    """
    names = []
    for name, item in fit.parameters.items():
        word = name.lstrip("0123456789").lstrip("_")
        at_min = np.isfinite(item.min) and item.value <= (1 + AT_BOUND) * item.min
        at_max = np.isfinite(item.max) and item.value >= (1 - AT_BOUND) * item.max
        is_u = word.startswith("u_")
        if item.vary and (
            (is_u and (at_min or at_max))
            or (word == "q_damp" and at_max)
            or (word.startswith("diameter") and at_min)
        ):
            names.append(name)
    return names


def _diameters(fit: Fit) -> list[Parameter]:
    """Those of all phases that are crystals."""
    return [item for name, item in fit.parameters.items() if name.endswith("diameter")]
