"""A worse centre is never the better listener: failing customers raises no insight, need by need."""

from pathlib import Path

import numpy as np
import pytest
from worlds.base import ENGINES, GONE, changed, played

from ccsim import compile_plan, simulate
from ccsim.logs.codes import EndReason
from ccsim.scenario.load import load_arms

# everybody who calls reaches an agent at the first attempt: who could be heard at all is heard
GOOD = {
    "name": "good",
    "calendar": {"length": "6h", "follow_up": "18h"},
    "needs": {
        "volume": {"per_hour": 60},
        "types": [
            {"name": "fault", "share": "60%", "kind": "failure", "causes": {"standing": 6, "incidence_spread": 1.3}},
            {"name": "advice", "share": "40%", "causes": {"standing": 3}},
        ],
    },
    "customers": {
        "patience": {"exponential": {"mean": "3min"}},
        "redial": {"probability": "60%", "after": {"exponential": {"mean": "20min"}}},
        "reconnect": {"probability": "80%", "after": {"exponential": {"mean": "2h"}}},
    },
    "channels": [{"name": "phone"}],
    "agents": [{"name": "desk", "skills": ["fault", "advice"], "staffing": {"agents": 60}}],
    "handling": {
        "fault": {
            "talk": {"exponential": {"mean": "5min"}},
            "transfers": {"to": "advice", "share": "20%", "talk": "1min"},
        },
        "advice": {"talk": {"exponential": {"mean": "5min"}}},
    },
    "resolution": "90%",
    "insight": {
        "recorded": "80%",
        "accessible": "90%",
        "content": {"phone": {"base": "60%"}},
        "listening": {"manual_sample": "20%", "agent_flags": "10%", "speech_analytics": {"coverage": "50%"}},
    },
}
WORSE = {
    "resolution 50 %": {"resolution": "50%"},
    "resolution 0 %": {"resolution": "0%"},
    "resolution 0 % and nobody who gives up": {
        "resolution": "0%",
        "customers__reconnect__probability": "100%",
        "customers__most_attempts": 15,
    },
    "staff to one": {"agents__desk__staffing": {"agents": 1}},
    "nobody reachable": {"agents__desk__staffing": {"agents": 0}},
    "patience 0": {"customers__patience": "0s", "agents__desk__staffing": {"agents": 6}},
    "patience for ever": {"customers__patience": GONE, "agents__desk__staffing": {"agents": 2}},
    "nobody who tries again": {
        "customers__redial": GONE,
        "customers__reconnect": GONE,
        "agents__desk__staffing": {"agents": 4},
    },
    "one line": {"channels__phone__lines": 1},
    "closed in the afternoon": {"channels__phone__open": "00:00-03:00"},
    "a hidden number": {"channels__phone__prominence": "40%"},
    "callbacks for all": {
        "channels__phone__callback": {"accepts": "100%", "dialling": {"reached": "50%"}},
        "agents__desk__staffing": {"agents": 4},
    },
    "a speed cut of 50 % that costs resolution": {
        "agents__desk__speed_cut": "50%",
        "pressure": {"resolution_cost": 2.4},
    },
    "a speed cut of 50 % that costs content": {
        "agents__desk__speed_cut": "50%",
        "pressure": {"resolution_cost": 2.4, "content_cost": 1.5},
    },
    "a horizon cut short": {"calendar": {"length": "6h", "follow_up": "0s"}},
    "nobody is passed on": {"handling__fault__transfers": GONE},
    "all are passed on": {"handling__fault__transfers__share": "100%"},
}


def heard(logs):
    """The needs that gave evidence."""
    return set(logs.signals["need"].tolist())


@pytest.fixture(params=ENGINES, scope="module")
def good(request):
    """The engine, and the log of the good centre."""
    _, logs = played(GOOD, engine=request.param)
    assert not np.isin(logs.attempts["end_reason"], (EndReason.ABANDONED, EndReason.BLOCKED)).any()
    assert len(heard(logs)) > 50
    return request.param, logs


@pytest.mark.parametrize("worse", WORSE)
def test_no_need_is_heard_in_a_worse_centre_that_was_not_heard_in_the_better_one(worse, good):
    engine, better = good
    _, logs = played(changed(GOOD, **WORSE[worse]), engine=engine)

    assert set(logs.needs["need"].tolist()) <= set(better.needs["need"].tolist())
    assert heard(logs) <= heard(better)


