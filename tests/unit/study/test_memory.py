"""Memory is reckoned before it is taken, and what cannot fit is refused at the field that asks for it."""

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario.load import load_scenario
from ccsim.study import memory
from ccsim.study.agenda import agenda_of
from ccsim.study.compare import compare
from ccsim.study.memory import needs_of, refuse_what_does_not_fit
from ccsim.study.replicate import run
from ccsim.study.trace import trace


def refused(ask, *args, **options):
    """The one problem for which something is refused."""
    with pytest.raises(ScenarioError) as caught:
        ask(*args, **options)
    (problem,) = caught.value.problems
    return problem


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """A machine of 1 MB, which holds 2,000 needs of 500 bytes."""
    monkeypatch.setattr(memory, "memory_of_machine", lambda: 1e6)


def test_needs_are_those_of_all_simulated_days(tiny):
    days = {"calendar": {"days": 2, "warm_up": "1 day", "follow_up": "1 day"}}

    assert needs_of(load_scenario(tiny(), sets=days)) == pytest.approx(4 * 24 * 30)


def test_a_slip_of_units_is_refused_at_the_volume(tiny):
    path = tiny(old="per_hour: 30", new="per_hour: 3e6")

    for ask in (run, trace):
        problem = refused(ask, path)
        assert (problem.path, problem.line) == ("needs.volume.per_hour", 5)
        assert problem.rule == (
            "72,000,000 needs in a replication want at least 36 GB of memory, and there are 0.0 GB for each"
        )


def test_what_fits_runs_and_what_fits_once_does_not_fit_in_many_processes(tiny):
    path = tiny(old="per_hour: 30", new="per_hour: 80")

    refuse_what_does_not_fit([load_scenario(path)], 20)
    assert refused(refuse_what_does_not_fit, [load_scenario(path)], 20, jobs=2).path == "needs.volume.per_hour"
    # one replication needs one process
    refuse_what_does_not_fit([load_scenario(path)], 1, jobs=2)


@pytest.mark.parametrize("replications", [5_000_000_000, 2**70])
def test_too_many_replications_are_refused(tiny, replications):
    arms = "arms: {one: {}, two: {}}\n"

    assert refused(run, tiny(), replications=replications).path == "replications"
    assert refused(compare, tiny(arms), replications=replications).path == "replications"


def test_a_point_of_a_study_is_refused_before_any_is_played(tiny, tmp_path):
    tiny()
    study = tmp_path / "study.yaml"
    study.write_text(
        "name: slip\nscenario: tiny.yaml\nfactors: {needs.volume.per_hour: [60, 1000000]}\n"
        "measures: [service_level]\nreplications: 1\n",
        encoding="utf-8",
    )

    assert refused(agenda_of, study).path == "needs.volume.per_hour"
    assert refused(agenda_of, study, sets={"needs.volume.per_hour": {"per_hour": 60}}).path == "needs.volume.per_hour"


def test_more_needs_of_a_type_in_a_day_than_have_numbers_are_refused(tiny, monkeypatch):
    monkeypatch.setattr(memory, "memory_of_machine", lambda: 1e15)

    problem = refused(run, tiny(old="per_hour: 30", new="per_hour: 1e6"))

    assert problem.rule == "24,000,000 needs of one type in a day; there is room for 16,777,216"
