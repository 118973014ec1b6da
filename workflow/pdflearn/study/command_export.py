"""What `pdflearn export` does: curves as the files of PDFgui, DISCUS and RMCProfile."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from diffpy.structure import Structure
from threadpoolctl import threadpool_limits

from pdflearn.core.errors import PdflearnError
from pdflearn.core.io import save_text
from pdflearn.measured.index import safe_name
from pdflearn.measured.observation import Observation, observe
from pdflearn.measured.program_columns import (
    PROGRAMS,
    ColumnsError,
    Curve,
    curve_files,
    mean_length_squared,
    require_programs,
)
from pdflearn.measured.reader import Pattern, PatternError, printable, read_pdfs
from pdflearn.refinement.recipe import FINAL_RECIPE
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.elements import parse_composition
from pdflearn.structures.structure import arrays
from pdflearn.study import terminal
from pdflearn.study.inputs import names_structure
from pdflearn.study.measured_files import SCRATCH, STDIN_NAME, expand
from pdflearn.study.patterns import StructureLike, as_structure
from pdflearn.study.refined import Refinement, refine
from pdflearn.study.simulated import simulate

# Of the simulated G(r) that F(Q) does not know.
_OF_G_ALONE = ("q_min", "r_min", "r_step", "scale", "form_factor")


@dataclass(frozen=True)
class Sample:
    """What is known of a sample beside its curve.

    Attributes
    ----------
    composition : str
        A formula, "" where it is not known.
    density : float, optional
        Atoms in 1 cubic angstrom.

    Raises
    ------
    ColumnsError
        For a formula that cannot be read, or a density that is not above 0.
    """

    composition: str = ""
    density: float | None = None

    def __post_init__(self) -> None:
        if self.composition and not parse_composition(self.composition):
            raise ColumnsError(f"elements {self.composition!r}; expected a formula, such as TiO2")
        if self.density is not None and not 0.0 < self.density < np.inf:
            raise ColumnsError(
                f"density {self.density:g}; expected atoms in 1 cubic angstrom, such as 0.0914"
            )


def measured_curve(
    pattern: Pattern,
    sample: Sample,
    radiation: str | None = None,
    known: Mapping[str, float] | None = None,
    fit: Refinement | None = None,
) -> tuple[Curve, tuple[str, ...]]:
    """A measured curve as it was read, and what was assumed of it.

    Parameters
    ----------
    pattern : Pattern
    sample : Sample
        Goes before what the file's header or a fit says.
    radiation : {"xray", "neutron"}, optional
        Without it the file's own word counts, else X-rays are assumed.
    known : mapping, optional
        q_min, q_max, q_damp, q_broad, 1/angstrom.
    fit : Refinement, optional
        A refinement of one structure; its scale, density and composition are used.
    """
    notes: tuple[str, ...] = ()
    stated = radiation or pattern.header.get("radiation")
    if not stated:
        notes = ("the radiation is not known; X-rays were assumed",)
    observation = fit.observation if fit else observe(pattern, known or {}, str(stated or "xray"))
    curve = Curve(
        pattern.r,
        pattern.g,
        f"{Path(pattern.name).stem or 'the curve'}, measured",
        g_errors=pattern.g_errors,
        **_measurement(observation, fit),
        **_absolute(sample, pattern.header, observation.radiation, fit),
    )
    return curve, (*notes, *observation.notes)


def fitted_curve(fit: Refinement, sample: Sample) -> Curve:
    """The calculated curve of a fit, over the range and on the points that were fitted."""
    return Curve(
        fit.fit.r,
        fit.fit.calculated,
        f"{Path(fit.file).stem}, fit of {' + '.join(fit.names)}",
        **_measurement(fit.observation, fit),
        **_absolute(sample, {}, fit.observation.radiation, fit),
    )


def simulated_curve(
    structure: StructureLike, radiation: str = "xray", **parameters: Any
) -> tuple[str, Curve]:
    """The name of a structure and its simulated G(r), with the F(Q) of the same pairs.

    Parameters
    ----------
    structure : Structure, path, or object of ASE's or pymatgen's
    radiation : {"xray", "neutron"}, default "xray"
    **parameters
        Of `pdflearn.simulate`.
    """
    crystal, name = as_structure(structure)
    simulation = simulate(crystal, radiation=radiation, **parameters)
    simulator = PDFSimulator(
        crystal, radiation=radiation, form_factor=parameters.get("form_factor", "q")
    )
    of_pairs = {key: value for key, value in parameters.items() if key not in _OF_G_ALONE}
    q, f = simulator.fq(**{"q_damp": 0.03, **of_pairs})
    scale = float(parameters.get("scale", 1.0))
    return name, Curve(
        simulation.r,
        simulation.g,
        f"{Path(name).stem}, simulated",
        radiation,
        q_max=float(parameters.get("q_max", 25.0)),
        q_damp=float(parameters.get("q_damp", 0.03)),
        q_broad=float(parameters.get("q_broad", 0.0)),
        spectrum=(q, scale * f),
        scale=scale,
        **_of_structure(crystal, radiation),
    )


def export_files(
    paths: Iterable[str],
    out: str | Path,
    programs: Sequence[str] = PROGRAMS,
    *,
    structures: Sequence[str] = (),
    sample: Sample | None = None,
    radiation: str | None = None,
    measurement: Mapping[str, float] | None = None,
    simulation: Mapping[str, Any] | None = None,
    as_json: bool = False,
) -> tuple[int, int]:
    """Write measured, fitted and simulated curves for other programs.

    Parameters
    ----------
    paths : iterable of str
        Measured files, archives or folders of such, "-" for standard input; of structure files
        the curve is simulated.
    out : path
        The folder.
    programs : sequence of str
        Of `PROGRAMS`.
    structures : sequence of str, optional
        Are refined against each measured file; the fit is written as well.
    sample : Sample, optional
    radiation : {"xray", "neutron"}, optional
    measurement : mapping, optional
        Of measured curves: q_min, q_max, q_damp, q_broad (1/angstrom), r_min, r_max (of the fit,
        angstrom).
    simulation : mapping, optional
        Of simulated ones, see `pdflearn.simulate`.
    as_json : bool, default False
        Whether one JSON document is printed in place of text.

    Returns
    -------
    int, int
        How many curves were written, and how many files could not be used.
    """
    sample, measurement = sample or Sample(), dict(measurement or {})
    require_programs(programs)
    models = [as_structure(file)[0] for file in structures]
    curves: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []

    def write(curve: Curve, name: str, file: str, kind: str, notes: Sequence[str] = ()) -> None:
        files, remarks = curve_files(curve, name, programs)
        for file_name, text in files.items():
            save_text(Path(out) / file_name, text)
        curves.append(
            {"file": file, "kind": kind, "written": sorted(files), "remarks": [*notes, *remarks]}
        )
        if not as_json:
            print(printable(f"{file}: {kind}: {', '.join(sorted(files))}"))
            for remark in curves[-1]["remarks"]:
                print(printable(f"  note: {remark}"))

    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, threadpool_limits(1):
        for path in expand(paths, Path(scratch)):
            try:
                if names_structure(path):
                    name, curve = simulated_curve(path, radiation or "xray", **(simulation or {}))
                    write(curve, safe_name(path), path, "simulated")
                    continue
            except PdflearnError as error:
                rejected.append({"file": path, "reason": str(error)})
                continue
            from_stdin = Path(path).parent == Path(scratch)
            shown = STDIN_NAME if from_stdin else path
            for member, pattern in read_pdfs(path):
                name = shown if member == Path(path).name else f"{shown}/{member}"
                try:
                    if isinstance(pattern, PatternError):
                        raise PatternError(pattern.reason)
                    fit = _refined(pattern, models, radiation, measurement, name)
                    curve, notes = measured_curve(pattern, sample, radiation, measurement, fit)
                    write(curve, safe_name(name), name, "measured", notes)
                    if fit:
                        write(fitted_curve(fit, sample), f"{safe_name(name)}_fit", name, "fitted")
                except PdflearnError as error:
                    rejected.append({"file": name, "reason": str(error)})
    if as_json:
        terminal.print_json("export", curves=curves, rejected=rejected, written=str(out))
    else:
        for row in rejected:
            print(printable(f"not used: {row['file']}: {row['reason']}"))
        print(printable(f"Written: {out}"))
    return len(curves), len(rejected)


def _refined(
    pattern: Pattern,
    models: list[Structure],
    radiation: str | None,
    measurement: Mapping[str, float],
    name: str,
) -> Refinement | None:
    """A fit of the structures to a curve; none without structures."""
    if not models:
        return None
    recipe = replace(FINAL_RECIPE, **measurement)
    return refine(pattern, models, radiation=radiation, recipe=recipe, name=name)


def _measurement(observation: Observation, fit: Refinement | None) -> dict[str, Any]:
    """Radiation and Q of an observation, with the q_damp that was refined."""
    refined = fit.fit.parameters if fit else {}
    values = {
        name: refined[name].value if name in refined else getattr(observation, name)
        for name in ("q_damp", "q_broad")
    }
    return {
        "radiation": observation.radiation,
        "q_min": float(observation.q_min),
        "q_max": float(observation.q_max),
        **{name: float(value or 0.0) for name, value in values.items()},
    }


def _absolute(
    sample: Sample, header: Mapping[str, Any], radiation: str, fit: Refinement | None
) -> dict[str, Any]:
    """Density, <b>^2 and scale, from what was given, else from the fit, else from the header."""
    known: dict[str, Any] = {"density": None, "b_squared": None, "scale": 1.0}
    composition = parse_composition(sample.composition or str(header.get("composition", "")))
    if "rho0" in header:
        known["density"] = float(header["rho0"])
    if fit and len(fit.structures) == 1:
        known |= _of_structure(fit.structures[0], radiation)
        known["scale"] = float(fit.fit.parameters["scale"].value)
        composition = parse_composition(sample.composition)
    if sample.density is not None:
        known["density"] = sample.density
    if radiation == "xray":
        known["b_squared"] = 1.0
    elif composition:
        known["b_squared"] = mean_length_squared(composition, radiation)
    return known


def _of_structure(structure: Structure, radiation: str) -> dict[str, Any]:
    """Density (none of a cluster) and <b>^2 of a structure."""
    symbols, _, occupancy, base = arrays(structure)
    composition: dict[str, float] = {}
    for symbol, share in zip(symbols, occupancy, strict=True):
        composition[str(symbol)] = composition.get(str(symbol), 0.0) + float(share)
    density = float(occupancy.sum() / abs(np.linalg.det(base))) if structure.periodic else None
    return {"density": density, "b_squared": mean_length_squared(composition, radiation)}
