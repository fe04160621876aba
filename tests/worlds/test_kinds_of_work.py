"""Centres whose work is not calls that come in: what they do is shown, and mixed with nothing."""

import pytest

import ccsim

MAIL = """
name: mail
calendar: {start: 2026-03-02, days: 2, follow_up: 2 days}
needs: {volume: {per_day: 96}, intraday: {from: "08:00", every: 8h, shape: [1]}, types: [{name: letters}]}
channels: [{name: post, kind: deferrable, answer_within: 4h}]
agents: [{name: desk, skills: [letters], staffing: {from: "08:00", every: 8h, agents: [3]}}]
shift_end: pause
handling: {letters: {post: {work: 10min}}}
"""
OUTBOUND = """
name: outbound
calendar: {length: 60h}
needs: {volume: {per_hour: 20}, types: [{name: reminder}]}
channels:
  - {name: list, kind: deferrable, answer_within: 8h, dialling: {time: 20s, reached: 50%, tries: 2, again_after: 30min}}
agents: [{name: team, skills: [reminder], staffing: {agents: 3}}]
handling: {reminder: {list: {work: 4min}}}
"""
BLENDED = """
name: blended
calendar: {length: 20h}
needs:
  types:
    - {name: call, share: 50%, channels_preferred: {phone: 100%}}
    - {name: mail, share: 50%, channels_preferred: {email: 100%}}
  volume: {per_hour: 60}
channels: [{name: phone}, {name: email, kind: deferrable, answer_within: 8h}]
agents: [{name: team, skills: [call, mail], staffing: {agents: 6}}, {name: desk, skills: [mail], staffing: {agents: 1}}]
handling: {call: {phone: {talk: 3min}}, mail: {email: {work: 8min}}}
"""


def played(tmp_path, text, replications=3):
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    return {
        (one.measure, tuple(one.cell.items())): one for one in ccsim.run(path, replications=replications).arm.estimates
    }


def total(found, measure, key):
    return sum(one.value for (name, cell), one in found.items() if name == measure and [k for k, _ in cell] == [key])


def test_a_centre_of_mail_alone_shows_its_work(tmp_path):
    found = played(tmp_path, MAIL)
    whole = {name: one for (name, cell), one in found.items() if cell == ()}

    assert whole["aht"].value == pytest.approx(600.0)
    assert found["aht", (("group", "desk"),)].value == pytest.approx(600.0)
    assert whole["offered"].value == found["offered", (("channel", "post"),)].value > 150
    for key in ("interval", "day", "need_type"):
        assert total(found, "offered", key) == pytest.approx(whole["offered"].value)
    assert found["answered_within_deadline", (("day", 1),)].value > 0.0
    assert found["backlog", (("interval", "09:00"),)].value > 0.0
    assert not {"asa", "service_level", "abandonment", "wait_p90"} & whole.keys()


def test_calls_out_are_in_every_cell_and_take_the_time_on_paper(tmp_path):
    found = played(tmp_path, OUTBOUND)
    calls = found["calls_out", ()].value

    assert calls > 1000
    for key in ("channel", "queue", "need_type", "interval", "day"):
        assert total(found, "calls_out", key) == pytest.approx(calls)
    for key in ("channel", "group", "interval"):
        assert total(found, "customers_reached", key) == pytest.approx(found["customers_reached", ()].value)
    # one call or two of 20 s, and three in four customers reached for 4 min
    of_list = found["calls_out_time", (("channel", "list"),)]
    assert of_list.value == pytest.approx(1.5 * 20.0 + 0.75 * 240.0, rel=0.02)
    assert found["aht", ()].value == pytest.approx(240.0)
    assert ("offered", ()) not in found


def test_beside_calls_no_mail_is_counted(tmp_path):
    found = played(tmp_path, BLENDED)

    assert found["aht", (("group", "team"),)].value == pytest.approx(180.0)
    assert found["aht", (("group", "desk"),)].value == pytest.approx(480.0)
    assert found["aht", (("group", "team"), ("queue", "email.mail"))].value == pytest.approx(480.0)
    assert found["aht", (("need_type", "mail"),)].value == pytest.approx(480.0)
    assert found["answered", (("group", "team"),)].value == found["answered", ()].value
    for cell in ((("channel", "email"),), (("group", "desk"),), (("need_type", "mail"),)):
        assert ("asa", cell) not in found
    assert found["offered", (("channel", "email"), ("interval", "10:00"))].value > 0.0


BUSY_THEN_QUIET = """
name: an-hour-that-misses
calendar: {start: 2026-03-02, days: 2, interval: 30min}
needs: {replay: calls.csv, types: [{name: calls}]}
agents: [{name: team, skills: [calls], staffing: {agents: 1}}]
handling: {talk: 60s}
service_level: {within: 20s, base: offered}
targets: [{measure: service_level, at_least: 50%}]
study: {replications: 2}
"""
# day and time of each call: two calls at once, of which one waits 60 s, are 50 %; three are a third
CALLS = [(0, "09:00"), (0, "09:00"), (0, "10:00"), (0, "10:00"), (0, "10:00"), (1, "09:00"), (1, "11:00")]


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_the_intervals_and_days_that_meet_the_target_are_counted_one_by_one(tmp_path, engine):
    """Met: 9:00 of the first day (half), 9:00 and 11:00 of the second; not 10:00. Of the days, only the second."""
    lines = ["need,arrives,talk,patience"]
    lines += [f"c{n},2026-03-0{2 + day} {at}:00,60s,never" for n, (day, at) in enumerate(CALLS)]
    (tmp_path / "calls.csv").write_text("\n".join(lines) + "\n")
    path = tmp_path / "scenario.yaml"
    path.write_text(BUSY_THEN_QUIET)

    found = {one.measure: one.value for one in ccsim.run(path, engine=engine).arm.estimates if not one.cell}

    assert found["service_level"] == pytest.approx(4 / 7)
    assert found["intervals_met_share"] == pytest.approx(3 / 4)
    assert found["days_met_share"] == pytest.approx(1 / 2)


def test_without_a_target_no_interval_meets_it(tmp_path):
    assert not [key for key in played(tmp_path, BLENDED) if key[0].endswith("_met_share")]
