"""Targets: the verdict of an interval, its reason, and the text that a planner reads."""

import pytest

from ccsim.errors import ScenarioError
from ccsim.estimation.estimate import Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.study.compare import compare
from ccsim.study.replicate import run
from ccsim.study.results import Aim
from ccsim.study.targets import aims_of, judged, overall, verdict_on


def row(value, low, high, *, measure="service_level", cell=None, n=10):
    return Estimate(measure, cell or {}, value, low, high, None, 0.95, n, "share", "ratio")


def outcome(value, low, high, wanted=None, **rest):
    aim = Aim(rest.get("measure", "service_level"), {}, wanted or {"at_least": 0.8}, "text")
    (one,) = judged([aim], [row(value, low, high, **rest)])
    return one


@pytest.mark.parametrize(
    ("low", "high", "at_least", "at_most"),
    [
        (0.81, 0.85, "met", "missed"),
        (0.80, 0.85, "met", "unknown"),  # a value on the limit is good on either side
        (0.79, 0.85, "unknown", "unknown"),
        (0.75, 0.80, "unknown", "met"),
        (0.75, 0.79, "missed", "met"),
        (0.80, 0.80, "met", "met"),
        (None, 0.79, "missed", "met"),
        (None, 0.85, "unknown", "unknown"),
        (0.81, None, "met", "missed"),
        (0.79, None, "unknown", "unknown"),
        (None, None, "unknown", "unknown"),
        (0.1 * 8 - 1e-15, 0.1 * 8 + 1e-15, "met", "met"),  # equal replications, and the rounding of their mean
    ],
)
def test_the_whole_interval_decides_on_either_side(low, high, at_least, at_most):
    ends = [end for end in (low, high) if end is not None]
    one = row(sum(ends) / len(ends) if ends else 0.8, low, high)

    assert verdict_on({"at_least": 0.8}, one) == at_least
    assert verdict_on({"at_most": 0.8}, one) == at_most


def test_a_point_estimate_on_the_good_side_is_not_enough():
    # 82.9 % ± 1.0 beside 82.5 %
    one = outcome(0.829, 0.819, 0.839, {"at_least": 0.825})

    assert one.verdict == "unknown"
    # half-widths shrink with the root: 10 * (1.0 / 0.4)^2 = 62.5
    assert one.why == "its interval spans the limit; about 63 replications would tell"


def test_the_forecast_uses_the_end_that_faces_the_limit():
    # from 82.9 down to 81.9 is 1.0, up to 86.9 is 4.0: what is below decides
    assert "about 63 replications" in outcome(0.829, 0.819, 0.869, {"at_least": 0.825}).why
    assert "about 1,000 replications" in outcome(0.821, 0.819, 0.841, {"at_most": 0.823}).why


def test_a_value_on_the_limit_promises_no_number_of_replications():
    assert outcome(0.8, 0.79, 0.81).why == "its interval spans the limit; more replications would tell"
    assert outcome(0.800001, 0.79, 0.81).why == "its interval spans the limit, and it lies too near to be told from it"


def test_what_nobody_saw_meets_and_misses_nothing():
    seen = outcome(None, None, None, {"at_most": 20.0}, measure="asa")
    (absent,) = judged([Aim("blocked", {}, {"at_most": 0.1}, "text")], [])

    assert (seen.verdict, seen.why) == ("unknown", "nothing was observed, not one in “answered”")
    assert (absent.verdict, absent.estimate) == ("unknown", None)
    assert absent.why == "there is nothing here of which it could be taken"


def test_one_replication_tells_nothing():
    one = outcome(0.95, None, None, n=1)

    assert (one.verdict, one.why) == ("unknown", "one replication has no interval; play more")


def test_all_targets_together_are_missed_by_one_and_met_by_all():
    met, missed, unknown = outcome(0.9, 0.85, 0.95), outcome(0.7, 0.65, 0.75), outcome(0.8, 0.7, 0.9)

    assert overall([]) == ""
    assert overall([met, met]) == "met"
    assert overall([met, unknown]) == "unknown"
    assert overall([unknown, missed, met]) == "missed"


