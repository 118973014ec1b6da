"""Crystals as fixtures; the builders stand in tests/crystals.py."""

import crystals
import pytest


@pytest.fixture
def nickel():
    return crystals.fcc()


@pytest.fixture
def magnesium_oxide():
    return crystals.rocksalt()


@pytest.fixture
def titanium_dioxide():
    return crystals.rutile()
