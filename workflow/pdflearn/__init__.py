"""pdflearn: simulate, learn from and identify atomic pair distribution functions (PDF, G(r)).

Public names are loaded on first use, so importing one module never pays for the others.
"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "PatternError": "measured.reader",
    "Recipe": "refinement.recipe",
    "StructureError": "structures.structure",
    "SimulationError": "simulation.simulator",
    "PDFSimulator": "simulation.simulator",
    "read_pdf": "measured.reader",
    "calibrate": "study.calibrated",
    "load_study": "study.identify",
    "read_structure": "structures.reader",
    "refine": "study.refined",
    "simulate": "study.simulated",
    "simulate_pdf": "simulation.simulator",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'pdflearn' has no attribute {name!r}")
    return getattr(import_module(f"pdflearn.{_PUBLIC[name]}"), name)
