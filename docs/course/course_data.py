"""The patterns that the lessons learn from: a small part of what config/course.yaml simulates."""

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.dataset import axes
from pdflearn.dataset.representation import represent
from pdflearn.measured.fetch import fetch

FOLDER = Path(__file__).with_name("data")
PROJECT = Path(__file__).resolve().parents[2]
WINDOW = (1.6, 20.0)  # angstrom, the r that features are made from
MEASURED = "diffpy.cmi-3.2.0/Ni.gr"  # as resources/measured/public.csv names it


@dataclass(frozen=True)
class Patterns:
    """Patterns and what is known of each.

    Parameters
    ----------
    r : array (n_r,)
        Distances, angstrom.
    g : array (n, n_r), float32
        G(r) of each pattern, 1/angstrom^2.
    table : DataFrame
        One row a pattern: structure_type, compound, crystal_system, diameter (angstrom, empty for
        bulk), q_max (1/angstrom), u_iso (angstrom^2), and known: whether the type is one of those
        that the lessons teach (the others serve as "none of these").
    """

    r: np.ndarray
    g: np.ndarray
    table: pd.DataFrame

    def of(self, rows: np.ndarray) -> "Patterns":
        """Some of the patterns: of a mask or of row numbers."""
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else np.asarray(rows)
        return Patterns(self.r, self.g[rows], self.table.iloc[rows].reset_index(drop=True))

    @property
    def types(self) -> np.ndarray:
        """The structure type of each pattern."""
        return self.table["structure_type"].to_numpy(dtype=str)

    @property
    def compounds(self) -> np.ndarray:
        """The compound of each pattern: patterns of one compound are no independent samples."""
        return self.table["compound"].to_numpy(dtype=str)


def load(known: bool | None = True) -> Patterns:
    """Load the patterns of the taught types (default), of the others (False), or all (None)."""
    with np.load(FOLDER / "patterns.npz") as arrays:
        r, g = arrays["r"], arrays["g"].astype(np.float32)
    table = pd.read_csv(FOLDER / "patterns.csv")
    patterns = Patterns(r, g, table)
    return patterns if known is None else patterns.of(table["known"].to_numpy() == known)


def unit_rms(g: np.ndarray) -> np.ndarray:
    """Each pattern over its root mean square (lesson 1)."""
    return g / np.sqrt((g**2).mean(axis=1, keepdims=True))


def features(patterns: Patterns) -> np.ndarray:
    """Each pattern against r over the position of its first peak (lesson 1): (n, n_features)."""
    return represent(patterns.g, "first_peak", _grid(patterns), WINDOW)


def feature_axis(patterns: Patterns) -> np.ndarray:
    """What each feature stands for: r over the position of the first peak."""
    return axes.feature_axis("first_peak", _grid(patterns), WINDOW)


def _grid(patterns: Patterns) -> Grid:
    step = round(float(patterns.r[1] - patterns.r[0]), 6)
    return Grid(float(patterns.r[0]), float(patterns.r[-1]), step)


def halves(patterns: Patterns, share: float = 0.7, seed: int = 0) -> tuple[Patterns, Patterns]:
    """Patterns to train on and to validate with; no compound stands on both sides (lesson 3)."""
    compounds = np.unique(patterns.compounds)
    np.random.default_rng(seed).shuffle(compounds)
    train = np.isin(patterns.compounds, compounds[: round(share * len(compounds))])
    return patterns.of(train), patterns.of(~train)


def measured_nickel() -> Path:
    """A measured G(r) of nickel: from a study that has run, else fetched, else a simulated one."""
    folder = Path(tempfile.mkdtemp(prefix="pdflearn-course-"))
    archives = [PROJECT / part / "results/measured/public.zip" for part in ("studies/quick", "")]
    archive = next((path for path in archives if path.is_file()), folder / "public.zip")
    if not archive.is_file():
        fetch(PROJECT / "resources/measured/public.csv", archive, [MEASURED])
    with zipfile.ZipFile(archive) as members:
        if MEASURED in members.namelist():
            file = folder / "Ni.gr"
            file.write_bytes(members.read(MEASURED))
            return file
    print("No network: this is a simulated file.")
    return FOLDER / "simulated_nickel.gr"
