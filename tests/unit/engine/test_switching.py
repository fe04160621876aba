"""Trying again on another channel: hand-made days, and the Markov chain of attempts by channel."""

import numpy as np
import pytest
from worlds.base import PLAIN, changed, played

from ccsim.logs.codes import EndReason, Outcome

EMAIL = {"name": "post", "kind": "deferrable"}
BOTH = {"a": {"phone": {"talk": "100s"}, "post": {"work": "40s"}}}
CHANNELS = {"channels": [{"name": "phone"}, EMAIL], "handling": BOTH}
ALL_TO_EMAIL = {"probability": "100%", "after": "60s", "to": {"post": "100%"}}
# resolved by channel, and how those who are not come back: 80 % of them, a part on another channel
RESOLVED = {"phone": 0.5, "post": 0.3, "web": 0.7}
BACK, TO = 0.8, {"web": 0.3, "post": 0.2}
DESK = changed(
    PLAIN,
    calendar={"length": "8h", "follow_up": "8h"},
    needs__volume={"per_hour": 500},
    channels=[{"name": "phone"}, EMAIL, {"name": "web"}],
    agents__desk__staffing={"agents": 400},
    handling={"call": {"phone": {"talk": "1min"}, "post": {"work": "1min"}, "web": {"talk": "1min"}}},
    resolution={"call": {name: f"{share:.0%}" for name, share in RESOLVED.items()}},
    customers={
        "most_attempts": 15,
        "channels_preferred": {"phone": "100%"},
        "reconnect": {"probability": BACK, "after": "1s", "to": {name: f"{share:.0%}" for name, share in TO.items()}},
    },
)


def test_who_hangs_up_writes_the_next_time(day):
    found = day("need arrives talk patience\nc1 0 500 -\nc2 10 - 20", customers={"redial": ALL_TO_EMAIL}, **CHANNELS)

    assert found.legs("c2")[0][0] == EndReason.ABANDONED
    assert found.leg("c2", 1)["arrives"] == 90
    assert found.leg("c2", 1)["channel"] == 1
    assert found.outcome("c2") == (Outcome.RESOLVED, 540)


@pytest.mark.parametrize(
    ("way", "channels", "gate"),
    [
        ("gate_failure", {"gate": {"levels": 1, "time": "5s"}}, "hung_up"),
        ("reconnect", {"gate": {"levels": 1, "time": "5s"}}, "wrong"),
        ("blocked", {"lines": 1}, None),
    ],
)
def test_each_way_of_failing_has_its_own_channels(day, way, channels, gate):
    table = "need arrives gate\nc1 0 agent\nc2 10 " + gate if gate else "need arrives\nc1 0\nc2 10"
    found = day(
        table,
        customers={way: ALL_TO_EMAIL},
        channels=[{"name": "phone"} | channels, EMAIL],
        handling=BOTH,
    )

    assert found.leg("c2", 1)["channel"] == 1
    # at 15 s from the gate, at 10 s from the door
    assert found.leg("c2", 1)["arrives"] == (75 if gate else 70)


def test_where_a_replay_names_the_channel_of_an_attempt_nobody_switches(day):
    found = day(
        "need arrives attempt channel talk patience\nc1 0 0 - 500 -\nc2 10 0 phone - 20\nc2 - 1 phone - 30",
        customers={"redial": ALL_TO_EMAIL},
        **CHANNELS,
    )

    assert found.leg("c2", 1)["channel"] == 0


def test_a_switch_to_the_channel_one_is_on_stays(day):
    to_phone = {"probability": "100%", "after": "60s", "to": {"phone": "100%"}}
    found = day("need arrives talk patience\nc1 0 500 -\nc2 10 - 20", customers={"redial": to_phone}, **CHANNELS)

    assert found.leg("c2", 1)["channel"] == 0


def test_attempts_by_channel_are_those_of_the_markov_chain(engine):
    """Expected attempts: start (I - R)^-1 with R[i, j] = (1 - p_i) r P(i to j); 15 attempts leave 1e-6 of it out.

    Each within 3.5 standard errors of the mean over needs.
    """
    names = list(RESOLVED)
    stays = 1 - sum(TO.values())
    moves = np.array(
        [[(1 - RESOLVED[i]) * BACK * (TO.get(j, 0.0) + (stays if i == j else 0.0)) for j in names] for i in names]
    )
    exact = np.linalg.inv(np.eye(3) - moves)[0]
    resolved = exact @ [RESOLVED[name] for name in names]

    plan, logs = played(DESK, engine=engine)
    early = logs.needs["arises"] < plan.window[1]
    assert not (logs.needs["outcome"][early] == Outcome.OPEN).any()
    place = np.searchsorted(logs.needs["need"], logs.attempts["need"])
    for channel, value in enumerate(exact):
        per_need = np.bincount(place[logs.attempts["channel"] == channel], minlength=len(early))[early]
        z = (per_need.mean() - value) / (per_need.std() / np.sqrt(len(per_need)))
        print(f"{names[channel]}: {per_need.mean():.4f} against {value:.4f}, z {z:+.2f}")
        assert abs(z) < 3.5
    share = (logs.needs["outcome"][early] == Outcome.RESOLVED).mean()
    assert abs(share - resolved) < 3.5 * np.sqrt(resolved * (1 - resolved) / early.sum())


def test_a_larger_share_that_switches_contains_the_smaller_one(engine):
    """True of every need, as far as its attempts are the same: the same uniform number decides."""
    found = []
    for share in ("10%", "60%"):
        some = changed(DESK, customers__reconnect__to={"web": share}, customers__most_attempts=2)
        rows = played(some, engine=engine)[1].attempts
        second = rows[rows["attempt"] == 1]
        found.append(dict(zip(second["need"].tolist(), (second["channel"] == 2).tolist())))

    few, many = found
    assert few.keys() == many.keys()
    assert all(many[need] >= few[need] for need in few)
    assert sum(few.values()) < sum(many.values())
