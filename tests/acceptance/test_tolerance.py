"""Messages that lie longer than the customer's tolerance: one who answers, by M/M/1 and by the chain of the line."""

import numpy as np
import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student
from worlds.base import changed

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chains import UNMARKED, explore, stationary

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
MESSAGES, WORK, TOLERANCE, DAYS, REPLICATIONS = 6 / 3600, 300.0, 1800.0, 8, 24
LEAVES = 1.0 / WORK - MESSAGES

DESK = {
    "name": "tolerance",
    "calendar": {"days": DAYS, "warm_up": "12h", "follow_up": "1 day"},
    "needs": {"volume": {"per_hour": 6}, "types": [{"name": "question"}]},
    "customers": {"channels_preferred": {"post": "100%"}, "most_attempts": 2},
    "channels": [
        {"name": "phone"},
        {
            "name": "post",
            "kind": "deferrable",
            "views_per_hour": 12,
            "tolerance": {"lasts": {"exponential": {"mean": "30min"}}},
        },
    ],
    "agents": [
        {"name": "writer", "skills": ["question"], "channels": ["post"], "staffing": {"agents": 1}},
        {"name": "callers", "skills": ["question"], "channels": ["phone"], "staffing": {"agents": 2}},
    ],
    "handling": {
        "question": {"phone": {"talk": "2min"}, "post": {"work": {"exponential": {"mean": "5min"}}}},
    },
}


def agrees(mapping, engine, exact):
    """Each figure within 3.5 standard errors, one in 560 by chance."""
    plan, rows = compile_plan(scenario_from(mapping)), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {(one.measure, *one.cell.values()): one for one in estimates(sample_of(rows), MEASURES, LEVEL)}
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    scores = {key: (found[key].value - value) / (found[key].half_width / wide) for key, value in exact.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores


@pytest.mark.parametrize("way", [{"again": "100%", "merges": "100%"}, {"instead": {"phone": "100%"}}])
def test_what_is_merged_or_goes_elsewhere_leaves_the_line_as_it_is(way, engine):
    """Response times of M/M/1 are exponential, so theta / (theta + mu - lambda) outlast their customer's tolerance."""
    outlasts = 1.0 / (1.0 + TOLERANCE * LEAVES)
    desk = changed(DESK, channels__post__tolerance={"lasts": {"exponential": {"mean": "30min"}}, **way})

    exact = {
        ("duplicates",): MESSAGES * outlasts * DAYS * 86400,
        ("response_time",): 1.0 / LEAVES,
        ("backlog",): MESSAGES / LEAVES,
        # a message is seen for as long as it lies, so views are so many times the mean number of messages
        ("exposure",): 12 * 24 * DAYS * MESSAGES / LEAVES,
    }
    agrees(desk, engine, exact)


def test_second_messages_lengthen_the_line_by_the_chain(engine):
    """The line one by one: O is a first message whose customer waits, D one that was followed or follows another."""
    longest, rate = 11, 3 / 3600

    def moves(line):
        if len(line) < longest:
            yield rate, line + "O", UNMARKED
            for place, one in enumerate(line):
                if one == "O":
                    yield 1.0 / TOLERANCE, line[:place] + "D" + line[place + 1 :] + "D", UNMARKED
        if line:
            yield 1.0 / WORK, line[1:], UNMARKED

    chain = explore("", moves)
    shares = stationary(chain)
    length, waiting = (np.array(column) for column in zip(*((len(x), x.count("O")) for x in chain.states), strict=True))

    assert shares[length == longest].sum() < 1e-3
    duplicates = shares @ waiting / TOLERANCE
    exact = {
        ("duplicates",): duplicates * DAYS * 86400,
        ("backlog",): shares @ length,
        ("exposure", "post"): 12 * 24 * DAYS * (shares @ length),
        ("response_time",): shares @ length / (rate + duplicates),
        ("busy_hours", "writer"): shares[length > 0].sum() * DAYS * 24,
    }
    desk = changed(DESK, channels__post__tolerance__again="100%", needs__volume__per_hour=3)
    agrees(desk, engine, exact)
