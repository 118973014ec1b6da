import numpy as np
from diffpy.structure import Atom, Lattice, Structure
class StructureError(ValueError): pass
def make_structure(lattice, symbols, xyz, occupancy=None, u=None, periodic=True, title="", orbits=None, warnings=()):
    s = Structure(lattice=Lattice(*lattice), title=title)
    for i,(e,p) in enumerate(zip(symbols, xyz)):
        s.append(Atom(e, xyz=p, occupancy=1.0 if occupancy is None else occupancy[i]))
    s.periodic=periodic; s.orbits=np.asarray(orbits) if orbits is not None else np.arange(len(symbols)); s.warnings=tuple(warnings)
    return s
