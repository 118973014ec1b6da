"""What the command's --help says."""

COMMAND = """\
Atomic pair distribution functions, G(r): say which structure a measured one comes from, refine
structures against it, simulate it."""
STATUSES = """\
exit status: 0 done; 1 some files could not be used, the others were; 2 nothing was done;
3 with --strict: an answer is not accepted; 130 interrupted.
`pdflearn COMMAND --help` shows examples. Colours are for terminals alone (NO_COLOR=1: for none).
"""

IDENTIFY = """\
Say what measured PDFs are, with a study that has run. For each file a verdict is printed, and
index.csv, rejected.csv, identification.csv, parameters.csv and, of accepted samples, the refined
structures (CIF, .stru), curves (.fgr) and a script for PDFfit2 are written. The measured files are
only read. A samples.csv beside them is used; options go before it."""
IDENTIFY_EXAMPLES = """\
examples:
  pdflearn identify run_0412.gr
  pdflearn identify *.gr data.zip folder --out answers
  pdflearn identify Ni.gr --results /data/study/results --elements Ni
  pdflearn identify run_0412.gr --structure mine.cif other.cif
  pdflearn identify run_0412.gr --structure mine.cif --only
  pdflearn identify "run 7.gr" --range 1.8 15 --radiation neutron
  pdflearn identify - --json < Ni.gr | jq -r '.samples[].verdict'

exit status: 0 all files were read; 1 some were not, or a line of samples.csv names no file;
2 nothing was done; 3 with --strict: all were read, and an answer is not "accepted" """
WATCH = """\
Answer each measured file that comes into a folder: likely types and look-alikes at once, the
verdict as soon as it is refined. identification.csv and live.html, a page that loads itself anew,
are kept up to date. Ctrl-C ends it; started again, it goes on where it was."""
WATCH_EXAMPLES = """\
examples:
  pdflearn watch data
  pdflearn watch data --results /data/study/results --out answers --elements Ti,O
  pdflearn watch /nfs/beamline/data --poll 1

exit status: 0 ended by Ctrl-C or SIGTERM, all answers kept; 2 nothing was done; 130 interrupted
while the study was loaded"""
REFINE = """\
Refine a structure against measured PDFs; several structures are the phases of a mixture. No study
is needed. The range of r ends where the signal does, at 50 angstrom at most, unless --range says
otherwise. All lengths are in angstrom, Q in 1/angstrom, U in angstrom^2."""
REFINE_EXAMPLES = """\
examples:
  pdflearn refine Ni.gr --structure Ni.cif
  pdflearn refine Pt.gr --structure Pt.cif --range 2 50 --q-max 25 --scattering "f(0)" --out fits
  pdflearn refine Pt.gr --structure Pt.cif --calibrant Ni Ni.gr
  pdflearn refine sini.gr --structure Si.cif Ni.cif --q-damp 0.04
  pdflearn refine run.zip --structure SrFe2As2.cif --atoms --fix delta2=2.0 --json
  pdflearn refine Ni.gr --structure Ni.cif --recipe recipe.yaml   (r_max: 50, fixed: {a: 3.52}, ...)

exit status: 0 all files were refined; 1 some could not be; 2 nothing was done"""
SIMULATE = """\
Simulate the G(r) of a structure, as an instrument would measure it. Lengths are in angstrom, Q in
1/angstrom, U in angstrom^2."""
SIMULATE_EXAMPLES = """\
examples:
  pdflearn simulate Ni.cif > Ni.gr
  pdflearn simulate Pt.cif --diameter 35 --range 0 50 --u-iso 0.009 --delta2 3.5 --out Pt.gr
  pdflearn simulate TiO2.cif --own-u --radiation neutron --json

exit status: 0 done; 2 nothing was done"""
EXPORT = """\
Write G(r), F(Q) and S(Q) in the columns that PDFgui, DISCUS and RMCProfile read: of measured files
as they are read; with --structure also of the fit; of structure files as they are simulated.
RMCProfile's functions are absolute: they need the number density and, with neutrons, the
composition, from --structure, or from --density and --elements."""
EXPORT_EXAMPLES = """\
examples:
  pdflearn export Ni.gr --out files
  pdflearn export Ni.gr --structure Ni.cif --program rmcprofile --out files
  pdflearn export glass.sq --radiation neutron --elements SiO2 --density 0.0662 --out files
  pdflearn export Ni.cif --radiation neutron --range 0 40 --u-iso 0.004 --out files

exit status: 0 all was written; 1 some files could not be used; 2 nothing was done"""
VERIFY = """\
Say whether the inputs and the results of a study are still those that its record names by hash."""
VERIFY_EXAMPLES = """\
examples:
  pdflearn verify
  pdflearn verify results/provenance.json

exit status: 0 all files are as recorded; 1 some are missing or differ; 2 there is no such record"""
INFO = """\
Say what is read of measured files and of structure files, and what a study knows: the structure
types, the model, the version."""
INFO_EXAMPLES = """\
examples:
  pdflearn info
  pdflearn info Ni.gr Ni.cif
  pdflearn info /data/study/results --json

exit status: 0 all was read; 1 some could not be; 2 nothing was done"""

# Name of a command -> one line, description, examples.
COMMANDS = {
    "identify": ("say what measured files are", IDENTIFY, IDENTIFY_EXAMPLES),
    "watch": ("answer each file that comes into a folder", WATCH, WATCH_EXAMPLES),
    "refine": ("refine structures against measured files", REFINE, REFINE_EXAMPLES),
    "simulate": ("simulate the G(r) of a structure", SIMULATE, SIMULATE_EXAMPLES),
    "export": ("write curves for PDFgui, DISCUS and RMCProfile", EXPORT, EXPORT_EXAMPLES),
    "verify": ("say whether files are still as recorded", VERIFY, VERIFY_EXAMPLES),
    "info": ("say what files and studies hold", INFO, INFO_EXAMPLES),
}
# Entries of a recipe that are options.
RECIPE = {
    "correlation": "delta2 (usual) or delta1",
    "scattering": "f(Q) (usual) or f(0), as PDFgui has it",
    "displacements": "U by element (usual), by site, or anisotropic",
    "shape": "of particles: sphere (usual), bulk, spheroid or core-shell",
    "angles": "refine the cell angles that symmetry leaves free",
    "atoms": "refine the coordinates that symmetry leaves free",
    "occupancies": "refine the shares of elements on common sites",
    "tied": "",
    "background": "",
}
NUMBERS = {
    "q_min": "begin of the measured range",
    "q_max": "its end",
    "q_damp": "resolution of the instrument",
    "q_broad": "broadening of peaks with r",
    "u_iso": "displacement of all atoms (0.005)",
    "delta1": "correlated motion, by 1/r",
    "delta2": "correlated motion, by 1/r^2",
    "diameter": "of a spherical particle",
    "r_step": "step of r (0.01)",
    "scale": "factor of G(r)",
}
