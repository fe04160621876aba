"""What a resolution took, what came of containment, and which contacts need not have come: small days on paper."""

import math

import pytest
from builders import NAN, by_hand_logs, by_hand_plan, leg_row, logs, need_row, plan_like
from naive import quantiles_in

from ccsim.logs.codes import AgentState, EndReason, Outcome, Route
from ccsim.metrics.measure import measure

ONE, TWO = 16, 32
PER_RESOLUTION = (
    *("effort_per_resolution", "effort_weighted_per_resolution", "effort_resolved", "time_to_resolution"),
    *("handling_per_resolution", "agent_minutes_per_resolution", "contacts_per_resolution", "cost_per_resolution"),
)


def found(plan, log, cell=()):
    """Value of each measure in one cell; nan over nothing."""
    return {
        one.measure: one.numerator / one.denominator if one.denominator else NAN
        for one in measure(plan, log)
        if one.cell == cell
    }


def call(need, attempt, at, *, talk=60.0, wait=0.0, **more):
    """A call that an agent ends, 10 s of wrap-up after it."""
    starts = at + wait
    moments = {"arrives": at, "joins": at, "starts": starts, "talk_ends": starts + talk, "ends": starts + talk}
    who = {"queue": 0, "group": 0, "agent": 0, "resolved": 0}
    return leg_row(need, attempt, **(moments | {"wrap_up_ends": starts + talk + 10.0} | who | more))


def gone(need, attempt, at, reason, **more):
    """An attempt that ends 20 s after it began without an agent."""
    return leg_row(need, attempt, arrives=at, ends=at + 20.0, reason=reason, **more)


def test_a_need_that_is_not_settled_still_costs_its_minutes():
    """One need is resolved in a minute, the other gives up after four: five minutes bought one resolution."""
    log = logs(
        needs=[
            need_row(ONE, arises=0, ended=60, outcome=Outcome.RESOLVED),
            need_row(TWO, arises=0, ended=240, outcome=Outcome.GIVEN_UP),
        ],
        attempts=[call(ONE, 0, 0.0, resolved=1), call(TWO, 0, 0.0, talk=240.0)],
    )
    values = found(plan_like(), log)

    assert values["effort_minutes"] == 2.5
    assert values["effort_per_resolution"] == 5.0
    assert values["effort_resolved"] == 1.0
    assert values["handling_per_resolution"] == 70.0 + 250.0
    assert values["unresolved_share"] == values["given_up_share"] == 0.5


def test_where_nothing_is_resolved_nothing_per_resolution_is_known():
    log = logs(
        needs=[need_row(ONE, arises=0, ended=60, outcome=Outcome.GIVEN_UP)],
        attempts=[call(ONE, 0, 0.0)],
        agent_states=[(0, 0, AgentState.IDLE, 0, 3600, -1, -1, 0)],
    )
    values = found(plan_like(), log)

    assert all(math.isnan(values[name]) for name in PER_RESOLUTION)
    assert values["unresolved_share"] == 1.0
    assert values["resolutions_per_hour"] == 0.0


def test_the_ways_of_not_being_settled_add_up():
    outcomes = (Outcome.OPEN, Outcome.RESOLVED, Outcome.GIVEN_UP, Outcome.ASKED_ELSEWHERE, Outcome.LOST, Outcome.LOST)
    needs = [need_row(16 * k, arises=0, ended=9, outcome=outcome, n_attempts=0) for k, outcome in enumerate(outcomes)]
    values = found(plan_like(), logs(needs=needs))
    ways = ("given_up_share", "asked_elsewhere_share", "lost_share", "open_share")

    assert values["unresolved_share"] == pytest.approx(sum(values[name] for name in ways))
    assert values["unresolved_share"] == pytest.approx(1.0 - values["resolved_share"])


def test_time_to_resolution_counts_from_the_need_not_from_the_attempt_that_settled_it():
    log = logs(
        needs=[need_row(ONE, arises=100, ended=1060, n_attempts=2)],
        attempts=[gone(ONE, 0, 100.0, EndReason.CLOSED), call(ONE, 1, 1000.0, resolved=1)],
    )

    assert found(plan_like(), log)["time_to_resolution"] == 960.0


