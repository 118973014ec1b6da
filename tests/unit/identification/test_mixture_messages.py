"""The sentences about mixtures, and about phases that a curve may hide."""

import pytest

from pdflearn.identification import messages, mixture_messages

FIT = messages.fit_quality(0.123, 1.64, 20.0)


@pytest.mark.parametrize("others", [[], ["bcc+fcc"]])
@pytest.mark.parametrize("elements_known", [False, True])
def test_a_mixture_names_its_shares_and_what_they_rest_on(others, elements_known):
    arguments = FIT, ["fcc", "bcc"], [0.7, 0.3], others, [0.6, 0.4]
    reason = mixture_messages.two_phases(*arguments, elements_known)
    assert "70 % of the atoms fcc, 30 % of the atoms bcc." in reason
    assert ("But so does bcc+fcc." in reason) == bool(others)
    assert ("Shares of atoms and mass" in reason) != elements_known
    assert ("of what is scattered it is 60 % fcc, 40 % bcc." in reason) != elements_known


def test_a_hidden_phase_is_told_by_the_height_of_its_peaks():
    assert "less than about 10% as high" in mixture_messages.could_hide(0.01)
