"""Texts of structure files that several tests read."""

from pathlib import Path

from pdflearn.structures import reader

NICKEL = (Path(__file__).parent / "data" / "study" / "Ni_fcc.cif").read_text()
OXIDE = NICKEL.replace("'Ni'", "'Ni O'") + "O1 O2- 0.5 0.5 0.5 0.006\n"


def read(tmp_path, text, name="a.cif"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reader.read_structure(path)
