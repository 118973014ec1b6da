"""A refined fit as files of other programs: .fgr (PDFgui), CIF, .stru, and a script for PDFfit2."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from diffpy.structure import Structure

from pdflearn.measured.observation import Observation
from pdflearn.refinement.export_script import pdffit2_script
from pdflearn.refinement.parameter import Parameter
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.refinement import Fit
from pdflearn.structures.cif_writer import write_cif
from pdflearn.structures.stru_writer import PhaseSettings, write_stru

_AXES = ("a", "b", "c")
_ANGLES = ("alpha", "beta", "gamma")


def export_fit(
    fit: Fit,
    observation: Observation,
    name: str,
    titles: Sequence[str] = (),
    recipe: Recipe = USUAL_RECIPE,
) -> dict[str, str]:
    """Write a fit as the files of other programs.

    Parameters
    ----------
    fit : Fit
    observation : Observation
        What it was fitted to; its radiation and Q range are used.
    name : str
        Names of files begin with it: letters, digits, "-" and "_" are safe on every system.
    titles : sequence of str, optional
        One for each phase; without them those of the structures.
    recipe : Recipe, optional
        How it was refined: with form factors f(0), as PDFfit2 has them, its curve is the same.

    Returns
    -------
    dict
        Name of a file -> its text: one .fgr and one .py, and a .cif and a .stru for each phase
        (name-1, name-2, ... in a mixture). A cluster has no .py: PDFfit2 computes crystals alone.

    See Also
    --------
    pdflearn.structures.stru_writer.write_stru : The .stru file: scale, delta and shape are in it.

    Examples
    --------
    >>> from pdflearn.refinement.phase import Phase
    >>> from pdflearn.refinement.refinement import refine
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, corners)
    >>> r, g = simulate_pdf(nickel, delta2=2.0, r_min=1.6, r_max=20.0, r_step=0.05)
    >>> observation = Observation(r, g, q_damp=0.03)
    >>> fit = refine(observation, [Phase(nickel, crystal_system="cubic")])
    >>> sorted(export_fit(fit, observation, "Ni"))
    ['Ni.cif', 'Ni.fgr', 'Ni.py', 'Ni.stru']
    """
    n_phases = len(fit.structures)
    summary = f"Rw {fit.rw:.4f} from {fit.r[0]:.2f} to {fit.r[-1]:.2f} A, {observation.radiation}"
    files = {f"{name}.fgr": fgr_text(fit, observation)}
    for index, structure in enumerate(fit.structures):
        phase_name = f"{name}-{index + 1}" if n_phases > 1 else name
        settings = phase_settings(fit, index)
        title = titles[index] if titles else structure.title
        files[f"{phase_name}.cif"] = write_cif(
            structure,
            phase_name,
            title=title,
            cell_errors=settings.cell_errors,
            site_errors={
                key: (item.value, item.stderr)
                for key, item in parameters_of_phase(fit, index).items()
            },
            remarks=[f"refined by pdflearn: {summary}", *_remarks(fit, index)],
        )
        files[f"{phase_name}.stru"] = write_stru(structure, settings, title=title)
    if all(structure.periodic for structure in fit.structures):
        files[f"{name}.py"] = pdffit2_script(
            name=name,
            structures=[file for file in files if file.endswith(".stru")],
            observation=replace(
                observation,
                q_damp=fit.parameters["q_damp"].value,
                q_broad=_value(fit, "q_broad", observation.q_broad),
            ),
            rw=fit.rw,
            differences=differences_of_pdffit2(fit, observation, recipe),
        )
    return files


def fgr_text(fit: Fit, observation: Observation) -> str:
    """The curves of a fit as PDFgui's .fgr: r, Gcalc, dr, dG, Gdiff = Gobs - Gcalc.

    Lengths are in angstrom, G in 1/angstrom^2. The errors dr and dG are 0 and 1, as PDFgui has
    them where a file gives none.
    """
    scattering = {"xray": "X  x-ray scattering", "neutron": "N  neutron scattering"}
    lines = [
        "produced by pdflearn",
        "##### PDFgui fit",
        f"stype={scattering[observation.radiation]}",
        f"qmax={observation.q_max:.2f}",
        f"qdamp={fit.parameters['q_damp'].value:g}",
        f"qbroad={_value(fit, 'q_broad', observation.q_broad):g}",
        "dscale=1",
        f"fitrmin={fit.r[0]:g}",
        f"fitrmax={fit.r[-1]:g}",
        "##### start data",
        "#L r(A) G(r) d_r d_Gr Gdiff",
    ]
    rows = zip(fit.r, fit.calculated, fit.difference, strict=True)
    lines += [f"{r:.8g} {g:.8g} 0.0 1 {difference:.8g}" for r, g, difference in rows]
    return "\n".join(lines) + "\n"


def phase_settings(fit: Fit, index: int = 0) -> PhaseSettings:
    """What a .stru file holds of one phase of a fit: scale, delta1, delta2, diameter, errors.

    Parameters
    ----------
    fit : Fit
    index : int, default 0
        Of the phase.
    """
    parameters = parameters_of_phase(fit, index)

    def value(name: str, default: float) -> float:
        return parameters[name].value if name in parameters else default

    return PhaseSettings(
        scale=value("scale", 1.0),
        delta1=value("delta1", 0.0),
        delta2=value("delta2", 0.0),
        diameter=value("diameter", np.inf),
        cell_errors=_cell_errors(fit.structures[index], parameters),
    )


def parameters_of_phase(fit: Fit, index: int = 0) -> dict[str, Parameter]:
    """The parameters of one phase by their plain names, without the number of a mixture's phase."""
    if len(fit.structures) == 1:
        return dict(fit.parameters)
    mark = f"{index + 1}_"
    return {
        name.removeprefix(mark): item
        for name, item in fit.parameters.items()
        if name.startswith(mark)
    }


