"""A module left out gives the same rows, to the last bit, as the module with its exact off value."""

import pytest
from worlds.base import ENGINES, FULL, GONE, apart, changed, measured, played

NEVER = {"mixture": {"atom": "never", "share": "100%", "otherwise": "1min"}}
NOTHING_HEARD = {"minutes_per_contact": "0s", "manual_sample": "0%", "agent_flags": "0%", "log_analysis": "0%"}
DEFAULT_CLOSED = {"returns": "100%", "after": {"exponential": {"mean": "30min"}}}
TOLD = {"channels__phone__announces": {"handling": "3min"}}
FEW_LINES = changed(FULL, channels__phone__lines=6)
NO_GATE = changed(FULL, channels__phone__gate="off")

# what it is: (the scenario with the module's off value, the same without it, columns that may differ)
PAIRS = {
    "busyness": (
        changed(FULL, needs__volume__busyness={"cv": "0%"}),
        changed(FULL, needs__volume__busyness=GONE),
        (),
    ),
    "memory of busy days": (changed(FULL, needs__volume__busyness={"cv": "20%", "day_to_day": 0}), FULL, ()),
    "busyness within the day": (
        changed(FULL, needs__volume__busyness={"cv": "20%", "within_day": {"cv": "0%", "every": "1h"}}),
        FULL,
        (),
    ),
    "growth": (changed(FULL, needs__volume__growth="0%"), FULL, ()),
    "events": (
        changed(
            FULL,
            needs__events=[
                {"name": "nothing", "on": "2026-01-05", "extra": "0%"},
                {"name": "long-ago", "on": "2025-01-05", "days": 30, "extra": "40%", "from": "10:00", "to": "12:00"},
            ],
        ),
        FULL,
        (),
    ),
    "weekdays": (changed(FULL, needs__volume__weekdays=[1] * 7), FULL, ()),
    "redial": (
        changed(FULL, customers__redial={"probability": "0%", "after": "5min"}),
        changed(FULL, customers__redial=GONE),
        (),
    ),
    "gate failure": (
        changed(FULL, customers__redial=GONE, customers__gate_failure={"probability": "0%", "after": "5min"}),
        changed(FULL, customers__redial=GONE),
        (),
    ),
    "gate failure as redial": (
        changed(FULL, customers__gate_failure=FULL["customers"]["redial"]),
        FULL,
        (),
    ),
    "announced waits that move nobody": (changed(FULL, channels__phone__announces={"handling": "5min"}), FULL, ()),
    "announced waits with neutral factors": (
        changed(
            FULL,
            channels__phone__announces={"handling": "5min"},
            customers__announced={"before": "1x", "per_minute_over": "1x"},
        ),
        FULL,
        (),
    ),
    "what would follow from announced waits": (
        changed(
            FULL,
            customers__announced={"before": "0.5x", "per_minute_over": "2x"},
            customers__balking={"announced_wait": "1min"},
        ),
        FULL,
        (),
    ),
    "callbacks that nobody takes": (
        changed(FULL, channels__phone__callback={"accepts": "0%", "dialling": {"reached": "50%", "tries": 3}}),
        FULL,
        (),
    ),
    "nothing told again": (changed(FULL, context={"told_again": "0s", "at_hand": "50%"}), FULL, ()),
    "all at hand that was told before": (changed(FULL, context={"told_again": "5min", "at_hand": "100%"}), FULL, ()),
    "silent leaving": (
        changed(FULL, channels__phone__silent={"share": "0%", "found_out": "1min"}),
        FULL,
        (),
    ),
    "tolerance after which everybody waits on": (
        changed(FULL, channels__post__tolerance={"lasts": "1min", "merges": "50%"}),
        FULL,
        (),
    ),
    "tolerance that outlasts every message": (
        changed(FULL, channels__post__tolerance={"lasts": "100h", "again": "100%", "merges": "50%"}),
        FULL,
        (),
    ),
    "callbacks offered to nobody": (changed(FULL, channels__phone__callback={"waiting": 100_000}), FULL, ()),
    "balking": (changed(FULL, customers__balking={"per_waiting": 0}), FULL, ()),
    "blocked as redial": (
        changed(FEW_LINES, customers__blocked=FULL["customers"]["redial"]),
        FEW_LINES,
        (),
    ),
    "blocked": (
        changed(FEW_LINES, customers__redial=GONE, customers__blocked={"probability": "0%", "after": "5min"}),
        changed(FEW_LINES, customers__redial=GONE),
        (),
    ),
    "closing where nobody ever closes": (
        changed(FULL, channels__phone__open="always", channels__phone__at_closing="cut_off"),
        changed(FULL, channels__phone__open="always"),
        (),
    ),
    "finishing where somebody is there anyway": (changed(FULL, channels__phone__at_closing="wait"), FULL, ()),
    "lines": (changed(FULL, channels__phone__lines=1_000_000), FULL, ()),
    "reconnect": (
        changed(FULL, customers__reconnect__probability="0%"),
        changed(FULL, customers__reconnect=GONE),
        (),
    ),
    "discovery later": (
        changed(FULL, customers__reconnect__noticed="100%", channels__phone__gate__wrong_answer="0%"),
        changed(
            FULL,
            customers__reconnect__noticed=GONE,
            customers__reconnect__discovered_after=GONE,
            channels__phone__gate__wrong_answer="0%",
        ),
        (),
    ),
    "patience": (
        changed(FULL, customers__patience=NEVER),
        changed(FULL, customers__patience=GONE),
        ("attempts.patience",),
    ),
    "most attempts": (changed(FULL, customers__most_attempts=8), FULL, ()),
    "learning the way round a gate": (
        changed(FULL, customers__count=100, customers__bypass_learned="0%"),
        changed(FULL, customers__count=100),
        (),
    ),
    "learning the way round a gate that has none": (
        changed(FULL, customers__count=100, customers__bypass_learned="50%", channels__phone__gate__opt_out=False),
        changed(FULL, customers__count=100, channels__phone__gate__opt_out=False),
        (),
    ),
    "further needs": (
        changed(FULL, needs__types__balance__raises={"type": "billing", "after": "1min"}),
        FULL,
        (),
    ),
    "switching after failure": (
        changed(FULL, customers__redial__to={}, customers__reconnect__to={"post": "0%"}),
        FULL,
        (),
    ),
    "customers": (changed(FULL, customers__count=100), FULL, ("needs.customer",)),
    "segments that differ in nothing": (
        changed(FULL, customers__segments=[{"name": "one", "share": "30%"}, {"name": "other", "share": "70%"}]),
        FULL,
        ("needs.segment",),
    ),
    "segments that say what is said of everybody": (
        changed(
            FULL,
            customers__segments=[
                {"name": "all", "share": "100%", "friction": "1x", "stake": "1x"}
                | {name: FULL["customers"][name] for name in ("patience", "redial", "reconnect", "channels_preferred")}
            ],
        ),
        FULL,
        ("needs.segment",),
    ),
    "insight": (
        changed(FULL, insight__listening=NOTHING_HEARD, insight__found_anyway={"per_year": 0}),
        changed(FULL, insight=GONE),
        (),
    ),
    "repeats dealt once": (changed(FULL, insight__repeats="once"), FULL, ()),
    "a medium that goes without saying": (
        changed(FULL, channels__phone__medium="spoken", channels__post__medium="written"),
        FULL,
        (),
    ),
    "a machine that reads nothing": (
        changed(FULL, insight__listening__text_analytics={"coverage": "0%"}),
        changed(FULL, insight__listening__text_analytics=GONE),
        (),
    ),
    "rushed contacts that say as much": (
        changed(FULL, pressure__content_cost=0),
        changed(FULL, pressure__content_cost=GONE),
        (),
    ),
    "recorded": (changed(FULL, insight__recorded="100%", insight__accessible={"phone": "100%"}), FULL, ()),
    "listening minutes": (
        changed(FULL, insight__listening__minutes_per_contact="0s"),
        changed(FULL, insight__listening__minutes_per_contact=GONE),
        (),
    ),
    "found anyway": (
        changed(FULL, insight__found_anyway={"per_year": 0}),
        changed(FULL, insight__found_anyway=GONE),
        (),
    ),
    "money": (
        changed(FULL, money={"telephony": "0/min", "gate": "0/contact", "fixed": "0/day", "on_cost": "0%"}),
        changed(FULL, money=GONE),
        (),
    ),
    "handling over the day": (changed(FULL, handling_over_day={"every": "1h", "factors": ["1x"] * 24}), FULL, ()),
    "overtime": (changed(FULL, agents__experts__overtime="0s", money__overtime="1x"), FULL, ()),
    "absence": (changed(FULL, agents__experts__absence="0%", agents__experts__absence_lasts=3), FULL, ()),
    "spells of absence as chance has them": (
        changed(FULL, agents__experts__absence="50%", agents__experts__absence_lasts=2),
        changed(FULL, agents__experts__absence="50%"),
        (),
    ),
    "agents who are all alike": (
        changed(FULL, agents__desk__handles_spread="0%", agents__desk__people={"anna": {}, "ben": {"handles": "1x"}}),
        FULL,
        (),
    ),
    "speed cut": (
        changed(FULL, agents__experts__speed_cut="0%"),
        changed(FULL, agents__experts__speed_cut=GONE),
        (),
    ),
    "pressure without a speed cut": (
        changed(FULL, agents__experts__speed_cut=GONE),
        changed(FULL, agents__experts__speed_cut=GONE, pressure=GONE),
        (),
    ),
    "pressure within the free slack": (
        changed(FULL, agents__experts__speed_cut="5%"),
        changed(FULL, agents__experts__speed_cut="5%", pressure=GONE),
        (),
    ),
    "prominence": (
        changed(FULL, channels__phone__prominence="100%"),
        changed(FULL, channels__phone__prominence=GONE, channels__phone__search_time=GONE),
        (),
    ),
    "friction": (
        changed(FULL, channels__phone__friction="0%"),
        changed(FULL, channels__phone__friction=GONE),
        (),
    ),
    "diversion": (
        changed(FULL, channels__phone__diverted={"post": "0%"}),
        changed(FULL, channels__phone__diverted=GONE),
        (),
    ),
    "when closed": (
        changed(FULL, channels__phone__when_closed=DEFAULT_CLOSED),
        changed(FULL, channels__phone__when_closed=GONE),
        (),
    ),
    "opening hours": (
        changed(FULL, channels__phone__open="00:00-24:00"),
        changed(FULL, channels__phone__open=GONE),
        (),
    ),
    "a gate that takes no time and does nothing": (
        changed(FULL, channels__phone__gate={"time": "0s"}, money__gate="0/contact"),
        changed(NO_GATE, money__gate="0/contact"),
        ("attempts.gated",),
    ),
    "a gate that everybody gets round": (
        changed(FULL, channels__phone__gate__bypass="100%"),
        NO_GATE,
        ("attempts.bypassed",),
    ),
    "bypass without an opt-out": (
        changed(FULL, channels__phone__gate__opt_out=False),
        changed(FULL, channels__phone__gate__bypass="0%"),
        (),
    ),
    "misroutes": (
        changed(FULL, channels__phone__gate__misroutes={"base": "0%", "per_level": "0%"}),
        changed(FULL, channels__phone__gate__misroutes=GONE),
        (),
    ),
    "transfers": (
        changed(FULL, handling__balance__phone__transfers={"to": "billing", "share": "0%", "talk": "1min"}),
        FULL,
        (),
    ),
    "warm transfers": (
        changed(
            FULL, handling__balance__phone__transfers={"to": "billing", "share": "0%", "talk": "1min", "warm": "1min"}
        ),
        FULL,
        (),
    ),
    "hanging up in the gate": (
        changed(FULL, channels__phone__gate__hangs_up_after="10000000 days"),
        changed(FULL, channels__phone__gate__hangs_up_after=GONE),
        (),
    ),
    "what a gate solves": (
        changed(FULL, channels__phone__gate__solves="0%"),
        changed(FULL, channels__phone__gate__solves=GONE),
        (),
    ),
    "complexity that moves nothing": (
        changed(FULL, needs__types__balance__handling_grows=0, needs__types__balance__resolution_falls=0)
        | {"channels": NO_GATE["channels"]},
        changed(
            FULL,
            needs__types__balance__handling_grows=GONE,
            needs__types__balance__resolution_falls=GONE,
            needs__types__balance__complexity=GONE,
        )
        | {"channels": NO_GATE["channels"]},
        ("needs.complexity",),
    ),
    "stake": (
        changed(FULL, needs__types__billing__stake={"spread": 0}),
        changed(FULL, needs__types__billing__stake=GONE),
        (),
    ),
    "priority": (
        changed(FULL, needs__types__billing__priority=1),
        changed(FULL, needs__types__billing__priority=GONE),
        (),
    ),
    "ageing that nobody lives to see": (changed(FULL, needs__types__billing__rises_every="100000 days"), FULL, ()),
    "overflow at once": (
        changed(FULL, agents__desk__skills={"balance": 1, "billing": {"rank": 2, "after": "0s"}}),
        FULL,
        (),
    ),
    "overflow that nobody lives to see": (
        changed(FULL, agents__desk__skills={"balance": 1, "billing": {"rank": 2, "after": "1000 days"}}),
        changed(FULL, agents__desk__skills={"balance": 1}),
        (),
    ),
    "factors of a skill": (
        changed(FULL, agents__experts__skills={"billing": {"rank": 1, "handles": "1x", "resolves": 0}}),
        changed(FULL, agents__experts__skills={"billing": 1}),
        (),
    ),
    "wrap-up": (
        changed(FULL, handling__balance__phone__wrap_up="0s"),
        changed(FULL, handling__balance__phone__wrap_up=GONE),
        (),
    ),
    "resolution": (changed(FULL, resolution="100%"), changed(FULL, resolution=GONE), ()),
    "coding": (
        changed(FULL, coding={"when_resolved": "100%", "when_not": "0%"}),
        changed(FULL, coding=GONE),
        (),
    ),
    "shrinkage": (changed(FULL, shrinkage="0%"), changed(FULL, shrinkage=GONE), ()),
    "shift end": (changed(FULL, shift_end="finish"), FULL, ()),
    "a hand-over where nobody goes": (
        changed(FULL, agents__experts__staffing={"agents": 2}, agents__desk__channels=["phone"], shift_end="hand_over"),
        changed(FULL, agents__experts__staffing={"agents": 2}, agents__desk__channels=["phone"]),
        (),
    ),
    "interruption": (changed(FULL, channels__post__interruptible=False), FULL, ()),
    "a reserve": (changed(FULL, agents__desk__reserve=0), FULL, ()),
    "breaks": (changed(FULL, shifts__day__breaks=[]), FULL, ()),
    "a pause where only calls are in hand": (
        changed(FULL, agents__experts__channels=["phone"], shift_end="pause"),
        changed(FULL, agents__experts__channels=["phone"]),
        (),
    ),
    "concurrency": (
        changed(FULL, channels__phone__concurrency={"most": 1, "pace": ["100%"], "new_to": "most_loaded"}),
        FULL,
        (),
    ),
    "routing": (
        changed(FULL, routing={"agent": "skill_priority", "contact": "skill_priority", "among_equals": "longest_idle"}),
        FULL,
        (),
    ),
    "the least occupied of one": (
        changed(FULL, agents__desk__staffing={"agents": 1}, agents__experts__staffing={"agents": 1})
        | {"routing": {"among_equals": "least_occupied"}},
        changed(FULL, agents__desk__staffing={"agents": 1}, agents__experts__staffing={"agents": 1}),
        (),
    ),
    "a count that never changes": (
        changed(FULL, agents__desk__staffing={"from": "00:00", "every": "1h", "agents": [3] * 24}),
        FULL,
        ("agent_states",),
    ),
    "a shift around the clock": (
        changed(
            FULL,
            agents__desk__staffing={"shift": "always", "agents": 3},
            shifts__always={"from": "00:00", "to": "24:00"},
        ),
        FULL,
        (),
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", PAIRS)
def test_a_module_at_its_off_value_is_a_module_left_out(name, engine):
    with_it, without, left_out = PAIRS[name]

    _, one = played(with_it, engine=engine)
    _, other = played(without, engine=engine)

    assert len(one.attempts) > 100
    assert apart(one, other, left_out=left_out) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        {"customers__redial": GONE},
        {"customers__reconnect": GONE},
        {"needs__volume__busyness": GONE},
        {"needs__volume__busyness": {"cv": "20%", "within_day": {"cv": "30%"}}},
        {"needs__events": [{"name": "campaign", "on": "2026-01-05", "extra": "40%", "from": "10:00", "to": "12:00"}]},
        {"customers__patience": GONE},
        {"channels__phone__gate": "off"},
        {"channels__phone__gate__misroutes": GONE},
        {"channels__phone__gate__hangs_up_after": GONE},
        {"channels__phone__gate__complexity_effect": GONE},
        {"channels__phone__prominence": "100%"},
        {"channels__phone__friction": GONE},
        {"insight__listening__minutes_per_contact": GONE},
        {"insight__repeats": "fresh"},
        {"insight__listening__text_analytics": GONE},
        {"channels__post__medium": "spoken"},
        {"pressure__content_cost": GONE},
        {"agents__experts__speed_cut": GONE},
        {"pressure": GONE},
        {"handling__balance__phone__wrap_up": GONE},
        {"needs__types__billing__priority": GONE},
        {"channels__post__interruptible": True},
        {"agents__desk__reserve": 1},
        {"shifts__day__breaks": [{"at": "05:00", "for": "1h"}]},
        {"shift_end": "pause", "agents__experts__channels": ["post"]},
        {"channels__phone__concurrency": {"most": 2}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_switching_a_module_off_does_move_something(change, engine):
    """Otherwise its off value would prove nothing."""
    _, on = played(FULL, engine=engine)
    _, off = played(changed(FULL, **change), engine=engine)

    assert apart(on, off, tables=("needs", "attempts")) != []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        {"channels__phone__lines": 6},
        {"customers__reconnect__to": {"post": "30%"}},
        {"needs__types__balance__raises": {"type": "billing", "when_resolved": "20%", "after": "10min"}},
        {"handling__balance__phone__transfers": {"to": "billing", "share": "10%", "talk": "1min"}},
        {"customers__segments": [{"name": "all", "share": "100%", "friction": "3x"}]},
        {"customers__balking": {"per_waiting": 0.25}},
        {"channels__phone__silent": {"share": "50%", "found_out": "1min"}},
        {"context": {"told_again": "1min", "at_hand": "50%"}},
        {"agents__desk__skills": {"balance": 1, "billing": {"rank": 2, "after": "1min"}}},
        TOLD | {"customers__balking": {"announced_wait": "5min"}},
        TOLD | {"customers__announced": {"before": "0.5x"}},
        TOLD | {"customers__announced": {"per_minute_over": "1.5x"}},
        {"agents__desk__handles_spread": "20%"},
        {"agents__desk__people": {"anna": {"handles": "0.9x"}}},
        {"handling_over_day": {"from": "03:00", "every": "1h", "factors": ["1.1x"]}},
        {"agents__experts__overtime": "1h"},
        {"agents__experts__absence": "100%"},
        {"routing": {"among_equals": "least_occupied"}},
        {"needs__types__billing__rises_every": "1min"},
    ],
    ids=lambda change: " ".join(change),
)
def test_switching_a_module_on_does_move_something(change, engine):
    _, off = played(FULL, engine=engine)
    _, on = played(changed(FULL, **change), engine=engine)

    assert apart(on, off, tables=("needs", "attempts")) != []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        {"money": GONE},
        {"shrinkage": "50%"},
        {"agents__desk__wage": "99/h"},
        {"money__overtime": "2x"},
        {"service_level__within": "60s"},
        {"customers__effort": {"weights": {"gate": 3}, "penalties": {"recontact": "5min"}}},
        {"calendar__interval": "15min"},
        {"question": "Does a question move a row?"},
        {"name": "another-name"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_only_measures_or_prices_moves_no_row(change, engine):
    _, one = played(FULL, engine=engine)
    _, other = played(changed(FULL, **change), engine=engine)

    assert apart(one, other, tables=("needs", "attempts", "agent_states", "signals", "causes")) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_evidence_is_heard_without_moving_a_call(engine):
    """Listening that takes no minutes hears more and changes nobody's day."""
    quiet = changed(FULL, insight__listening__minutes_per_contact="0s")

    _, heard = played(quiet, engine=engine)
    _, deaf = played(changed(quiet, insight=GONE), engine=engine)

    assert len(heard.signals) > 0
    assert apart(heard, deaf, tables=("needs", "attempts", "agent_states"), left_out=("analysed", "evidence")) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_causes_are_added_to_needs_without_moving_them(engine):
    without = changed(FULL, needs__types__billing__causes=GONE)

    _, one = played(FULL, engine=engine)
    _, other = played(without, engine=engine)

    assert apart(one, other, tables=("needs", "attempts", "agent_states"), left_out=("cause", "evidence")) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_channel_that_nobody_uses_moves_nothing(engine):
    chat = {"name": "telex", "kind": "deferrable"}
    with_it = changed(FULL, channels=[*FULL["channels"], chat])
    for need_type in ("balance", "billing"):
        with_it["handling"][need_type]["telex"] = {"work": "5min"}

    _, one = played(with_it, engine=engine)
    _, other = played(FULL, engine=engine)

    # queues are numbered channel by channel
    assert apart(one, other, left_out=("queue", "entity")) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_neutral_weights_of_effort_are_no_weights(engine):
    ones = dict.fromkeys(("search", "gate", "queue", "talk", "typing"), 1)
    weighed = changed(FULL, customers__effort={"weights": ones, "penalties": {"recontact": "0s"}})

    found, plain = measured(weighed, engine=engine), measured(FULL, engine=engine)

    assert list(found) == list(plain)
    assert [found[key] for key in found] == pytest.approx(list(plain.values()), rel=0, abs=0, nan_ok=True)
    assert found["effort_weighted_minutes", ()] == pytest.approx(found["effort_minutes", ()], rel=1e-12)
