"""Settings that hold for every test; fixtures that many tests share."""

import pytest
from hypothesis import settings

# the same examples on every machine and every run: a red test is red for everybody
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption("--twin", type=int, default=60, help="how many random scenarios the twin test plays")


@pytest.fixture
def twin_examples(request):
    """How many random scenarios the twin test plays."""
    return request.config.getoption("--twin")