def test_work_that_lay_put_down_is_not_handling():
    log = logs(
        needs=[need_row(ONE, arises=0, ended=60)], attempts=[call(ONE, 0, 0.0, talk=500.0, paused=440.0, resolved=1)]
    )

    assert found(plan_like(), log)["handling_per_resolution"] == 70.0


class TestFailureDemand:
    """Contacts that would not have come about had something been done, or done right."""

    def shares(self, *attempts, failures=()):
        needs = [need_row(ONE, arises=0, ended=900, n_attempts=len(attempts))]
        values = found(plan_like(failures=failures), logs(needs=needs, attempts=list(attempts)))
        return values["failure_contacts_share"], values["failure_minutes_share"]

    def test_every_contact_of_a_failure_need_is_failure_demand(self):
        assert self.shares(call(ONE, 0, 0.0), failures=("balance",)) == (1.0, 1.0)

    def test_of_a_value_need_what_comes_after_a_first_contact_is(self):
        first, second, third = call(ONE, 0, 0.0, talk=50.0), call(ONE, 1, 100.0, talk=20.0), call(ONE, 2, 200.0)

        assert self.shares(first) == (0.0, 0.0)
        assert self.shares(first, second, third) == (2 / 3, (30.0 + 70.0) / (60.0 + 30.0 + 70.0))

    def test_a_redial_that_reaches_an_agent_for_the_first_time_is_not(self):
        redial = gone(ONE, 0, 0.0, EndReason.ABANDONED, joins=0.0, queue=0), call(ONE, 1, 100.0)

        assert self.shares(*redial) == (0.0, 0.0)

    def test_a_leg_that_is_passed_on_to_is_part_of_the_first_contact(self):
        passed_on = call(ONE, 0, 0.0, reason=EndReason.TRANSFERRED), call(ONE, 0, 80.0, leg=1)

        assert self.shares(*passed_on) == (0.0, 0.0)

    def test_without_contacts_the_share_is_unknown(self):
        contacts, minutes = self.shares(gone(ONE, 0, 0.0, EndReason.ABANDONED, joins=0.0, queue=0))

        assert math.isnan(contacts)
        assert math.isnan(minutes)


class TestContainment:
    """A gate reports who ended in it; whether they come back, and whether they were helped, is another matter."""

    ENDS = (EndReason.GATE_RESOLVED, EndReason.GATE_WRONG, EndReason.GATE_HUNG_UP, EndReason.GATE_BLOCKED)

    def test_net_containment_and_who_comes_back_make_up_what_is_reported(self):
        """Four end in the gate, two of them come back; a fifth passes through it."""
        needs = [need_row(16 * k, arises=0, ended=900, n_attempts=2 if k in (1, 3) else 1) for k in range(5)]
        attempts = [gone(16 * k, 0, 0.0, reason, gated=1) for k, reason in enumerate(self.ENDS)]
        attempts += [call(16, 1, 300.0), call(48, 1, 300.0), call(64, 0, 0.0, gated=1)]
        plan = plan_like(channels=({"live": 1, "answer_within": NAN, "gate": 1},))
        log = logs(needs=needs, attempts=attempts)
        values, by_channel = found(plan, log), found(plan, log, (("channel", "phone"),))

        assert (values["reported_containment"], values["net_containment"], values["true_containment"]) == (
            0.8, 0.4, 0.2,
        )  # fmt: skip
        assert values["come_back_share"] == by_channel["come_back_share"] == 0.5

    def test_a_need_that_is_contained_twice_counts_each_time(self):
        attempts = [gone(ONE, number, 100.0 * number, EndReason.GATE_HUNG_UP, gated=1) for number in (0, 1)]
        log = logs(needs=[need_row(ONE, arises=0, outcome=Outcome.GIVEN_UP, n_attempts=2)], attempts=attempts)
        values = found(plan_like(channels=({"live": 1, "answer_within": NAN, "gate": 1},)), log)

        assert (values["come_back_share"], values["net_containment"]) == (0.5, 0.5)


def test_a_channel_counts_once_however_often_it_is_tried():
    """Phone, e-mail, phone; the leg to which a call is passed on is no attempt; who never tries doesn't count."""
    attempts = [
        call(ONE, 0, 0.0),
        leg_row(ONE, 1, channel=1, queue=2, arrives=100, joins=100, ends=150, reason=EndReason.HORIZON),
        call(ONE, 2, 200.0, reason=EndReason.TRANSFERRED),
        call(ONE, 2, 290.0, leg=1),
    ]
    needs = [need_row(ONE, arises=0, n_attempts=3), need_row(TWO, arises=0, outcome=Outcome.GIVEN_UP, n_attempts=0)]

    assert found(by_hand_plan(), logs(needs=needs, attempts=attempts))["channels_per_need"] == 2.0


