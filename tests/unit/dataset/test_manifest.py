"""Each structure counts once, and is taken from one shard."""

import numpy as np
import pandas as pd

from pdflearn.dataset import manifest


def test_a_labelled_structure_goes_before_the_first_by_name():
    rows = pd.DataFrame(
        {
            "id": ["b", "a", "a", "a", None],
            "structure_type": ["", None, "fcc", "fcc", ""],
            "file": ["z.cif", "1.cif", "3.cif", "2.cif", "bad.cif"],
            "unlabelled": list("vwxyz"),  # a column of the user's
        }
    )
    kept = manifest.drop_duplicates(rows)
    assert kept["id"].tolist() == ["a", "b"]
    assert kept["file"].tolist() == ["2.cif", "z.cif"]
    assert kept["unlabelled"].tolist() == ["y", "v"]


def test_the_choice_does_not_depend_on_the_order_of_reading():
    rows = pd.DataFrame(
        {"id": ["a"] * 4, "structure_type": ["", "fcc", "fcc", ""], "file": ["1", "4", "3", "2"]}
    )
    expected = manifest.drop_duplicates(rows)
    for seed in range(10):
        shuffled = rows.sample(frac=1, random_state=seed)
        pd.testing.assert_frame_equal(manifest.drop_duplicates(shuffled), expected)


def test_a_structure_of_several_shards_is_taken_from_one(tmp_path):
    files = []
    for shard, ids in enumerate((["a", "b"], ["b", "c"])):
        files.append(str(tmp_path / f"{shard}.npz"))
        references = np.full((2, 3), shard, dtype=np.float32)
        np.savez(files[-1], reference_ids=np.array(ids), references=references)
    shard_map = pd.DataFrame({"id": ["a", "b", "c"], "shard": [0, 1, 1]})
    owned = manifest.owned_rows(pd.DataFrame({"id": ["a", "b"]}), shard_map, 0)
    assert owned.tolist() == [True, False]
    references = manifest.load_references(shard_map, files)
    assert {name: int(curve[0]) for name, curve in references.items()} == {"a": 0, "b": 1, "c": 1}
