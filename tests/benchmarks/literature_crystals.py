"""Crystals typed in from the literature, which the library does not give: for bench_verdicts.py."""

from diffpy.structure import Atom, Lattice, Structure
from diffpy.structure.spacegroups import GetSpaceGroup
from diffpy.structure.symmetryutilities import ExpandAsymmetricUnit

# type, name, space group (origin choice 1), cell, sites "element x y z [element2 its share]"
CRYSTALS = """
fcc|Al|Fm-3m|4.0496|Al 0 0 0
fcc|Cu0.7Ni0.3|Fm-3m|3.583|Cu 0 0 0 Ni 0.3
fcc|Ag|Fm-3m|4.0862|Ag 0 0 0
bcc|Fe|Im-3m|2.8665|Fe 0 0 0
bcc|Mo0.5Nb0.5|Im-3m|3.222|Mo 0 0 0 Nb 0.5
hcp|Ti|P63/mmc|2.951 2.951 4.684 90 90 120|Ti 0.33333 0.66667 0.25
hcp|Ru|P63/mmc|2.706 2.706 4.282 90 90 120|Ru 0.33333 0.66667 0.25
diamond|Ge|Fd-3m|5.658|Ge 0 0 0
zincblende|ZnS0.5Se0.5|F-43m|5.540|Zn 0 0 0;S 0.25 0.25 0.25 Se 0.5
zincblende|InAs|F-43m|6.058|In 0 0 0;As 0.25 0.25 0.25
wurtzite|ZnO|P63mc|3.2498 3.2498 5.2066 90 90 120|Zn 0.33333 0.66667 0;O 0.33333 0.66667 0.382
wurtzite|GaN|P63mc|3.189 3.189 5.186 90 90 120|Ga 0.33333 0.66667 0;N 0.33333 0.66667 0.377
rocksalt|Ni0.6Mg0.4O|Fm-3m|4.190|Ni 0 0 0 Mg 0.4;O 0.5 0.5 0.5
rocksalt|PbTe|Fm-3m|6.462|Pb 0 0 0;Te 0.5 0.5 0.5
rocksalt|MnO|Fm-3m|4.446|Mn 0 0 0;O 0.5 0.5 0.5
CsCl|CsBr|Pm-3m|4.286|Cs 0 0 0;Br 0.5 0.5 0.5
fluorite|Ce0.8Zr0.2O2|Fm-3m|5.366|Ce 0 0 0 Zr 0.2;O 0.25 0.25 0.25
fluorite|BaF2|Fm-3m|6.200|Ba 0 0 0;F 0.25 0.25 0.25
rutile|TiO2|P42/mnm|4.594 4.594 2.959 90 90 90|Ti 0 0 0;O 0.305 0.305 0
rutile|SnO2|P42/mnm|4.738 4.738 3.187 90 90 90|Sn 0 0 0;O 0.307 0.307 0
anatase|TiO2|I41/amd|3.785 3.785 9.514 90 90 90|Ti 0 0 0;O 0 0 0.208
perovskite|SrTiO3|Pm-3m|3.905|Sr 0.5 0.5 0.5;Ti 0 0 0;O 0.5 0 0
perovskite|BaZrO3|Pm-3m|4.193|Ba 0.5 0.5 0.5;Zr 0 0 0;O 0.5 0 0
GdFeO3|CaTiO3|Pnma|5.443 7.643 5.381 90 90 90|Ca 0.036 0.25 -0.007;Ti 0 0 0.5;O 0.484 0.25 0.071;O 0.289 0.037 -0.289
GdFeO3|LaFeO3|Pnma|5.565 7.855 5.556 90 90 90|La 0.028 0.25 -0.007;Fe 0 0 0.5;O 0.488 0.25 0.075;O 0.281 0.039 -0.281
spinel|MgAl2O4|Fd-3m|8.084|Mg 0 0 0;Al 0.625 0.625 0.625;O 0.387 0.387 0.387
spinel|ZnFe2O4|Fd-3m|8.441|Zn 0 0 0;Fe 0.625 0.625 0.625;O 0.3855 0.3855 0.3855
corundum|Al2O3|167|4.759 4.759 12.993 90 90 120|Al 0 0 0.3522;O 0.3064 0 0.25
corundum|Cr2O3|167|4.958 4.958 13.594 90 90 120|Cr 0 0 0.3475;O 0.3058 0 0.25
cuprite|Cu2O|Pn-3m|4.2696|O 0 0 0;Cu 0.25 0.25 0.25
calcite|CaCO3|167|4.990 4.990 17.06 90 90 120|Ca 0 0 0;C 0 0 0.25;O 0.2568 0 0.25
pyrite|FeS2|Pa-3|5.418|Fe 0 0 0;S 0.385 0.385 0.385
pyrochlore|La2Zr2O7|Fd-3m|10.805|La 0.625 0.625 0.625;Zr 0.125 0.125 0.125;O 0.5 0.5 0.5;O 0.457 0.25 0.25
ThCr2Si2|BaFe2As2|I4/mmm|3.963 3.963 13.017 90 90 90|Ba 0 0 0;Fe 0.5 0 0.25;As 0 0 0.3545
bixbyite|Y2O3|Ia-3|10.604|Y 0.25 0.25 0.25;Y 0.9676 0 0.25;O 0.3912 0.1522 0.3805
bixbyite|In2O3|Ia-3|10.118|In 0.25 0.25 0.25;In 0.9664 0 0.25;O 0.3905 0.1529 0.3832
scheelite|CaWO4|I41/a|5.243 5.243 11.376 90 90 90|Ca 0 0 0.5;W 0 0 0;O 0.241 0.151 0.0861
zircon|ZrSiO4|I41/amd|6.607 6.607 5.982 90 90 90|Zr 0 0 0;Si 0 0 0.5;O 0 0.184 0.32
skutterudite|CoSb3|Im-3|9.036|Co 0.25 0.25 0.25;Sb 0 0.335 0.1579
quartz|SiO2|P3221|4.913 4.913 5.405 90 90 120|Si 0.4697 0 0.66667;O 0.4135 0.2669 0.7858
garnet|Y3Al5O12|Ia-3d|12.005|Y 0.125 0 0.25;Al 0 0 0;Al 0.375 0 0.25;O 0.9701 0.0506 0.1488
L1_2|Ni3Al|Pm-3m|3.572|Al 0 0 0;Ni 0 0.5 0.5
half_heusler|ZrNiSn|F-43m|6.113|Zr 0 0 0;Sn 0.5 0.5 0.5;Ni 0.25 0.25 0.25
NiAs|NiAs|P63/mmc|3.619 3.619 5.034 90 90 120|Ni 0 0 0;As 0.33333 0.66667 0.25
alpha_NaFeO2|LiCoO2|166|2.816 2.816 14.05 90 90 120|Li 0 0 0.5;Co 0 0 0;O 0 0 0.26
laves_C15|MgCu2|Fd-3m|7.034|Mg 0 0 0;Cu 0.625 0.625 0.625
CdI2|TiS2|P-3m1|3.407 3.407 5.695 90 90 120|Ti 0 0 0;S 0.33333 0.66667 0.2501
apatite|Ca5(PO4)3F|P63/m|9.37 9.37 6.88 90 90 120|Ca 0.33333 0.66667 0.001;Ca 0.2416 0.0071 0.25;P 0.3982 0.3689 0.25;O 0.3265 0.4842 0.25;O 0.5885 0.4664 0.25;O 0.3417 0.2568 0.0703;F 0 0 0.25
none|clathrate Ba8Ga16Ge30|Pm-3n|10.785|Ba 0 0 0;Ba 0.25 0.5 0;Ge 0.25 0 0.5 Ga 0.35;Ge 0.185 0.185 0.185 Ga 0.35;Ge 0 0.31 0.117 Ga 0.35
none|BaCd11-like NaZn13|Fm-3c|12.283|Na 0.25 0.25 0.25;Zn 0 0 0;Zn 0 0.1806 0.1192
none|Prussian blue|Fm-3m|10.17|Fe 0 0 0;Fe 0.5 0 0;C 0.19 0 0;N 0.305 0 0
none|alpha boron|166|4.908 4.908 12.567 90 90 120|B 0.1192 0.2384 0.8912;B 0.1968 0.3936 0.0243
"""  # noqa: E501


def crystals() -> list[tuple[str, str, Structure]]:
    """Type, name and structure of every line of CRYSTALS."""
    structures = []
    for line in CRYSTALS.strip().splitlines():
        structure_type, name, group, cell, sites = line.split("|")
        constants = [float(x) for x in cell.split()]
        lattice = Lattice(*(constants if len(constants) > 1 else constants * 3 + [90.0] * 3))
        symmetry = GetSpaceGroup(int(group) if group.isdigit() else group)
        structure = Structure(lattice=lattice)
        for site in sites.split(";"):
            element, *rest = site.split()
            position = [float(x) for x in rest[:3]]
            positions = ExpandAsymmetricUnit(symmetry, [position]).expandedpos[0]
            shares = {element: 1.0}
            if len(rest) > 3:
                shares = {element: 1 - float(rest[4]), rest[3]: float(rest[4])}
            for xyz in positions:
                for symbol, share in shares.items():
                    structure.append(Atom(symbol, xyz, occupancy=share))
        structures.append((structure_type, name, structure))
    return structures
