"""A seed follows from what it is for, and from nothing else."""

from pdflearn.core.seeds import seed_of


def test_seeds_are_the_same_on_every_machine_and_in_every_run():
    assert seed_of(1, "hypothetical", "rocksalt 17") == 11179833686176216935


def test_other_words_and_other_divisions_of_them_give_other_seeds():
    seeds = {seed_of(*words) for words in ((1, "a"), (2, "a"), ("1a",), ("a", 1), (1, "a", ""))}
    assert len(seeds) == 5
    assert all(0 <= seed < 2**64 for seed in seeds)
