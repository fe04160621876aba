"""A small centre with every module switched on, and its neighbours that differ in one thing."""

from copy import deepcopy

import numpy as np

from ccsim import compile_plan, simulate
from ccsim.metrics.measure import measure
from ccsim.scenario.load import scenario_from

ENGINES = ["reference", "compiled"]
GONE = object()

FULL = {
    "name": "world",
    "calendar": {"length": "6h", "warm_up": "1h", "follow_up": "5h", "interval": "1h"},
    "needs": {
        "volume": {"per_hour": 60, "busyness": {"cv": "20%"}},
        "types": [
            {"name": "balance", "share": "60%", "complexity": "low", "resolution_falls": 1, "handling_grows": 0.5},
            {
                "name": "billing",
                "share": "40%",
                "kind": "failure",
                "complexity": "high",
                "stake": "high",
                "causes": {"standing": 4, "incidence_spread": 1.3},
                "priority": 2,
            },
        ],
    },
    "customers": {
        "patience": {"lognormal": {"mean": "3min", "cv": 1}},
        "redial": {"probability": "60%", "after": {"exponential": {"mean": "10min"}}},
        "reconnect": {
            "probability": "80%",
            "after": {"exponential": {"mean": "20min"}},
            "noticed": "70%",
            "discovered_after": {"exponential": {"mean": "1h"}},
        },
        "channels_preferred": {"phone": "70%", "post": "20%", "none": "10%"},
    },
    "channels": [
        {
            "name": "phone",
            "open": "01:00-11:00",
            "prominence": "80%",
            "friction": "5%",
            "search_time": "1min",
            "diverted": {"post": "30%"},
            "when_closed": {"returns": "70%", "after": "5min", "diverted": {"post": "15%"}},
            "gate": {
                "levels": 2,
                "solves": {"balance": "30%", "billing": "10%"},
                "complexity_effect": 1,
                "wrong_answer": "5%",
                "blocked": "5%",
                "hangs_up_after": "4min",
                "bypass": "10%",
                "misroutes": {"base": "5%", "per_level": "2%", "talk": "30s"},
            },
        },
        {"name": "post", "kind": "deferrable", "answer_within": "2h", "customer_time": "4min"},
    ],
    "agents": [
        {"name": "desk", "skills": {"balance": 1, "billing": 2}, "staffing": {"agents": 3}, "wage": "20/h"},
        {
            "name": "experts",
            "skills": {"billing": {"rank": 1, "handles": "0.9x", "resolves": 0.2}},
            "staffing": {"shift": "day", "agents": 2},
            "wage": "24/h",
            "speed_cut": "10%",
        },
    ],
    "shifts": {"day": {"from": "02:00", "to": "10:00"}},
    "shrinkage": "30%",
    "pressure": {"free_slack": "5%", "resolution_cost": 2.4, "content_cost": 10},
    "handling": {
        "balance": {
            "phone": {"talk": {"exponential": {"mean": "3min"}}, "wrap_up": "20s"},
            "post": {"work": {"exponential": {"mean": "3min"}}},
        },
        "billing": {
            "phone": {"talk": {"exponential": {"mean": "5min"}}, "wrap_up": {"exponential": {"mean": "1min"}}},
            "post": {"work": {"exponential": {"mean": "5min"}}},
        },
    },
    "resolution": {"balance": "90%", "billing": "60%"},
    "coding": {"when_resolved": "97%", "when_not": "50%"},
    "insight": {
        "content": {"phone": {"base": "60%", "most": "85%"}, "post": {"base": "60%"}, "gate": {"base": "20%"}},
        "listening": {
            "minutes_per_contact": "20s",
            "manual_sample": "20%",
            "speech_analytics": {"coverage": "50%"},
            "text_analytics": {"coverage": "80%"},
            "agent_flags": "5%",
            "log_analysis": "50%",
        },
        "detection": {"count": 3, "within": "4h"},
        "found_anyway": {"per_year": 400},
    },
    "money": {"telephony": "0.03/min", "gate": "0.1/contact", "manual_review": "1.5/contact", "fixed": "24/day"},
    "service_level": {"within": "20s"},
}

# one queue, one group, nobody leaves: what is true of every path
PLAIN = {
    "name": "plain",
    "calendar": {"length": "8h"},
    "needs": {"volume": {"per_hour": 60}, "types": [{"name": "call"}]},
    "agents": [{"name": "desk", "skills": ["call"], "staffing": {"agents": 6}}],
    "handling": {"talk": {"exponential": {"mean": "5min"}}},
}


def changed(mapping, **changes):
    """A copy with values set, or taken out where GONE; `__` goes a level down, numbers and names pick from a list."""
    copy = deepcopy(mapping)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = copy
        for step in way:
            place = _below(place, step)
        if value is GONE:
            del place[last]
        else:
            place[last] = deepcopy(value)
    return copy


def _below(place, step):
    if isinstance(place, list):
        return next(item for item in place if item["name"] == step)
    return place.setdefault(step, {})


def played(mapping, *, seed=1, replication=0, engine="reference"):
    """Plan and logs of a mapping."""
    plan = compile_plan(scenario_from(mapping))
    return plan, simulate(plan, seed, replication=replication, engine=engine)


def measured(mapping, *, seed=1, replication=0, engine="reference"):
    """Measure and cell to its value, in one replication."""
    values = measure(*played(mapping, seed=seed, replication=replication, engine=engine))
    return {
        (value.measure, value.cell): value.numerator / value.denominator if value.denominator else np.nan
        for value in values
    }


def whole(mapping, *measures, seed=1, replications=1, engine="reference"):
    """Measures of the whole centre, mean over a few replications."""
    runs = [measured(mapping, seed=seed, replication=i, engine=engine) for i in range(replications)]
    return [float(np.mean([run[name, ()] for run in runs])) for name in measures]


def apart(one, other, *, left_out=(), tables=("needs", "attempts", "agent_states", "signals", "causes", "ledger")):
    """Where two logs differ, columns left out aside; empty where they are the same to the last bit."""
    different = []
    for name in tables:
        first, second = getattr(one, name), getattr(other, name)
        if len(first) != len(second):
            different.append(f"{name}: {len(first)} rows against {len(second)}")
            continue
        for column in first.dtype.names:
            if f"{name}.{column}" in left_out or column in left_out:
                continue
            a, b = first[column], second[column]
            unequal = (a != b) & ~((a != a) & (b != b))
            if unequal.any():
                row = int(np.argmax(unequal))
                different.append(
                    f"{name}.{column}: {int(unequal.sum())} rows, first {first[row]} against {second[row]}"
                )
    return different
