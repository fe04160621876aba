import pytest
from hand_days import play


@pytest.fixture(params=["reference", "compiled"])
def engine(request):
    """Every engine passes the same tests."""
    return request.param


@pytest.fixture
def day(tmp_path, engine):
    """Plays a table of calls at a centre."""

    def played(table, **sections):
        return play(table, tmp_path, engine=engine, **sections)

    return played
