"""Which way things move. Where the same customers make it true of every path, it is asked of every path."""

import csv
import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import loaded
from worlds.base import ENGINES, FULL, GONE, PLAIN, changed, measured, played, whole

from ccsim import compile_plan, simulate

pytestmark = pytest.mark.parametrize("engine", ENGINES)
NOBODY_LEAVES = changed(FULL, customers__patience=GONE)
IMPATIENT = changed(
    PLAIN, customers={"patience": {"exponential": {"mean": "2min"}}}, agents__desk__staffing={"agents": 5}
)


def starts(mapping, engine, seed=1):
    """Need id to the moment of its answer; never is infinite."""
    rows = played(mapping, seed=seed, engine=engine)[1].attempts
    return dict(zip(rows["need"].tolist(), np.where(np.isnan(rows["starts"]), np.inf, rows["starts"]).tolist()))


@pytest.mark.parametrize("law", [{"exponential": {"mean": "5min"}}, "5min", {"lognormal": {"mean": "5min", "cv": 2}}])
def test_more_agents_answer_nobody_later_in_one_first_come_queue(law, engine):
    """True of every path: customers bring their talk along."""
    earlier = None
    for agents in (5, 6, 7, 9):
        now = starts(changed(PLAIN, agents__desk__staffing={"agents": agents}, handling__talk=law), engine)
        if earlier is not None:
            assert now.keys() == earlier.keys()
            assert all(now[need] <= earlier[need] for need in now)
            assert now != earlier
        earlier = now


@settings(max_examples=40)
@given(
    calls=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 24)), min_size=2, max_size=30),
    agents=st.integers(1, 4),
)
def test_more_agents_answer_nobody_later_when_everything_ties(calls, agents, engine):
    found = []
    for number in (agents, agents + 1):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("need", "arrives", "talk"))
        writer.writerows((f"n{i}", 5 * arrives, 5 * talk) for i, (arrives, talk) in enumerate(calls))
        plan = compile_plan(
            loaded(
                {
                    "name": "ties",
                    "calendar": {"length": "2h"},
                    "needs": {"replay": "calls.csv", "types": [{"name": "call"}]},
                    "agents": [{"name": "desk", "skills": ["call"], "staffing": {"agents": number}}],
                    "handling": {"talk": "1min"},
                    "calls": text.getvalue(),
                }
            )
        )
        found.append(simulate(plan, 1, engine=engine).attempts["starts"])

    assert (found[1] <= found[0]).all()


def test_more_lines_block_fewer_and_let_the_others_wait_longer(engine):
    """Not true of every path; the means over paired days are far apart."""
    found = [
        whole(
            changed(IMPATIENT, channels=[{"name": "phone", "lines": lines}]),
            "blocked", "wait_offered", "abandonment", replications=4, engine=engine,
        )
        for lines in (5, 7, 10)
    ]  # fmt: skip

    blocked, wait, abandonment = zip(*found, strict=True)
    assert blocked[0] > blocked[1] > blocked[2] > 0.0
    assert 0.0 == wait[0] < wait[1] < wait[2]
    assert 0.0 == abandonment[0] < abandonment[1] < abandonment[2]


def test_more_reluctance_makes_more_balk_and_shortens_the_queue(engine):
    found = [
        whole(
            changed(IMPATIENT, customers__balking={"per_waiting": per_waiting}),
            "balked", "queue_length", replications=4, engine=engine,
        )
        for per_waiting in (0.1, 0.4, 2)
    ]  # fmt: skip

    balked, queue = zip(*found, strict=True)
    assert 0.0 < balked[0] < balked[1] < balked[2]
    assert queue[0] > queue[1] > queue[2] > 0.0


def test_the_more_take_a_callback_the_fewer_abandon_and_wait_on_the_line(engine):
    worlds = [changed(IMPATIENT, channels=[{"name": "phone", "callback": {"accepts": f"{n}%"}}]) for n in (10, 40, 90)]
    # the number of those who abandon, not their share of the fewer who stay on the line
    measures = ("calls_out", "queue_length", "abandoned")
    found = [whole(world, *measures, replications=4, engine=engine) for world in worlds]

    calls_out, queue, abandoned = zip(*found, strict=True)
    assert 0.0 < calls_out[0] < calls_out[1] < calls_out[2]
    assert queue[0] > queue[1] > queue[2] > 0.0
    assert abandoned[0] > abandoned[1] > abandoned[2] > 0.0


