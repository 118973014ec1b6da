"""The syntax of CIF: numbers, and what CIF 2.0 adds."""

import pytest
from structure_files import NICKEL, read

from pdflearn.structures.cif_syntax import document_blocks
from pdflearn.structures.structure import StructureError

CIF_2 = """#\\#CIF_2.0
data_salt
_chemical_name_common \"\"\"a 'quoted' "name" of rock salt
# data_more, and loop_ of words\"\"\"
_publ_section_title
;
it's \"\"\"quoted\"\"\" in a field
;
_audit.note ''' x ''' # \"\"\" a remark
_cell.vectors [[5.64 0 0] [0 5.64 0] [0 0 5.64]]
_some.table {"a":1 'b':[2 3]}
_space_group.name_H-M_alt 'F m -3 m'
_cell.length_a 5.64
_cell.length_b 5.64
_cell.length_c 5.64
loop_
_atom_site.label
_atom_site.type_symbol
_atom_site.fract_x
_atom_site.fract_y
_atom_site.fract_z
_atom_site.note
Na Na 0 0 0 [1 2]
Cl Cl 0.5 0.5 0.5 \"\"\"none\"\"\"
"""


def test_cif_2_is_read(tmp_path):
    assert read(tmp_path, CIF_2).composition == {"Na": 4.0, "Cl": 4.0}
    assert read(tmp_path, CIF_2.replace("\n", "\r\n")).composition == {"Na": 4.0, "Cl": 4.0}
    assert read(tmp_path, CIF_2.split("\n", 1)[1]).composition == {"Na": 4.0, "Cl": 4.0}
    ((name, values),) = document_blocks(CIF_2)
    assert name == "salt"
    assert values["_chemical_name_common"][0].startswith("a 'quoted' \"name\" of rock salt")
    assert values["_publ_section_title"] == ['it\'s """quoted""" in a field']
    assert values["_audit_note"] == ["x"]


def test_cif_2_that_is_damaged_is_refused_by_its_name(tmp_path):
    broken = CIF_2.replace('rock salt\n# data_more, and loop_ of words"""', "rock")
    with pytest.raises(StructureError, match=r"CIF 2\.0.*export it as CIF 1\.1"):
        read(tmp_path, broken)


def test_long_quotes_are_not_looked_for_in_older_files(tmp_path):
    text = NICKEL.replace("loop_\n_atom_site_label", "_note '''x'''\nloop_\n_atom_site_label")
    assert len(read(tmp_path, text)) == 4