def test_who_finds_a_channel_closed_counts_in_the_interval_in_which_he_came():
    """The window ends at 3600 s; the last comes after it."""
    attempts = [gone(16 * k, 0, at, EndReason.CLOSED) for k, at in enumerate((0.0, 1779.9, 1790.0, 3600.0))]
    needs = [need_row(16 * k, arises=0, outcome=Outcome.GIVEN_UP) for k in range(4)]
    plan, log = by_hand_plan(), logs(needs=needs, attempts=attempts)
    counts = {one.cell: one.numerator for one in measure(plan, log) if one.measure == "closed"}

    assert counts[()] == counts[("channel", "phone"),] == counts[("day", 0),] == 3.0
    assert (counts[("interval", "00:00"),], counts[("interval", "00:30"),]) == (2.0, 1.0)
    assert counts[("channel", "email"),] == 0.0


def test_only_what_the_first_attempt_gave_counts_as_heard_at_first():
    """One need gives two signals at its first attempt, the other one at its second."""
    needs = [need_row(16 * k, arises=0, need_type=1, cause=0, n_attempts=2) for k in (1, 2)]
    signals = [(10, ONE, 0, 0, Route.AGENT_FLAG, 0), (20, ONE, 0, 0, Route.MANUAL_SAMPLE, 0),
               (30, TWO, 1, 0, Route.AGENT_FLAG, 0)]  # fmt: skip
    plan = by_hand_plan()
    log = logs(needs=needs, signals=signals, causes=[(0, 1, 1.0, NAN, -1), (1, 1, 0.0, NAN, -1)])
    values = found(plan, log)

    assert (values["signals"], values["distinct_signals"], values["distinct_signals_first"]) == (3.0, 2.0, 1.0)


def test_signals_by_route_add_up_to_all_and_lost_ones_by_gate_to_those_missed():
    plan, log = by_hand_plan(), by_hand_logs()
    values = {(one.measure, one.cell): one for one in measure(plan, log)}

    def summed(name, kind):
        return sum(one.numerator for (measure_, cell), one in values.items() if measure_ == name and kind in dict(cell))

    assert summed("signals", "route") == values["signals", ()].numerator == 3.0
    missed = values["signals_missed", ()]
    assert summed("signals_missed", "gate") == missed.numerator
    assert missed.numerator + values["signals_per_need", ()].numerator == missed.denominator


def test_first_contact_resolution_by_channel_adds_up_to_that_of_all():
    values = {(one.measure, one.cell): one for one in measure(by_hand_plan(), by_hand_logs())}
    for name in ("fcr_true", "fcr_agent", "fcr_reported"):
        parts = [one for (measure_, cell), one in values.items() if measure_ == name and "channel" in dict(cell)]
        assert sum(one.numerator for one in parts) == values[name, ()].numerator
        assert sum(one.denominator for one in parts) == values[name, ()].denominator


def test_a_centre_of_mail_alone_has_the_percentiles_of_its_handling_times():
    plan = plan_like(channels=({"live": 0, "answer_within": 300.0},))
    log = logs(
        needs=[need_row(16 * k, arises=0, ended=900) for k in range(1, 11)],
        attempts=[call(16 * k, 0, 100.0 * k, talk=10.0 * k) for k in range(1, 11)],
    )
    found_in = quantiles_in(measure(plan, log))

    assert (found_in["aht_p50", ()], found_in["aht_p90", ()]) == (60.0, 100.0)


def test_times_to_resolution_are_ranked_over_the_resolved_alone():
    """Resolved after 10 to 90 s, and one given up after 1000 s."""
    needs = [need_row(16 * k, arises=0, ended=10.0 * k) for k in range(1, 10)]
    needs.append(need_row(16 * 10, arises=0, ended=1000.0, outcome=Outcome.GIVEN_UP))
    found_in = quantiles_in(measure(plan_like(), logs(needs=needs)))

    assert (found_in["time_to_resolution_p50", ()], found_in["time_to_resolution_p90", ()]) == (50.0, 90.0)
