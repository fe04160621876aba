"""No sentence and no table calls the worse centre better: each arm here serves people worse, and one reads the words.

What is read is what a director reads: the first table and the sentences of a comparison, on one engine.
"""

import re

import pytest

from ccsim.report.format import differs
from ccsim.report.prose import answer, warnings
from ccsim.report.shown import whole_centre
from ccsim.report.verdict import judged, sentences
from ccsim.study.compare import compare

CENTRE = """\
name: centre
calendar: {days: 2, warm_up: 0 days, follow_up: 2 days}
needs:
  volume: {per_day: 260}
  intraday: {from: "08:00", every: 1h, shape: [1, 2, 3, 3, 2, 2, 2, 1, 1, 1]}
  types:
    - {name: advice, share: 60%, kind: value}
    - {name: fault, share: 40%, kind: failure, causes: {standing: 8}}
customers:
  patience: {exponential: {mean: 4min}}
  redial: {probability: 30%, after: 10min}
  reconnect: {probability: 60%, after: 3h}
  channels_preferred: {phone: 90%, email: 10%}
channels:
  - {name: phone, open: "08:00-18:00", search_time: 2min, diverted: {email: 20%}, when_closed: {returns: 50%}}
  - {name: email, kind: deferrable, answer_within: 24h, customer_time: 4min}
agents:
  - name: team
    skills: [advice, fault]
    staffing: {from: "08:00", every: 1h, agents: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9]}
    wage: 20/h
handling:
  advice: {phone: {talk: {exponential: {mean: 5min}}}, email: {work: 6min}}
  fault: {phone: {talk: {exponential: {mean: 7min}}}, email: {work: 8min}}
resolution: {advice: 85%, fault: 75%}
pressure: {free_slack: 5%, resolution_cost: 4}
insight:
  content: {phone: {base: 60%}, email: {base: 40%}}
  listening: {manual_sample: 20%, agent_flags: 5%}
  detection: {count: 3, within: 28 days}
money: {currency: EUR, telephony: 0.05/min}
compare: {levelling: none}
study: {replications: 12, seed: 1}
"""
ALONE = "{from: '08:00', every: 1h, agents: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}"
# what is done to the centre, as levers
WORSE = {
    "staffed to one": {"agents.team.staffing": ALONE},
    "nobody reachable": {"channels.phone.prominence": "0%"},
    "hidden": {"channels.phone.prominence": "30%"},
    "a wall of a gate": {
        "channels.phone.gate": "{levels: 5, level_time: 60s, hangs_up_after: 2min, blocked: 60%, wrong_answer: 20%}"
    },
    "one line": {"channels.phone.lines": "1"},
    "speed cut by half": {"agents.team.speed_cut": "50%"},
    "closed by noon": {"channels.phone.open": "08:00-11:00"},
}
CALLBACKS = {"channels.phone.callback": "{accepts: 100%, after: 5h}"}
# what is done to the needs, so that the arms are other worlds
OTHER_WORLDS = {
    "patience 0": "customers: {patience: 0s}",
    "resolution 0 %": "resolution: 0%",
    "volume x3": "needs: {volume: {per_day: 780}}",
    "horizon cut short": "calendar: {days: 2, warm_up: 0 days, follow_up: 0 days}",
    "write-only": "customers: {channels_preferred: {phone: 0%, email: 100%}}\nresolution: {advice: 40%, fault: 30%}",
}
PRAISE = re.compile(r"\bbetter\b", re.IGNORECASE)


@pytest.fixture
def centre(tmp_path):
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE, encoding="utf-8")
    return path


def check(result, name):
    """Reads all that is said of one arm beside the baseline."""
    rows = {row.measure: row for row in judged(result)[name]}
    resolved = rows["resolved_share"]
    print("\n".join(sentences(result)))

    assert resolved.word == "worse"
    assert differs(resolved.gap.low, resolved.gap.high)
    assert resolved.gap.value < 0.0
    assert [measure for measure, row in rows.items() if row.word == "better"] == []
    said = [text for text in answer(result) if not text.startswith("The target")]
    assert said[0].startswith(f"{name} resolves fewer needs than")
    assert " of a thousand needs " in said[0]
    assert not any(PRAISE.search(text) for text in said)
    assert not any(re.search(r"\bless (effort|cost)\b|\bfewer given up\b", text) for text in said[1:])


@pytest.mark.parametrize("worse", WORSE)
def test_serving_people_worse_is_never_praised(centre, worse):
    result = compare(centre, add_arms={"worse": WORSE[worse]}, engine="reference")

    check(result, "worse")


def test_callbacks_for_all_do_not_make_service_better(centre):
    """Whoever is called back five hours later is in no wait, and neither answered nor abandoned."""
    result = compare(centre, add_arms={"worse": CALLBACKS}, engine="reference")
    rows = {row.measure: row.word for row in judged(result)["worse"]}

    assert not {rows[measure] for measure in ("service_level", "abandonment", "asa")} & {"better"}
    assert rows["time_to_resolution_of_both"] == "worse"


@pytest.mark.parametrize("worse", WORSE)
def test_turned_round_the_better_centre_is_not_blamed_for_what_failing_saves(centre, worse):
    """Effort, cost per need and cost in all are the price of the needs that the other one did not settle."""
    result = compare(centre, add_arms={"worse": WORSE[worse]}, baseline="worse", engine="reference")
    rows = {row.measure: row.word for row in judged(result)["centre"]}

    assert rows["resolved_share"] == "better"
    assert {rows.get(measure, "more") for measure in ("effort_minutes", "cost_per_need", "cost_total")} <= {
        *("more", "alike", "equal", "better", "not known"),
    }


@pytest.mark.parametrize("other", OTHER_WORLDS)
def test_other_worlds_that_end_worse_are_never_praised(centre, tmp_path, other):
    worse = tmp_path / "worse.yaml"
    worse.write_text(f"extends: centre.yaml\nname: worse\n{OTHER_WORLDS[other]}\n", encoding="utf-8")
    result = compare([centre, worse], different_worlds=True, engine="reference")

    if judged(result)["worse"][0].word == "not known":
        assert [row.measure for row in judged(result)["worse"] if row.word == "better"] == []
        assert sentences(result)[0].startswith("Whether worse resolves more or fewer needs than centre is not known")
    else:
        check(result, "worse")


def test_a_run_says_what_a_resolution_took_and_not_only_what_a_need_did(centre):
    from ccsim.study.replicate import run

    said = " ".join(answer(run(centre, sets=["channels.phone.prominence=0%"], engine="reference")))

    assert "for each need resolved" in said
    assert "of needs were resolved" in said


def test_open_needs_are_warned_of_or_shown(centre):
    result = compare(centre, add_arms={"worse": WORSE["nobody reachable"]}, engine="reference")

    assert whole_centre(result.arms[1].estimates)["resolved_share"].value < 0.5
    assert isinstance(warnings(result), tuple)
