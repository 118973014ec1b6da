"""What one measured curve is: `study.identify(...)`, the object that every view shows."""

import html
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.io import save_text
from pdflearn.core.tasks import NUMBER_COLUMNS, NUMBERS_NOTE
from pdflearn.identification.sample import SampleResult
from pdflearn.measured.index import safe_name
from pdflearn.measured.reader import printable
from pdflearn.models.number_limits import number_words
from pdflearn.study import views
from pdflearn.study.figures import plot_fit, png, save_png
from pdflearn.study.refined import Refinement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SAID_ONCE = ["file", "verdict", "kind", "kin", "reason"]  # of the sample, not of a candidate


@dataclass(frozen=True, eq=False)
class Identification:
    """The answer about one measured curve.

    Attributes
    ----------
    result : SampleResult
        The sample, the answer, and their rows of the result tables.

    See Also
    --------
    pdflearn.study.identify.TrainedStudy.identify : Makes one.
    """

    result: SampleResult

    @property
    def file(self) -> str:
        """The measured file."""
        return self.result.sample.file

    @property
    def verdict(self) -> str:
        """How sure the answer is: one of the words of `pdflearn.identification.messages`."""
        return self.result.answer.verdict

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        return str(self.result.types[0]["reason"])

    @property
    def kind(self) -> str:
        """What kind of "none of these" it is, such as an amorphous sample; "" where it is none."""
        return self.result.answer.kind

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed or assumed in reading the file."""
        return tuple(filter(None, [self.result.sample.warnings]))

    @property
    def numbers(self) -> dict[str, float]:
        """Diameter and shortest distance (angstrom) by the study's models, before any fit.

        Each has an interval, <name>_low to <name>_high. A diameter that may as well be bulk has
        its lower end alone, one that may as well be smaller than any that was learned its upper
        end; a study without such models says nothing. See `numbers_note`.
        """
        first = self.result.types[0]
        return {name: float(first[name]) for name in NUMBER_COLUMNS if name in first}

    @property
    def numbers_note(self) -> str:
        """Why a number is not stated, or what it rests on; "" for nothing to say."""
        return str(self.result.types[0].get(NUMBERS_NOTE, ""))

    @cached_property
    def fit(self) -> Refinement | None:
        """The fit of the first answer; None where nothing could be refined.

        Of an accepted answer it is the final one, over the whole useful range of r.
        """
        answer = self.result.answer
        if not answer.ranked:
            return None
        best = answer.ranked[0]
        sample, fit = self.result.sample, answer.refined
        seen = sample.observation if answer.final is None else sample.whole
        observation = fit.recipe.applied_to(replace(seen, radiation=best.radiation))
        names = tuple(candidate.name for candidate in best.candidates)
        return Refinement(self.file, names, fit, observation, fit.recipe, self.notes)

    @property
    def rw(self) -> float:
        """Of the first answer's fit; NaN where nothing was refined."""
        return float("nan") if self.fit is None else self.fit.rw

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """The likely answers, best first: rank, structure_type, probability, structure, rw, ..."""
        table = pd.DataFrame(self.result.types).drop_duplicates("rank")  # a row for each phase
        of_phases = [name for name in table if name.startswith(("phase", "fraction"))]
        said_once = [name for name in (*_SAID_ONCE, *NUMBER_COLUMNS, NUMBERS_NOTE) if name in table]
        return table.drop(columns=said_once + of_phases).reset_index(drop=True)

    @cached_property
    def phases(self) -> pd.DataFrame:
        """One row a phase of the first answer: structure_type, structure, formula, shares.

        Empty where nothing was refined. The verdict says whether the answer is accepted.
        """
        if self.fit is None:
            return pd.DataFrame(columns=["structure_type", "structure", "formula", "space_group",
                                         "fraction_atoms"])  # fmt: skip
        types = [item.structure_type for item in self.result.answer.ranked[0].candidates]
        table = self.fit.phases
        table.insert(0, "structure_type", types) if "structure_type" not in table else None
        return table

    @property
    def parameters(self) -> pd.DataFrame:
        """What was refined of the first answer: value, stderr, unit, vary and note, by name."""
        if self.fit is None:
            columns = ["value", "stderr", "unit", "vary", "note"]
            return pd.DataFrame(columns=columns, index=pd.Index([], name="parameter"))
        return self.fit.parameters

    @property
    def curves(self) -> pd.DataFrame:
        """r (angstrom); measured, calculated, difference (1/angstrom^2); empty without a fit."""
        if self.fit is None:
            return pd.DataFrame(columns=["r", "measured", "calculated", "difference"])
        return self.fit.curves

    @property
    def structures(self) -> dict[str, Structure]:
        """The refined structures by file name; empty unless the answer is accepted."""
        return self.result.structures

    def save(self, folder: str | Path) -> list[Path]:
        """Write the files for other programs: .fgr, .cif, .stru and a script for PDFfit2.

        Nothing is written unless the answer is accepted.
        """
        paths = []
        for name, text in self.result.files.items():
            paths.append(Path(folder) / name)
            save_text(paths[-1], text)
        return paths

    def save_plot(self, folder: str | Path) -> Path | None:
        """Write the figure as a PNG file; None where there is no fit."""
        if self.fit is None:
            return None
        return save_png(self.plot(), Path(folder) / f"{safe_name(self.file)}.png")

    def plot(self) -> "Figure":
        """The fit of the first answer, and how well each other one fits, as a matplotlib figure.

        Raises
        ------
        ValueError
            Where nothing could be refined, so that there is no fit to plot.
        """
        if self.fit is None:
            raise ValueError(f"{self.file}: there is no fit to plot. {self.reason}")
        fitted = self.candidates[self.candidates["rw"].notna()]
        title = f"{Path(self.file).name}: {fitted.iloc[0]['structure_type']}, {self.verdict}"
        return plot_fit(self.curves, self.fit.names, printable(title), fitted)

    def to_dict(self, curves: bool = True) -> dict[str, Any]:
        """Everything as plain values, for JSON; what is no finite number becomes None.

        Parameters
        ----------
        curves : bool, default True
            Whether the curves are in it.
        """
        sample = self.result.sample
        plain = {
            "file": self.file,
            "verdict": self.verdict,
            "kind": self.kind,
            "reason": self.reason,
            "rw": self.rw,
            "r_min": self.curves["r"].min() if self.fit else None,
            "r_max": self.curves["r"].max() if self.fit else None,
            "rw_limit": self.result.answer.rw_limit,
            "radiation": self.result.answer.radiation,
            "numbers": self.numbers,
            "numbers_note": self.numbers_note,
            "phases": views.records(self.phases),
            "candidates": views.records(self.candidates),
            "parameters": views.records(self.parameters.reset_index()),
            "read": {
                "quantity": sample.quantity,
                "r_min": sample.r_min,
                "r_max": sample.r_max,
                "points": sample.points,
                "q_min": sample.q_min,
                "q_max": sample.q_max,
                "q_damp": sample.q_damp,
                "composition": sample.composition,
            },
            "remarks": list(self.fit.remarks) if self.fit else [],
            "notes": list(self.notes),
        }
        if curves:
            plain["curves"] = {name: column.to_numpy() for name, column in self.curves.items()}
        return views.plain(plain)

    def candidate_cells(self) -> list[tuple[str, str, str, str, str]]:
        """Rank, type, probability, Rw and structure of each candidate, as people read them."""
        return [
            (
                str(row["rank"]),
                str(row["structure_type"]),
                "" if pd.isna(row["probability"]) else f"{row['probability']:.2f}",
                "" if pd.isna(row["rw"]) else f"{row['rw']:.3f}",
                str(row["structure"]),
            )
            for row in self.candidates.to_dict("records")
        ]

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.verdict}. {self.reason}"]
        lines += [f"note: {note}" for note in self.notes]
        if words := number_words({**self.numbers, NUMBERS_NOTE: self.numbers_note}):
            lines.append(f"by its pattern: {words}")
        lines = [printable(line) for line in lines]
        lines[1:] = [f"  {line}" for line in lines[1:]]
        cells = [tuple(map(printable, row)) for row in self.candidate_cells()]
        header = ("", "type", "p", "Rw", "structure")
        lines.append(views.text_table([header, *cells]))
        if self.structures and self.fit is not None:
            r = self.fit.fit.r
            ends = f"from {r[0]:.1f} to {r[-1]:.1f} A"
            lines.append(f"  refined {ends}: Rw {self.rw:.3f}, {self.fit.key_values}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        first = self.candidates.iloc[0]["structure_type"]
        return printable(f"<Identification of {self.file}: {self.verdict}, {first}>")

    def _repr_html_(self) -> str:
        """The answer in a notebook."""
        head = f"<b>{html.escape(printable(self.file))}: {html.escape(self.verdict)}.</b>"
        parts = [f"<p>{head} {html.escape(printable(self.reason))}</p>"]
        parts += [f"<p><small>{html.escape(printable(note))}</small></p>" for note in self.notes]
        if self.fit is not None:
            parts.append(views.html_image(png(self.plot()), f"The fit of {self.file}"))
        header = ("rank", "type", "probability", "Rw", "structure")
        parts.append(views.html_table(header, self.candidate_cells()))
        if self.fit is not None:
            tables = self.fit.tables_html()
            parts.append(f"<details><summary>What was refined</summary>{tables}</details>")
        return "".join(parts)
