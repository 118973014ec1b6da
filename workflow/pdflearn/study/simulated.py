"""The G(r) of a structure: `pdflearn.simulate`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pdflearn.core.io import save_text
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.study import views
from pdflearn.study.figures import plot_curve, png
from pdflearn.study.patterns import StructureLike, as_structure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Simulation:
    """A simulated G(r); `r, g = simulation` unpacks it.

    Attributes
    ----------
    name : str
        The structure.
    r, g : arrays (n_r,)
        Angstrom, and 1/angstrom^2.
    radiation : {"xray", "neutron"}
    parameters : dict
        What was given.
    """

    name: str
    r: np.ndarray
    g: np.ndarray
    radiation: str = "xray"
    parameters: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[np.ndarray]:
        yield self.r
        yield self.g

    def plot(self) -> "Figure":
        """The curve as a matplotlib figure."""
        return plot_curve(self.r, self.g, self.name)

    def to_text(self) -> str:
        """The curve as a .gr file: what was given, then the columns r and G(r)."""
        given = {"structure": self.name, "radiation": self.radiation, **self.parameters}
        lines = [f"# {name} = {' '.join(str(value).split())}" for name, value in given.items()]
        rows = zip(self.r.tolist(), self.g.tolist(), strict=True)
        lines += ["# r (A)  G (1/A^2)", *(f"{r:.6g} {g:.8g}" for r, g in rows)]
        return "\n".join(lines) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the curve as a .gr file."""
        save_text(path, self.to_text())
        return Path(path)

    def to_dict(self, curves: bool = True) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        plain = {
            "structure": self.name,
            "radiation": self.radiation,
            "parameters": self.parameters,
        }
        if curves:
            plain["curves"] = {"r": self.r, "g": self.g}
        return views.plain(plain)

    def __repr__(self) -> str:
        return f"<Simulation of {self.name}: {len(self.r)} points, {self.radiation}>"

    def _repr_html_(self) -> str:
        """The curve in a notebook."""
        return views.html_image(png(self.plot()), f"G(r) of {self.name}")


def simulate(structure: StructureLike, *, radiation: str = "xray", **parameters: Any) -> Simulation:
    """Simulate the G(r) of a structure.

    Parameters
    ----------
    structure : Structure, path, Atoms of ASE, or Structure or Molecule of pymatgen
    radiation : {"xray", "neutron"}, default "xray"
    **parameters
        Of `pdflearn.simulate_pdf`: q_min, q_max, q_damp, q_broad (1/angstrom), u_iso (angstrom^2;
        None for the structure's own), delta1, delta2, diameter, r_min, r_max, r_step (angstrom),
        scale, strain, form_factor.

    Returns
    -------
    Simulation

    Raises
    ------
    PdflearnError
        Where the structure or a parameter cannot be used; says why and what to do.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> nickel = make_structure((3.52,) * 3 + (90,) * 3, ["Ni"] * 4, corners, title="Ni")
    >>> r, g = simulate(nickel, q_max=22.0, u_iso=0.006, r_max=20.0)
    >>> float(r[:300][g[:300].argmax()].round(1))
    2.5
    """
    crystal, name = as_structure(structure)
    r, g = simulate_pdf(crystal, radiation=radiation, **parameters)
    return Simulation(name, r, g, radiation, dict(parameters))