@pytest.mark.parametrize(
    "worse", ["staff to one", "patience 0", "a hidden number", "a speed cut of 50 % that costs content"]
)
def test_a_worse_centre_does_hear_less(worse, good):
    engine, better = good
    _, logs = played(changed(GOOD, **WORSE[worse]), engine=engine)

    assert heard(logs) < heard(better)


def test_three_times_the_volume_before_the_same_agents_hears_none_of_the_same_needs_anew(good):
    engine, better = good
    _, logs = played(changed(GOOD, needs__volume__per_hour=180, agents__desk__staffing={"agents": 4}), engine=engine)

    same = set(better.needs["need"].tolist())
    assert heard(logs) & same < heard(better)


GATE = {
    "levels": 3,
    "solves": "20%",
    "wrong_answer": "10%",
    "blocked": "10%",
    "hangs_up_after": "3min",
    "bypass": "20%",
}


@pytest.mark.parametrize("gate", ["off", GATE], ids=["no gate", "a gate"])
@pytest.mark.parametrize("resolution", ["70%", "30%", "0%"])
def test_with_chances_dealt_once_falling_resolution_hears_exactly_the_same(resolution, gate, good):
    """Also where gates' logs are analysed, and more often of needs that come back."""
    engine, _ = good
    logged = changed(
        GOOD,
        channels__phone__gate=gate,
        insight__listening__log_analysis="80%",
        insight__content={"phone": {"base": "60%"}, "gate": {"base": "40%"}},
        customers__gate_failure={"probability": "60%", "after": "20min"},
    )
    _, better = played(logged, engine=engine)
    _, logs = played(changed(logged, resolution=resolution), engine=engine)

    assert len(logs.attempts) > len(better.attempts)
    assert heard(logs) == heard(better)
    assert len(logs.signals) == len(better.signals)


def test_with_fresh_chances_failing_customers_would_raise_insight(good):
    """What the default is there for."""
    engine, _ = good
    fresh = changed(GOOD, insight__repeats="fresh")

    few, many = (
        len(heard(played(changed(fresh, resolution=resolution), engine=engine)[1])) for resolution in ("90%", "30%")
    )

    assert many > 1.3 * few


@pytest.mark.parametrize("engine", ENGINES)
def test_on_a_floor_with_queues_and_all_channels_distinct_signals_do_not_rise_as_resolution_falls(engine):
    """Waits move, so it is said of sums: over ten days, paired, within two standard errors of no difference."""
    busy = changed(
        GOOD,
        customers__channels_preferred={"phone": "70%", "email": "30%"},
        customers__reconnect__to={"email": "20%", "phone": "20%"},
        channels=[{"name": "phone"}, {"name": "email", "kind": "deferrable", "answer_within": "4h"}],
        agents__desk__staffing={"agents": 7},
        handling={"phone": {"talk": {"exponential": {"mean": "5min"}}}, "email": {"work": "5min"}},
        insight__content={"phone": {"base": "60%"}, "email": {"base": "60%"}},
        insight__listening__text_analytics={"coverage": "50%"},
    )
    busy["handling"] = dict.fromkeys(("fault", "advice"), busy["handling"])

    def found(resolution):
        world = changed(busy, resolution=resolution)
        return np.array([len(heard(played(world, replication=day, engine=engine)[1])) for day in range(10)])

    better = found("90%")
    for resolution in ("60%", "20%"):
        rise = found(resolution) - better
        print(f"{resolution}: {rise.mean():+.1f} of {better.mean():.1f}, +- {rise.std(ddof=1) / 10**0.5:.1f}")
        assert rise.mean() <= 2 * rise.std(ddof=1) / 10**0.5


@pytest.mark.parametrize("arm", ["contain", "open"])
def test_in_cast_the_net_distinct_signals_do_not_rise_as_resolution_falls(arm):
    """Gate logs, e-mail and switching included: paired, over five weeks, within two standard errors."""
    path = Path(__file__).parents[2] / "scenarios" / "cast-the-net.yaml"

    def found(*sets):
        plan = compile_plan(load_arms(path, sets=("calendar.days=7", *sets))[arm])
        weeks = [simulate(plan, 1, replication=week, engine="compiled") for week in range(5)]
        return np.array([len(heard(logs)) for logs in weeks])

    better = found()
    for resolution in ("40%", "0%"):
        rise = found(f"resolution={resolution}") - better
        print(f"{arm} {resolution}: {rise.mean():+.1f} of {better.mean():.1f}, +- {rise.std(ddof=1) / 5**0.5:.1f}")
        assert rise.mean() <= 2 * rise.std(ddof=1) / 5**0.5