def test_the_more_leave_without_a_word_the_longer_the_others_wait(engine):
    silent = {"found_out": {"exponential": {"mean": "2min"}}}
    ways = [[{"name": "phone", "silent": silent | {"share": f"{n}%"}}] for n in (1, 40, 90)]
    worlds = [changed(IMPATIENT, channels=way) for way in ways]
    measures = ("abandonment_silent", "silent_hours", "asa", "abandonment", "occupancy")
    for found in zip(*(whole(world, *measures, replications=4, engine=engine) for world in worlds), strict=True):
        assert 0.0 < found[0] < found[1] < found[2]


def test_the_more_is_at_hand_the_shorter_talk_and_effort(engine):
    people = {"reconnect": {"probability": "100%", "after": "10min"}}
    desk = changed(PLAIN, resolution="60%", customers=people, agents__desk__staffing={"agents": 14})
    worlds = [changed(desk, context={"told_again": "1min", "at_hand": f"{n}%"}) for n in (100, 50, 0)]
    measures = ("aht", "effort_talk", "occupancy")
    for found in zip(*(whole(world, *measures, replications=4, engine=engine) for world in worlds), strict=True):
        assert found[0] < found[1] < found[2]


def test_the_more_second_messages_are_merged_the_fewer_lie(engine):
    post = {"name": "post", "kind": "deferrable"}
    desk = changed(
        PLAIN,
        channels=[post],
        needs__volume__per_hour=30,
        agents__desk__staffing={"agents": 3},
        handling={"call": {"post": {"work": {"exponential": {"mean": "5min"}}}}},
    )
    tolerance = {"lasts": {"exponential": {"mean": "5min"}}, "again": "100%"}
    worlds = [changed(desk, channels__post__tolerance={**tolerance, "merges": f"{n}%"}) for n in (0, 50, 100)]
    found = [whole(world, "backlog", "merged", replications=6, engine=engine) for world in worlds]

    backlog, merged = zip(*found, strict=True)
    assert backlog[0] > backlog[1] > backlog[2] > 0.0
    assert merged[0] == 0.0 < merged[1] < merged[2] == 1.0


TOLD = changed(IMPATIENT, channels=[{"name": "phone", "announces": {"handling": "5min"}}])


@pytest.mark.parametrize("factor", ["before", "per_minute_over"])
def test_whom_an_announcement_makes_impatient_shortens_the_queue(factor, engine):
    worlds = [changed(TOLD, customers__announced={factor: f"{times}x"}) for times in (0.5, 1, 2)]
    queue = [whole(world, "queue_length", replications=4, engine=engine)[0] for world in worlds]

    assert queue[0] > queue[1] > queue[2] > 0.0


def test_the_longer_the_announced_wait_the_more_balk(engine):
    told = changed(TOLD, customers__balking={"announced_wait": "2min"})
    worlds = [changed(told, channels__phone__announces={"handling": time}) for time in ("1min", "3min", "9min")]
    balked = [whole(world, "balked", replications=4, engine=engine)[0] for world in worlds]

    assert 0.0 < balked[0] < balked[1] < balked[2]


def test_the_later_help_comes_the_longer_the_wait(engine):
    """Between a pool of one kind of agents and no help at all."""
    helper = {"name": "helpers", "skills": {"call": {"rank": 2, "after": "0s"}}, "staffing": {"agents": 2}}
    desk = changed(PLAIN["agents"][0], staffing__agents=5)
    waits = ("0s", "30s", "5min", "1000 days")
    worlds = [changed(PLAIN, agents=[desk, changed(helper, skills__call__after=wait)]) for wait in waits]
    wait = [whole(world, "wait_offered", replications=4, engine=engine)[0] for world in worlds]

    assert 0.0 < wait[0] < wait[1] < wait[2] < wait[3]


def test_longer_patience_lengthens_the_queue(engine):
    """Not true of every path; of the mean over paired days with a z-score far above chance (level 1e-4)."""
    days = range(12)
    patient = changed(IMPATIENT, customers__patience={"exponential": {"mean": "6min"}})
    queue = ("queue_length", ())
    more, less = (
        np.array([measured(world, replication=day, engine=engine)[queue] for day in days])
        for world in (patient, IMPATIENT)
    )

    apart = more - less
    z = apart.mean() / (apart.std(ddof=1) / np.sqrt(len(apart)))

    print(f"queue length {less.mean():.3f} -> {more.mean():.3f}, z {z:.1f}")
    assert z > 5.5  # Student, 11 degrees of freedom