def differences_of_pdffit2(
    fit: Fit, observation: Observation, recipe: Recipe = USUAL_RECIPE
) -> list[str]:
    """Why PDFfit2 computes another curve from the same values; empty where it does not."""
    reasons = []
    mixed = any(len({atom.element for atom in structure}) > 1 for structure in fit.structures)
    if observation.radiation == "xray" and mixed and recipe.scattering != "f(0)":
        reasons.append("its form factors are f(0), those of this fit f(Q)")
    if recipe.shape not in ("sphere", "bulk"):
        reasons.append("it knows no shape of particles but spheres")
    if recipe.background:
        reasons.append("it has no background")
    return reasons


def _cell_errors(structure: Structure, parameters: dict[str, Parameter]) -> tuple[float, ...]:
    """Standard errors of the six constants; a constant that equals another one has its error."""
    lengths = structure.lattice.abcABG()[:3]
    errors = []
    for axis, length in zip(_AXES, lengths, strict=True):
        equal = [
            other
            for other, its_length in zip(_AXES, lengths, strict=True)
            if other in parameters and np.isclose(length, its_length, rtol=1e-6)
        ]
        known = axis if axis in parameters else next(iter(equal), None)
        errors.append(parameters[known].stderr if known else 0.0)
    errors += [parameters[name].stderr if name in parameters else 0.0 for name in _ANGLES]
    return tuple(float(error) if np.isfinite(error) else 0.0 for error in errors)


def _remarks(fit: Fit, index: int) -> list[str]:
    """One line for each parameter of the phase, and for those that all phases share."""
    shared = [item for name, item in fit.parameters.items() if not name[0].isdigit()]
    items = list(parameters_of_phase(fit, index).values())
    return [str(item) for item in items + [s for s in shared if s not in items]]


def _value(fit: Fit, name: str, default: float) -> float:
    return fit.parameters[name].value if name in fit.parameters else default
