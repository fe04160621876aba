"""Chat desks against their birth-death chain: up to five chats at once, least and most loaded.

Work is exponential, so the chain is exact whatever was done before a pace changed. Of some 120 figures one in 650 would
be further off than 3.5 standard errors by chance with a fresh seed; seeds are the hash of the desk's name.
"""

import numpy as np
import pytest
from acceptance.derived import level_share
from acceptance.judge import seed_of

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.logs.logs import equal
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chat import answer_chat

PACES = (1.0, 0.62, 0.47, 0.4, 0.33)
AGENTS, WORK, PATIENCE, REPLICATIONS = 3, 240.0, 90.0, 30


def desk(most, new_to="least_loaded", pace=PACES, per_hour=60):
    return {
        "name": f"{new_to}-{most}",
        "calendar": {"length": "24h", "warm_up": "3h", "follow_up": "1h"},
        "needs": {"volume": {"per_hour": per_hour}, "types": [{"name": "question"}]},
        "customers": {"patience": {"exponential": {"mean": f"{PATIENCE}s"}}},
        "channels": [
            {
                "name": "chat",
                "concurrency": {"most": most, "new_to": new_to, "pace": [f"{100 * one:.9g}%" for one in pace]},
            }
        ],
        "agents": [{"name": "pool", "skills": ["question"], "staffing": {"agents": AGENTS}}],
        "handling": {"talk": {"exponential": {"mean": f"{WORK}s"}}},
        "service_level": {"within": "30s", "base": "offered"},
    }


@pytest.mark.theory
@pytest.mark.parametrize("new_to", ["least_loaded", "most_loaded"])
@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
def test_a_desk_is_what_its_chain_says(most, new_to):
    rate = 30 + 12 * most
    exact = answer_chat(
        rate / 3600,
        WORK,
        AGENTS,
        [1.0 / pace for pace in PACES[:most]],
        PATIENCE,
        30.0,
        routing=new_to.replace("_", "-"),
    )
    plan = compile_plan(scenario_from(desk(most, new_to, per_hour=rate)))
    measured, shares = [], []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, seed_of(f"{new_to}-{most}"), replication=replication, engine="compiled")
        check(plan, logs)
        measured.append(measure(plan, logs))
        shares.append([level_share(plan, logs, level) for level in range(most + 1)])
    found = {one.measure: one for one in estimates(sample_of(measured), MEASURES, 0.95) if one.cell == {}}

    wanted = {
        "abandonment": exact.line.p_abandon,
        "waited_share": exact.line.p_wait,
        "asa": exact.line.asa,
        "service_level": exact.line.service_level["offered"],
        "occupancy": exact.busy,
        "talk": exact.duration,
    }
    if most > 1:
        wanted |= {
            "contacts_open": exact.open_chats,
            "agent_time": exact.agent_time,
            "concurrency": exact.concurrency,
        }
    z = {name: (found[name].value - value) / (found[name].half_width / 2.045) for name, value in wanted.items()}
    errors = np.std(shares, axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    z |= {f"share {k}": off for k, off in enumerate((np.mean(shares, axis=0) - exact.level_shares) / errors)}
    print({name: round(float(value), 2) for name, value in z.items()})
    assert max(map(abs, z.values())) < 3.5


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_one_at_a_time_is_the_plain_queue_row_for_row(engine):
    plain = desk(1)
    del plain["channels"][0]["concurrency"]

    one, other = (simulate(compile_plan(scenario_from(each)), 1, engine=engine) for each in (desk(1), plain))

    assert len(one.attempts) > 1000
    assert equal(one, other) == ""
