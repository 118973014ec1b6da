"""A catalogue of six structures, and the answer about a sample of copper."""

import pytest
from identification_cases import even_probabilities, make_catalogue, measured

from pdflearn.identification.verdict import identify


@pytest.fixture(scope="package")
def catalogue():
    return make_catalogue()


@pytest.fixture(scope="package")
def even(catalogue):
    """The same probability for every type."""
    return even_probabilities(catalogue)


@pytest.fixture(scope="package")
def copper():
    return measured(("Cu fcc", 1.0))


@pytest.fixture(scope="package")
def copper_answer(copper, even, catalogue):
    return identify(copper, even, catalogue)