@pytest.mark.parametrize(
    ("target", "text", "wanted"),
    [
        ("{measure: service_level, at_least: 80%, queue: phone.a}", "service level of phone.a at least 80 %", 0.8),
        ("{measure: service_level, at_least: 0.8255}", "service level at least 82.55 %", 0.8255),
        ('{measure: asa, at_most: 20s, interval: "09:30"}', "ASA at 09:30 at most 20 s", 20.0),
        ("{measure: asa, at_most: 20}", "ASA at most 20 s", 20.0),
        ("{measure: asa, at_most: 90s, need_type: a}", "ASA of a at most 1 min 30 s", 90.0),
        ("{measure: effort_minutes, at_most: 90s}", "effort minutes at most 1 min 30 s", 1.5),
        ("{measure: effort_minutes, at_most: 3}", "effort minutes at most 3 min", 3.0),
        ("{measure: busy_hours, at_most: 2h, group: g}", "busy hours of g at most 2 h", 2.0),
        ("{measure: offered, at_least: 1200}", "offered at least 1,200", 1200.0),
        ("{measure: cost_per_need, at_most: 3.5}", "cost per need at most 3.5 EUR", 3.5),
    ],
)
def test_a_target_reads_as_it_was_written(tiny_scenario, target, text, wanted):
    (aim,) = aims_of(tiny_scenario(more=f"targets: [{target}]\nmoney: {{currency: EUR}}\n"))

    assert aim.text == text
    assert list(aim.wanted.values()) == [pytest.approx(wanted, rel=1e-15)]


@pytest.fixture
def two_kinds(tiny):
    """A centre of calls and messages, with targets."""

    def written(*targets, arms=""):
        more = "".join(f"  - {{{target}}}\n" for target in targets)
        return tiny(
            f"channels: [{{name: phone}}, {{name: mail, kind: deferrable, answer_within: 4h}}]\ntargets:\n{more}{arms}",
            old="{talk: {exponential: {mean: 150s}}}",
            new="{a: {phone: {talk: 2min}, mail: {work: 2min}}}",
        )

    return written


def test_what_no_replication_would_tell_is_refused_before_any_is_played_all_at_once(two_kinds):
    path = two_kinds(
        "measure: service_level, at_least: 80%, channel: mail",
        "measure: response_time, at_most: 4h, queue: phone.a",
        "measure: blocked, at_most: 1%",
        'measure: asa, at_most: 20s, interval: "20:00"',
        "measure: asa, at_most: 20s",
    )
    lines = path.read_text().splitlines()

    with pytest.raises(ScenarioError) as caught:
        run(path, replications=1)

    problems = caught.value.problems
    assert [lines[one.line - 1][one.column - 1 :] for one in problems] == [
        "mail}", "phone.a}", "blocked, at_most: 1%}", '"20:00"}',
    ]  # fmt: skip
    assert [f"{one.path}: {one.rule}" for one in problems] == [
        "targets.0.channel: service_level is not measured of mail",
        "targets.1.queue: response_time is not measured of phone.a",
        "targets.2.measure: there is nothing here of which blocked could be measured",
        "targets.3.interval: asa is not measured at 20:00",
    ]
    assert [one.hint for one in problems] == [
        "It is measured of phone.",
        "It is measured of mail.a.",
        f"Take it out; it is this: {MEASURES['blocked'].words}",
        "It is measured at 00:00, 00:30, 01:00, 01:30.",
    ]


def test_what_an_arm_measures_is_no_mistake_and_not_known_in_the_others(two_kinds):
    path = two_kinds("measure: blocked, at_most: 20%", arms="arms: {now: {}, few: {channels.phone.lines: 90}}\n")

    now, few = compare(path, replications=2).arms

    assert (now.targets[0].verdict, now.targets[0].estimate) == ("unknown", None)
    assert now.targets[0].why == "there is nothing here of which it could be taken"
    assert few.targets[0].verdict == "met"
