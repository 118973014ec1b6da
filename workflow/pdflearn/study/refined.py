"""One structure, or a mixture, refined against one measured curve: `pdflearn.refine`."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.io import save_text
from pdflearn.measured.index import safe_name
from pdflearn.measured.observation import Observation, observe, signal_end
from pdflearn.measured.reader import printable
from pdflearn.refinement.export import export_fit
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import FINAL_RECIPE, USUAL_RECIPE, Recipe
from pdflearn.refinement.refinement import Fit
from pdflearn.refinement.refinement import refine as refine_phases
from pdflearn.structures.structure import describe
from pdflearn.study import views
from pdflearn.study.figures import plot_fit, png, save_png
from pdflearn.study.foreign import to_ase, to_pymatgen
from pdflearn.study.patterns import (
    PatternLike,
    StructureLike,
    as_list,
    as_pattern,
    as_structure,
)

if TYPE_CHECKING:
    import ase
    from matplotlib.figure import Figure


_KEY_NAMES = frozenset(("a", "b", "c", "alpha", "beta", "gamma", "diameter"))
PARAMETER_HEADER = ("parameter", "value", "unit", "")
PHASE_HEADER = ("", "phase", "% of atoms", "of mass", "of volume")


@dataclass(frozen=True, eq=False)
class Refinement:
    """A fit with everything that is asked of it.

    Attributes
    ----------
    file : str
        The measured curve.
    names : tuple of str
        The structures that were refined.
    fit : Fit
    observation : Observation
        The curve within the range that was fitted.
    recipe : Recipe
    notes : tuple of str
        What was assumed.

    See Also
    --------
    refine : Makes one.
    """

    file: str
    names: tuple[str, ...]
    fit: Fit
    observation: Observation
    recipe: Recipe = USUAL_RECIPE
    notes: tuple[str, ...] = ()

    @property
    def rw(self) -> float:
        """The weighted profile residual: 0 is perfect, 1 explains nothing."""
        return self.fit.rw

    @property
    def structures(self) -> tuple[Structure, ...]:
        """The refined structures, one a phase."""
        return self.fit.structures

    def to_ase(self) -> "list[ase.Atoms]":
        """The refined structures as Atoms of ASE, one a phase."""
        return [to_ase(structure) for structure in self.structures]

    def to_pymatgen(self) -> list[Any]:
        """The refined structures as Structures of pymatgen, one a phase."""
        return [to_pymatgen(structure) for structure in self.structures]

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """What was refined: value, stderr, unit, vary (False for what was known) and note, by name.

        In a mixture the phase's number stands in front, as in "1_a".
        """
        items = self.fit.parameters.values()
        columns = ("value", "stderr", "unit", "vary", "note")
        table = {column: [getattr(item, column) for item in items] for column in columns}
        index = pd.Index([item.name for item in items], name="parameter")
        return pd.DataFrame(table, index=index)

    @cached_property
    def phases(self) -> pd.DataFrame:
        """One row a phase: structure, formula, space_group, shares of atoms, mass and volume.

        Each share has its standard error beside it, as fraction_mass and fraction_mass_stderr.
        """
        amounts = asdict(self.fit.amounts)
        rows = [
            {
                "structure": name,
                **{key: describe(structure)[key] for key in ("formula", "space_group")},
                **{f"fraction_{key}": values[k] for key, values in amounts.items()},
            }
            for k, (name, structure) in enumerate(zip(self.names, self.fit.structures, strict=True))
        ]
        return pd.DataFrame(rows)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """r (angstrom); measured, calculated, difference (1/angstrom^2), and of each phase."""
        columns = {
            "r": self.fit.r,
            "measured": self.fit.g,
            "calculated": self.fit.calculated,
            "difference": self.fit.difference,
        }
        if len(self.names) > 1:
            columns |= {f"phase_{k}": g for k, g in enumerate(self.fit.partials, start=1)}
        return pd.DataFrame(columns)

    @cached_property
    def correlations(self) -> pd.DataFrame:
        """The correlation matrix of what was refined, -1 to 1; empty where none is known."""
        names = list(self.fit.correlation_names)
        return pd.DataFrame(self.fit.correlation, index=names, columns=names)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of the parameters should know, such as values at limits."""
        return self.fit.remarks

    @property
    def summary(self) -> str:
        """One line: Rw, range and structures."""
        r = self.fit.r
        return printable(f"Rw {self.rw:.4f} from {r[0]:.2f} to {r[-1]:.2f} A, {self._what}")

    @property
    def _what(self) -> str:
        return " + ".join(self.names)

    @property
    def key_values(self) -> str:
        """Lattice constants and size of each phase, in one line."""
        named = [
            f"{name} {value} {unit}"
            for name, value, unit, _ in self.parameter_cells()
            if name.lstrip("123456789_") in _KEY_NAMES and value != "inf"
        ]
        return ", ".join(named)

    def exports(self) -> dict[str, str]:
        """The files for other programs: their names, made from the measured file's, and texts."""
        titles = [f"refined from {name}" for name in self.names]
        return export_fit(self.fit, self.observation, safe_name(self.file), titles, self.recipe)

    def save(self, folder: str | Path) -> list[Path]:
        """Write the files for other programs: .fgr, .cif, .stru and a script for PDFfit2."""
        paths = []
        for name, text in self.exports().items():
            paths.append(Path(folder) / name)
            save_text(paths[-1], text)
        return paths

    def save_plot(self, folder: str | Path) -> Path:
        """Write the figure as a PNG file beside those of `save`."""
        return save_png(self.plot(), Path(folder) / f"{safe_name(self.file)}.png")

    def plot(self) -> "Figure":
        """The fit as a matplotlib figure."""
        title = f"{Path(self.file).name}: {self._what}, Rw {self.rw:.3f}"
        return plot_fit(self.curves, self.names, printable(title))

    def to_dict(self, curves: bool = True) -> dict[str, Any]:
        """Everything as plain values, for JSON; what is no finite number becomes None.

        Parameters
        ----------
        curves : bool, default True
            Whether the curves are in it.
        """
        fit, observation = self.fit, self.observation
        entries = {
            "file": self.file,
            "rw": fit.rw,
            "r_min": fit.r[0],
            "r_max": fit.r[-1],
            "radiation": observation.radiation,
            "q_min": observation.q_min,
            "q_max": observation.q_max,
            "n_refined": fit.n_free,
            "n_independent": observation.independent,
            "at_limits": list(fit.at_limits),
            "phases": views.records(self.phases),
            "parameters": views.records(self.parameters.reset_index()),
            "remarks": list(self.remarks),
            "notes": list(self.notes),
        }
        if curves:
            entries["curves"] = {name: column.to_numpy() for name, column in self.curves.items()}
        return views.plain(entries)

    def parameter_cells(self) -> list[tuple[str, str, str, str]]:
        """Name, value with its error, unit and a note of each parameter, as people write them.

        A size that is known by its lower limit alone is given as that.
        """
        cells = []
        for name, row in self.parameters.iterrows():
            text = views.number_text(row["value"], row["stderr"])
            note = row["note"] or ("" if row["vary"] else "known")
            limit = self.fit.parameters.get(f"{name}_min")
            if limit is not None:
                beside = "bulk" if text == "inf" else f"{text} beside q_damp"
                text = f"> {float(f'{limit.value:.2g}'):g}"
                note = f"{limit.note}; refined as {beside}"
            if not name.endswith("diameter_min"):
                unit = views.UNITS.get(row["unit"], row["unit"])
                cells.append((name, text, unit, note))
        return cells

    def phase_cells(self) -> list[tuple[str, ...]]:
        """Number, structure and shares of each phase in percent, as people write them."""
        return [
            (
                str(number),
                printable(row["structure"]),
                *(
                    views.number_text(
                        100 * row[f"fraction_{key}"], 100 * row[f"fraction_{key}_stderr"]
                    )
                    for key in ("atoms", "mass", "volume")
                ),
            )
            for number, row in enumerate(self.phases.to_dict("records"), start=1)
        ]

    def __str__(self) -> str:
        lines = [f"{printable(self.file)}: {self.summary}"]
        lines += [f"  note: {printable(note)}" for note in self.notes]
        lines.append(views.text_table(self.parameter_cells()))
        if len(self.names) > 1:
            lines.append(views.text_table([PHASE_HEADER, *self.phase_cells()]))
        lines += [f"  {printable(remark)}" for remark in self.remarks]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Refinement of {self.file}: {self.summary}>"

    def tables_html(self) -> str:
        """Parameters, shares of the phases of a mixture, and remarks."""
        parts = []
        if len(self.names) > 1:
            parts.append(views.html_table(PHASE_HEADER, self.phase_cells()))
        parts.append(views.html_table(PARAMETER_HEADER, self.parameter_cells()))
        parts += [f"<p>{html.escape(printable(remark))}</p>" for remark in self.remarks]
        return "".join(parts)

    def _repr_html_(self) -> str:
        """The fit in a notebook."""
        return (
            f"<p><b>{html.escape(printable(self.file))}</b>: {html.escape(self.summary)}</p>"
            f"{views.html_image(png(self.plot()), f'The fit of {self.file}')}{self.tables_html()}"
        )