def test_longer_patience_loses_fewer(engine):
    patient = changed(IMPATIENT, customers__patience={"exponential": {"mean": "6min"}})

    (less,), (more,) = (whole(world, "abandonment", replications=4, engine=engine) for world in (patient, IMPATIENT))

    assert less < more - 0.02


def test_those_who_find_a_hidden_number_find_a_prominent_one(engine):
    """True of every need: hiding the number only takes callers away."""
    silent = []
    for share in ("100%", "80%", "40%", "0%"):
        _, logs = played(
            changed(NOBODY_LEAVES, channels__phone__prominence=share, channels__phone__diverted={}), engine=engine
        )
        silent.append(set(logs.needs["need"][logs.needs["n_attempts"] == 0].tolist()))

    assert all(fewer < more for fewer, more in pairwise(silent))


def test_a_less_prominent_number_makes_more_people_give_up(engine):
    shares = [
        whole(changed(FULL, channels__phone__prominence=share), "given_up_share", replications=2, engine=engine)[0]
        for share in ("100%", "60%", "20%")
    ]

    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.1


def test_friction_puts_callers_off(engine):
    silent = []
    for share in ("0%", "20%", "60%"):
        logs = played(changed(FULL, channels__phone__friction=share, channels__phone__diverted={}), engine=engine)[1]
        silent.append(set(logs.needs["need"][logs.needs["n_attempts"] == 0].tolist()))

    assert all(fewer < more for fewer, more in pairwise(silent))


def test_a_deeper_gate_takes_every_caller_longer(engine):
    """Of who goes through it both times, at the first attempt."""
    times = []
    for levels in (1, 2, 5):
        world = changed(FULL, channels__phone__gate={"levels": levels})
        rows = played(world, engine=engine)[1].attempts
        first = rows[(rows["gated"] == 1) & (rows["attempt"] == 0) & ~np.isnan(rows["joins"])]
        times.append(dict(zip(first["need"].tolist(), (first["joins"] - first["enters"]).tolist())))

    for short, deep in pairwise(times):
        both = short.keys() & deep.keys()
        assert len(both) > 50
        assert all(short[need] < deep[need] for need in both)


def test_a_deeper_gate_costs_more_gate_minutes_a_contact(engine):
    minutes = [
        whole(changed(FULL, channels__phone__gate__levels=levels), "gate_minutes", replications=2, engine=engine)[0]
        for levels in (1, 3, 6)
    ]

    assert minutes == sorted(minutes)
    assert minutes[0] < minutes[-1]


def test_a_gate_that_solves_more_sends_fewer_to_agents(engine):
    """Of first attempts it is true of every need: who is helped by the weaker gate is helped by the better one."""
    helped = []
    for share in ("0%", "30%", "80%"):
        rows = played(changed(FULL, channels__phone__gate__solves=share), engine=engine)[1].attempts
        solved = rows[(rows["attempt"] == 0) & (rows["end_reason"] == 3)]
        helped.append(set(solved["need"].tolist()))

    assert helped[0] == set()
    assert all(fewer < more for fewer, more in pairwise(helped))


def test_more_listening_hears_more_and_takes_longer(engine):
    """With nobody leaving and no repeat the contacts are the same, so the signals can be compared one by one."""
    calm = changed(NOBODY_LEAVES, customers__reconnect=GONE)
    heard, handling = [], []
    for minutes in ("0s", "1min", "4min"):
        world = changed(calm, insight__listening__minutes_per_contact=minutes, calendar__follow_up="40h")
        _, logs = played(world, engine=engine)
        columns = ("need", "attempt", "leg", "route")
        heard.append(set(zip(*(logs.signals[column].tolist() for column in columns))))
        handling.append(whole(world, "aht", engine=engine)[0])

    assert all(fewer < more for fewer, more in pairwise(heard))
    assert handling == sorted(handling)
    assert handling[-1] > handling[0] + 120.0


