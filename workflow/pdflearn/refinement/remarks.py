"""What a reader of a fit's parameters should know, in words."""

from typing import TYPE_CHECKING

import numpy as np

from pdflearn.refinement.residual_spectrum import ResidualSpectrum
from pdflearn.refinement.uncertainty import noise_level

if TYPE_CHECKING:
    from pdflearn.refinement.fit import Fit
    from pdflearn.refinement.model import Model

STRONG = 0.9  # correlations beyond are named
FEW = 3.0  # independent values for each parameter: fewer support no fit of many parameters
MISFIT = 3.0  # the residual over the noise, beyond which the misfit is the model's


def remarks_of(fit: "Fit", model: "Model") -> tuple[str, ...]:
    """Sentences about limits, correlations, too many parameters and what errors mean.

    Parameters
    ----------
    fit : Fit
    model : Model
        Of the fit.
    """
    remarks = []
    if fit.at_limits:
        verb = "is at a limit" if len(fit.at_limits) == 1 else "are at limits"
        remarks.append(f"{', '.join(fit.at_limits)} {verb}: no minimum within usual values")
    names, matrix = fit.correlation_names, fit.correlation
    strong = [
        f"{names[i]} and {names[j]} ({matrix[i, j]:+.2f})"
        for i in range(len(names))
        for j in range(i)
        if abs(matrix[i, j]) > STRONG and not (model.limits and _are_scales(names[i], names[j]))
    ]
    if strong:
        pairs = ", ".join(strong)
        remarks.append(f"strongly correlated: {pairs}; fix one of each where it is known")
    if fit.n_independent < FEW * fit.n_free:
        remarks.append(
            f"{fit.n_free} parameters for {fit.n_independent:.0f} independent values: fewer "
            "parameters or a longer range would say more"
        )
    for name, item in fit.parameters.items():
        if not name.endswith("diameter_min"):
            continue
        least = float(f"{item.value:.2g}")
        if np.isinf(fit.parameters[name.removesuffix("_min")].value):
            remarks.append(f"no end of the crystallites is seen: the diameter is above {least:g} A")
        else:
            remarks.append(
                f"the diameter is above {least:g} A: so large are the particles if they "
                "alone damp the curve; q_damp is not known and hardly told from the size; a "
                "calibrant would settle it"
            )
    spectrum = ResidualSpectrum(fit.r, fit.difference, model.observation.q_max)
    noise = noise_level(model, spectrum, fit.rw, fit.n_free)
    if fit.rw > MISFIT * noise:
        remarks.append(
            f"the misfit is {fit.rw / noise:.0f} times the noise: errors are those of a repeated "
            "measurement, and what the model lacks may shift values by more"
        )
    if model.observation.radiation == "xray" and _has_several(fit):
        other = "f(0), as PDFgui and PDFfit2 do," if model.recipe.scattering == "f(Q)" else "f(Q)"
        remarks.append(
            f"U depends on the form factors: {model.recipe.scattering} was used, and {other} "
            "gives other values for compounds"
        )
    return tuple(remarks)


def _has_several(fit: "Fit") -> bool:
    """Whether a structure has several elements."""
    return any(len({atom.element for atom in structure}) > 1 for structure in fit.structures)


def _are_scales(*names: str) -> bool:
    """Whether all names are those of scales, which limits of shares tie to each other."""
    return all(name.endswith("_scale") for name in names)