def refine(
    pattern: PatternLike,
    structure: StructureLike | Sequence[StructureLike],
    *,
    radiation: str | None = None,
    r_range: tuple[float, float] | None = None,
    recipe: Recipe | None = None,
    name: str = "",
    **options: Any,
) -> Refinement:
    """Refine a structure, or those of a mixture, against a measured G(r).

    Parameters
    ----------
    pattern : Pattern, path, or arrays of r (angstrom) and G(r)
    structure : Structure, path, object of ASE's or pymatgen's, or a sequence of them
        Several are the phases of a mixture.
    radiation : {"xray", "neutron"}, optional
        Without it the file's own word counts, else X-rays are assumed.
    r_range : two floats, optional
        Angstrom. Without it from before the first peak to where the signal ends, 50 at most.
    recipe : Recipe, optional
        How it is refined; without it the usual one, with cell angles.
    name : str, optional
        What the curve is called; the name of the file by default.
    **options
        Entries of the recipe, such as scattering="f(0)", q_max=25.0, atoms=True.

    Returns
    -------
    Refinement

    Raises
    ------
    PdflearnError
        Where pattern, structure or recipe cannot be used; says why and what to do.

    See Also
    --------
    pdflearn.refinement.recipe.Recipe : All options.
    pdflearn.refinement.refinement.refine : What does the work.

    Examples
    --------
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> nickel = make_structure((3.52,) * 3 + (90,) * 3, ["Ni"] * 4, corners, title="Ni")
    >>> curve = simulate_pdf(nickel, u_iso=0.006, q_damp=0.04, strain=0.003)
    >>> result = refine(curve, nickel, q_damp=0.04, q_max=25.0, r_range=(1.8, 20.0))
    >>> round(float(result.parameters.loc["a", "value"]), 3)
    3.531
    """
    measured = as_pattern(pattern)
    recipe = replace(recipe or FINAL_RECIPE, **options)
    if r_range is not None:
        recipe = replace(recipe, r_min=float(r_range[0]), r_max=float(r_range[1]))
    notes: list[str] = list(measured.warnings)
    stated = measured.header.get("radiation")
    if radiation is None and not stated:
        notes.append("the radiation is not known; X-rays were assumed")
    radiation = str(radiation or stated or "xray")
    known = {key: getattr(recipe, key) for key in ("q_min", "q_max", "q_damp", "q_broad")}
    r_max = recipe.r_max if recipe.r_max is not None else signal_end(measured.r, measured.g)
    observation = observe(measured, known, radiation, r_min=recipe.r_min, r_max=r_max)
    names, phases = [], []
    for item in as_list(structure):
        crystal, its_name = as_structure(item)
        names.append(its_name)
        system = str(describe(crystal)["crystal_system"])
        phases.append(Phase(crystal, radiation, system, its_name))
    fit = refine_phases(observation, phases, recipe=recipe)
    return Refinement(
        name or measured.name or "the curve",
        tuple(names),
        fit,
        observation,
        recipe,
        (*notes, *observation.notes),
    )
