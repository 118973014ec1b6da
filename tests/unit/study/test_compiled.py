"""What is compiled ahead of a run is what its first jobs use."""

import sys

from numba.core.dispatcher import Dispatcher

from pdflearn.study.compiled import compile_functions

PACKAGES = ("pdflearn.simulation", "pdflearn.models", "pdflearn.dataset")


def test_the_functions_of_simulation_and_learning_are_compiled():
    compile_functions()
    used = set()
    for name, module in list(sys.modules.items()):
        if not name.startswith(PACKAGES):
            continue
        for value in vars(module).values():
            if isinstance(value, Dispatcher) and value.signatures:
                used.add(value.__name__)
    assert len(used) > 20
    # Finite clusters, and a representation that the default study does not use.
    assert used >= {"sum_peaks", "_error_spectra", "_adam_step"}, used
