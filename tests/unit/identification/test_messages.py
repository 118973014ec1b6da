"""The sentences that give a verdict's reason."""

from pdflearn.identification import messages

FIT = messages.fit_quality(0.123, 1.64, 20.0)


def test_each_reason_says_what_was_compared():
    assert FIT == "Rw 0.12 from 1.6 to 20 A"
    assert messages.nothing_fits("Ni", FIT, 0.3) == (
        "The best structure, Ni, leaves Rw 0.12 from 1.6 to 20 A; a right one is expected to "
        "reach 0.30 on such data."
    )
    unlikely = messages.unlikely_fits("Ni", FIT, 0.3, "Fe", "Rw 0.10 from 1.6 to 20 A")
    assert unlikely.endswith("Fe does (Rw 0.10 from 1.6 to 20 A), but is far less likely.")
    assert "particles of 12 A" in messages.too_small("fcc", FIT, 12.2)
    assert "its order ends at 7 A" in messages.order_ends("Ni", FIT, 7.4)
    several = messages.several_fit("fcc", FIT, ["bcc", "hcp"], ["L1_0"])
    assert "but so does bcc or hcp" in several
    assert several.endswith("; of its relatives L1_0 would do as well.")


def test_no_more_than_four_types_are_named():
    assert "a or b or c or d," in messages.one_fits("Ni", FIT, [], [*"abcdef"], "simpler", True)


def test_unknown_elements_are_not_claimed():
    known = messages.one_fits("Ni", FIT, ["L1_0"], [], "simpler", True)
    assert known.endswith("its relatives: it or L1_0, X-rays cannot tell which.")
    unknown = messages.one_fits("Ni", FIT, ["L1_0"], [], "simpler", False)
    assert unknown == known + " Only the type is claimed; the elements are the library's."
