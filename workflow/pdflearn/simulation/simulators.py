"""The simulators of one structure, which count its pairs once for all radiations."""

from diffpy.structure import Structure

from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.atoms import Atoms


class Simulators:
    """Makes the simulators of one structure when they are first asked for, and keeps them.

    Parameters
    ----------
    structure : Structure or Atoms
    r_max : float
        Distances prepared for, angstrom.

    Attributes
    ----------
    atoms : Atoms
        Of the structure.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> polonium = make_structure((3.359, 3.359, 3.359, 90, 90, 90), ["Po"], [[0, 0, 0]])
    >>> simulators = Simulators(polonium, r_max=20.0)
    >>> simulators.of("xray").minimum_distance
    3.359
    >>> simulators.of("xray") is simulators.of("xray")
    True
    """

    def __init__(self, structure: Structure | Atoms, r_max: float) -> None:
        self.atoms = structure if isinstance(structure, Atoms) else Atoms.of(structure)
        self._r_max = r_max
        self._made: dict[tuple[str, str], PDFSimulator] = {}

    def of(self, radiation: str, form_factor: str = "q") -> PDFSimulator:
        """The simulator of a radiation.

        Parameters
        ----------
        radiation : {"xray", "neutron"}
        form_factor : {"q", "constant"}
            X-ray form factors f(Q) (default), or f(0).

        Raises
        ------
        SimulationError
            Where the structure cannot be simulated with it.
        """
        key = (radiation, form_factor)
        if key not in self._made:
            self._made[key] = PDFSimulator(
                self.atoms, radiation=radiation, form_factor=form_factor, r_max=self._r_max,
                counted=next(iter(self._made.values()), None),
            )  # fmt: skip
        return self._made[key]