@pytest.mark.parametrize("route", ["manual_sample", "agent_flags", "log_analysis"])
def test_looking_at_more_material_raises_more_signals(route, engine):
    heard = []
    for share in ("0%", "30%", "100%"):
        logs = played(changed(FULL, insight__listening={route: share}), engine=engine)[1]
        heard.append(set(zip(logs.signals["need"].tolist(), logs.signals["attempt"].tolist())))

    assert heard[0] == set()
    assert all(fewer < more for fewer, more in pairwise(heard))


def test_asking_for_speed_shortens_calls_and_brings_them_back(engine):
    rushed = {"experts": "30%", "desk": "30%"}
    calm = changed(NOBODY_LEAVES, agents__experts__speed_cut=GONE)
    fast = changed(calm, **{f"agents__{name}__speed_cut": cut for name, cut in rushed.items()})

    slow_aht, slow_contacts = whole(calm, "aht", "contacts_per_need", replications=4, engine=engine)
    fast_aht, fast_contacts = whole(fast, "aht", "contacts_per_need", replications=4, engine=engine)

    assert fast_aht < 0.85 * slow_aht
    assert fast_contacts > slow_contacts + 0.02


def test_asking_for_speed_costs_nothing_where_the_scenario_says_so(engine):
    """No effect is presumed: without a cost in resolution the contacts stay the same."""
    calm = changed(PLAIN, resolution="70%", calendar__follow_up="8h", pressure={"free_slack": "5%"})
    fast = changed(calm, agents__desk__speed_cut="30%")

    one, other = (whole(world, "contacts_per_need", "resolved_share", "aht", engine=engine) for world in (calm, fast))

    assert one[:2] == other[:2]
    assert other[2] == pytest.approx(0.7 * one[2])


def test_redials_raise_what_is_offered(engine):
    redialling = changed(IMPATIENT, customers__redial={"probability": "80%", "after": "5min"})

    (once, once_waiting), (again, again_waiting) = (
        whole(world, "offered", "abandonment", replications=4, engine=engine) for world in (IMPATIENT, redialling)
    )

    assert again > once
    assert again_waiting > once_waiting


def test_redials_of_the_first_attempt_leave_first_attempts_alone_before_they_come(engine):
    """Up to the first redial nothing has changed."""
    redialling = changed(IMPATIENT, customers__redial={"probability": "80%", "after": "5min"})

    one, other = (played(world, engine=engine)[1].attempts for world in (IMPATIENT, redialling))
    first_redial = other["arrives"][other["attempt"] > 0].min()

    before = [rows[rows["ends"] < first_redial] for rows in (one, other)]
    assert len(before[0]) > 5
    np.testing.assert_array_equal(before[0]["ends"], before[1]["ends"])


def test_longer_opening_hours_turn_fewer_away(engine):
    turned_away = [
        int((played(changed(FULL, channels__phone__open=hours), engine=engine)[1].attempts["end_reason"] == 2).sum())
        for hours in ("always", "01:00-11:00", "02:00-06:00")
    ]

    assert turned_away[0] == 0
    assert turned_away == sorted(turned_away)
    assert turned_away[1] < turned_away[2]


def test_slower_agents_handle_longer(engine):
    slow = changed(FULL, agents__experts__skills={"billing": {"rank": 1, "handles": "1.8x", "resolves": 0.2}})

    cell = ("talk", (("group", "experts"),))
    assert measured(slow, engine=engine)[cell] > 1.5 * measured(FULL, engine=engine)[cell]


def test_paid_absence_costs_hours_and_changes_no_answer(engine):
    (hours, asa), (more_hours, same_asa) = (
        whole(changed(FULL, shrinkage=share), "agent_hours", "asa", engine=engine) for share in ("0%", "50%")
    )

    assert more_hours == pytest.approx(2.0 * hours, rel=0.2)  # overtime is not doubled
    assert same_asa == asa


def test_urgent_calls_overtake(engine):
    """Priority moves waiting from one type to the other."""
    two = changed(
        PLAIN,
        needs={
            "volume": {"per_hour": 60},
            "types": [
                {"name": "one", "share": "50%", "skill": "call"},
                {"name": "other", "share": "50%", "skill": "call"},
            ],
        },
        agents__desk__staffing={"agents": 5},
    )
    favoured = changed(two, needs__types__other__priority=2)

    even, tilted = (measured(world, engine=engine) for world in (two, favoured))

    one, other = (("wait_offered", (("need_type", name),)) for name in ("one", "other"))
    assert tilted[one] < even[one]
    assert tilted[other] > even[other]


