"""Every log keeps the laws: those that the program checks itself, and those worked out again by brute force."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from laws.brute_force import broken_laws
from strategies import closings, loaded, scenarios

from ccsim import compile_plan, load_scenario, simulate
from ccsim.logs.checks import check
from ccsim.scenario.load import load_arms

ENGINES = ["reference", "compiled"]
SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
# the brute-force laws compare every visit with every other
MOST_ROWS = 4000
SMALL = {
    "erlang-floor": ("calendar.length=2h", "calendar.warm_up=0s"),
    "two-skills": ("calendar.length=4h", "calendar.warm_up=0s"),
    "chat-desk": ("calendar.length=4h", "calendar.warm_up=0s"),
    "callbacks": ("calendar.length=18h",),
}
ONE_DAY = ("calendar.days=1", "calendar.warm_up=0s", "calendar.follow_up=0s")


def small_arms(path):
    """A shipped scenario, and each of its arms, cut to a day or less."""
    sets = SMALL.get(path.stem, ONE_DAY)
    return load_arms(path, sets=sets) or {"": load_scenario(path, sets=sets)}


def keeps_the_laws(scenario, engine, seed=1):
    plan = compile_plan(scenario)
    logs = simulate(plan, seed, engine=engine)
    check(plan, logs)
    if len(logs.attempts) <= MOST_ROWS:
        broken = broken_laws(scenario, plan, logs, seed)
        assert not broken, "\n".join(broken)
    return logs


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_keep_the_laws(path, engine):
    for scenario in small_arms(path).values():
        assert len(keeps_the_laws(scenario, engine).attempts) > 0


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=scenarios())
def test_drawn_scenarios_keep_the_laws(engine, made):
    keeps_the_laws(loaded(made), engine)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=closings())
def test_channels_that_close_with_customers_inside_keep_the_laws(engine, made):
    keeps_the_laws(loaded(made), engine)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=scenarios())
def test_many_drawn_scenarios_keep_the_laws(engine, made):
    keeps_the_laws(loaded(made), engine, seed=2)


BUSY = {
    "name": "busy",
    "calendar": {"length": "2h"},
    "needs": {
        "volume": {"per_hour": 60},
        "types": [
            {"name": "plain", "share": "50%", "skill": "voice", "priority": 2},
            {"name": "urgent", "share": "50%", "skill": "voice"},
        ],
    },
    "customers": {"patience": {"exponential": {"mean": "5min"}}, "most_attempts": 3},
    "channels": [{"name": "phone", "open": "00:00-01:00"}],
    "agents": [{"name": "desk", "skills": ["voice"], "staffing": {"shift": "day", "agents": 4}}],
    "shifts": {"day": {"from": "00:05", "to": "01:50"}},
    "handling": {"talk": {"exponential": {"mean": "4min"}}},
}


def swapped_starts(logs):
    """Two visits of one kind are taken in the wrong order."""
    legs = logs.attempts.copy()
    waited = np.flatnonzero((legs["starts"] > legs["joins"]) & (legs["need_type"] == 1))
    order = waited[np.argsort(legs["joins"][waited])]
    one, other = next((i, j) for i, j in pairwise(order) if legs["joins"][j] < legs["starts"][i] < legs["starts"][j])
    for column in ("starts", "talk_ends", "ends", "wrap_up_ends", "agent"):
        legs[column][one], legs[column][other] = legs[column][other], legs[column][one]
    return legs


def late_start(logs):
    """Somebody who could be answered at once waits a second."""
    legs = logs.attempts.copy()
    legs["starts"][np.flatnonzero(legs["starts"] == legs["joins"])[3]] += 1.0
    return legs


def second_contact(logs):
    """An agent takes the same work as another."""
    legs = logs.attempts.copy()
    legs["agent"][np.flatnonzero(legs["agent"] == 1)[0]] = 0
    return legs


def early_bird(logs):
    """Work is taken before the shift."""
    legs = logs.attempts.copy()
    row = np.flatnonzero(legs["agent"] >= 0)[0]
    for column in ("arrives", "enters", "joins", "starts"):
        legs[column][row] = 10.0
    return legs


def door_left_open(logs):
    """A visit gets in after closing time."""
    legs = logs.attempts.copy()
    legs["enters"][np.flatnonzero(legs["agent"] >= 0)[0]] = 3600.0
    return legs


def endless_patience(logs):
    """Somebody waits a second longer than patience."""
    legs = logs.attempts.copy()
    legs["ends"][np.flatnonzero(legs["end_reason"] == 1)[0]] += 1.0
    return legs


def second_look(logs):
    """A contact is listened to that was not chosen."""
    legs = logs.attempts.copy()
    legs["analysed"][np.flatnonzero(legs["agent"] >= 0)[0]] ^= 1
    return legs


def lower_first(logs):
    """A visit of low priority becomes one of high priority that was passed over."""
    legs = logs.attempts.copy()
    legs["need_type"][legs["need_type"] == 0] = 1
    return legs


@pytest.mark.parametrize(
    ("doctored", "law"),
    [
        (swapped_starts, "freed_agents_take_whom_they_prefer"),
        (lower_first, "freed_agents_take_whom_they_prefer"),
        (late_start, "nobody_is_free_while_somebody_waits_whom_he_may_take"),
        (second_contact, "agents_have_one_contact_at_a_time"),
        (early_bird, "agents_take_work_only_on_duty"),
        (door_left_open, "a_closed_channel_takes_nobody"),
        (endless_patience, "nobody_waits_longer_than_patience"),
        (second_look, "evidence_is_what_the_shares_say"),
    ],
)
def test_the_laws_notice_a_doctored_log(doctored, law):
    """A law that nothing can break would be no test of the engine."""
    scenario = loaded(BUSY)
    plan = compile_plan(scenario)
    logs = simulate(plan, 1)

    assert broken_laws(scenario, plan, logs) == []
    broken = broken_laws(scenario, plan, type(logs)(**{**vars(logs), "attempts": doctored(logs)}))

    assert law in {case.split(":")[0] for case in broken}
