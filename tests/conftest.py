"""Crystals as fixtures, whose builders stand in tests/crystals.py; how examples are drawn."""

import crystals
import pytest
from hypothesis import settings

# The same random examples each time, however busy the machine is.
settings.register_profile("pdflearn", deadline=None, derandomize=True, database=None)
settings.load_profile("pdflearn")


@pytest.fixture
def nickel():
    return crystals.fcc()


@pytest.fixture
def magnesium_oxide():
    return crystals.rocksalt()


@pytest.fixture
def titanium_dioxide():
    return crystals.rutile()