def test_more_slots_at_full_pace_answer_nobody_later(engine):
    """True of every path: then a slot is a server."""
    earlier = None
    for most in (1, 2, 4):
        chat = [{"name": "chat", "concurrency": {"most": most, "pace": ["100%"] * 4}}]
        now = starts(changed(PLAIN, channels=chat, agents__desk__staffing={"agents": 3}), engine)
        if earlier is not None:
            assert all(now[need] <= earlier[need] for need in now)
            assert now != earlier
        earlier = now


@pytest.mark.parametrize("new_to", ["least_loaded", "most_loaded"])
def test_attention_that_is_divided_evenly_does_the_same_work_in_the_same_time(new_to, engine):
    """True of every path of one agent: he is idle when all that has come is done, in whatever order he does it."""
    idle = []
    for most in (1, 2, 5):
        chat = [{"name": "chat", "concurrency": {"most": most, "new_to": new_to}}]
        handling = {"talk": {"exponential": {"mean": "40s"}}, "wrap_up": "5s"}
        world = changed(PLAIN, channels=chat, agents__desk__staffing={"agents": 1}, handling=handling)
        states = played(world, engine=engine)[1].agent_states
        rows = states[states["open"] == 0]
        idle.append(np.array([rows["starts"], rows["ends"]]))

    assert idle[0].shape[1] > 50
    for more in idle[1:]:
        np.testing.assert_allclose(more, idle[0], atol=1e-6)


def test_a_slower_pace_lets_customers_talk_longer_and_wait_longer(engine):
    found = []
    for second in ("100%", "70%", "50%", "30%"):
        chat = [{"name": "chat", "concurrency": {"most": 2, "pace": ["100%", second]}}]
        world = changed(PLAIN, channels=chat, agents__desk__staffing={"agents": 5})
        found.append(whole(world, "talk", "asa", replications=3, engine=engine))

    assert all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(found))


def test_one_who_is_given_all_he_can_hold_leaves_the_others_idle(engine):
    """Most loaded concentrates the chats, so fewer are busy and each chat takes longer."""
    chat = {"name": "chat", "concurrency": {"most": 3, "pace": ["100%", "62%", "47%"]}}
    spread = changed(PLAIN, channels=[chat], agents__desk__staffing={"agents": 6})
    packed = changed(spread, channels__chat__concurrency__new_to="most_loaded")

    (talk, busy, beside), (longer, less_busy, more_beside) = (
        whole(world, "talk", "occupancy", "concurrency", replications=3, engine=engine) for world in (spread, packed)
    )

    assert longer > talk
    assert less_busy < busy
    assert more_beside > beside


def test_the_more_shifts_are_missed_the_later_everybody_is_answered(engine):
    """True of every path in one first come queue: a lower share misses a part of the same shifts."""
    shifts = {"day": {"from": "00:00", "to": "24:00"}}
    crew = changed(PLAIN, agents__desk__staffing={"shift": "day", "agents": 12}, shifts=shifts)
    earlier = None
    for share in ("0%", "20%", "50%"):
        now = starts(changed(crew, agents__desk__absence=share), engine)
        if earlier is not None:
            assert all(now[need] >= earlier[need] for need in now)
            assert now != earlier
        earlier = now


def test_the_faster_a_priority_rises_the_shorter_the_wait_of_who_comes_last(engine):
    """Not true of every path; the means over paired days are far apart."""
    types = [{"name": "first", "share": "50%", "skill": "call"}, {"name": "last", "share": "50%", "skill": "call"}]
    busy = changed(PLAIN, needs__types=types, agents__desk__staffing={"agents": 5}, needs__volume__per_hour=62)
    found = []
    for rises in (GONE, "30min", "2min"):
        more = {} if rises is GONE else {"rises_every": rises}
        desk = changed(busy, needs__types=[types[0], types[1] | {"priority": 2} | more])
        runs = [measured(desk, replication=i, engine=engine) for i in range(4)]
        found.append([np.mean([run["asa", (("need_type", name),)] for run in runs]) for name in ("first", "last")])

    assert [first for first, _ in found] == sorted(first for first, _ in found)
    assert [last for _, last in found] == sorted((last for _, last in found), reverse=True)
    assert found[0][1] > 2 * found[0][0]
