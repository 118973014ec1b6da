"""A study of six structures that was never run."""

import identification_cases
import pytest


@pytest.fixture(scope="package")
def small_study():
    return identification_cases.small_study()
