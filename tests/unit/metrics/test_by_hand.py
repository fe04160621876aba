"""The hand-made hour of tests/builders.py: every number below is worked out on paper."""

import numpy as np
import pytest
from builders import NAN, by_hand_logs, by_hand_plan
from naive import quantiles_in

from ccsim.metrics.measure import measure


@pytest.fixture(scope="module")
def found():
    measured = measure(by_hand_plan(), by_hand_logs())
    return {(value.measure, value.cell): (value.numerator, value.denominator) for value in measured} | quantiles_in(
        measured
    )


# what is booked on the phone, the generalists' wages, and of the expert's as much as his time there
PHONE = 0.6 + 0.2 + 30 + 24 * 170 / 360

# joined in the window on live channels: A 0 s, B 0 s, C gone after 20 s, C 0 s, H 0 s, E 30 s, G cut off after 1805 s
WHOLE = {
    "offered": (7, 1),
    "answered": (5, 1),
    "abandoned": (1, 1),
    "abandoned_when_leaving": (1, 1),
    "answered_at_once": (4, 1),
    "answered_within": (4, 1),
    "abandonment": (1, 7),
    "unfinished_share": (1, 7),
    "service_level": (4, 6),
    "service_level_offered": (4, 7),
    "service_level_answered": (4, 5),
    "service_level_met_or_gone": (5, 7),
    "service_level_early_gone_left_out": (4, 6),
    "service_level_met_or_short_gone": (4, 7),
    # D left after 20 s, which is not short
    "service_level_short_gone_left_out": (4, 7),
    "asa": (30, 5),
    "wait_offered": (20 + 30 + 1805, 7),
    "wait_abandoned": (20, 1),
    "waited_share": (3, 7),
    "wait_given_wait": (1855, 3),
    "wait_p50": 0,
    "wait_p90": 1805,
    "wait_p95": 1805,
    # C 20 s, C after the transfer 30 s, E and G up to the window's end 10 s and 5 s
    "queue_length": (65, 3600),
    "transfers": (1, 1),
    "transferred_share": (1, 5),
    "transfer_wait": (30, 1),
    # A 200 + 20, B 300 + 60, C 60 + 0 and 60 + 10, H 110 + 10, E 170 + 40
    "aht": (1040, 6),
    # live legs: 60 70 120 210 220 360
    "aht_p50": 120,
    "aht_p90": 360,
    "talk": (900, 6),
    "wrap_up": (140, 6),
    "answered_within_deadline": (1, 1),
    "response_time": (290, 1),
    # B's message is there from 1500 to 1790; the intervals start at 0 and 1800
    "backlog": (0, 2),
    # agents busy 220, 420, 360 of 1800, 1760 and 2000 s on duty; scheduled 5550
    "occupancy": (1000, 5560),
    "talk_occupancy": (200 + 360 + 350, 5560),
    "wrap_up_occupancy": (20 + 60 + 10, 5560),
    "utilisation": (1000, 5550 / 0.75 + 10),
    "busy_hours": (1000 / 3600, 1),
    "agent_hours": (7410 / 3600, 1),
    "heads": (3, 1),
    "seats": (0, 1),
    "balked": (0, 7),
    "closed": (0, 1),
    # A, B, C twice, D, E, G, H came to the phone's nine lines
    "blocked": (0, 8),
    "scheduled_hours": (5550 / 3600, 1),
    "overtime_hours": (10 / 3600, 1),
    "break_hours": (0, 1),
    "absent_hours": (0, 1),
    "needs": (8, 1),
    "resolved_share": (5, 8),
    "unresolved_share": (3, 8),
    "given_up_share": (1, 8),
    "asked_elsewhere_share": (1, 8),
    "lost_share": (0, 8),
    "open_share": (1, 8),
    # A 300 - 100, B 1790 - 200, C 1850 - 250, D 275 - 260, H 3610 - 3500
    "time_to_resolution": (200 + 1590 + 1600 + 15 + 110, 5),
    "time_to_resolution_p50": 200,
    "time_to_resolution_p90": 1600,
    "attempts_per_need": (9, 8),
    # B tries the phone and writes; F never tries
    "channels_per_need": (8, 7),
    "contacts_per_need": (7, 8),
    "contacts_per_resolution": (7, 5),
    # A 200 + 20, B 300 + 60 and 190, C 60 and 60 + 10, H 110 + 10; E 170 + 40, who is not helped, counts too
    "handling_per_resolution": (220 + 360 + 190 + 60 + 70 + 120 + 210, 5),
    # the paid time of "utilisation"; H's talk ends after the window
    "agent_minutes_per_resolution": (7410 / 60, 4),
    "resolutions_per_hour": (4, 7410 / 3600),
    # B twice, C two legs, E; nobody asks an agent again about a balance
    "failure_contacts_share": (5, 7),
    "failure_minutes_share": (360 + 190 + 60 + 70 + 210, 1230),
    "reattempt_share": (2, 9),
    "switch_share": (1, 2),
    "fcr_true": (3, 7),
    "fcr_agent": (3, 5),
    "fcr_reported": (4, 5),
    "gate_entries": (2, 1),
    "reported_containment": (1, 2),
    "true_containment": (1, 2),
    "false_containment": (0, 2),
    # D ends in the gate and needs no more
    "net_containment": (1, 2),
    "come_back_share": (0, 1),
    "gate_minutes": (45 / 60, 2),
    "bypass_rate": (1, 7),
    # A 200, B 10 + 30 + 300 + 120, C 20 + 60 + 30 + 60, D 15, E 30 + 170, F 0, G 1805, H 110
    "effort_minutes": (2960 / 60, 8),
    "effort_per_resolution": (2960 / 60, 5),
    # without E, F and G
    "effort_resolved": ((200 + 460 + 170 + 15 + 110) / 60, 5),
    # in order: 0, 15, 110, 170, 200, 200, 460, 1805
    "effort_p50": 170 / 60,
    "effort_p90": 1805 / 60,
    "effort_p95": 1805 / 60,
    "effort_weighted_minutes": (4047.5 / 60, 8),
    "effort_weighted_per_resolution": (4047.5 / 60, 5),
    "effort_search": (10 / 60, 8),
    "effort_gate": (2 * 45 / 60, 8),
    "effort_queue": (1.5 * 1885 / 60, 8),
    "effort_talk": (900 / 60, 8),
    "effort_typing": (0.5 * 120 / 60, 8),
    "effort_penalties": ((2 * 60 + 30 + 10) / 60, 8),
    "signals": (3, 1),
    "distinct_signals": (2, 1),
    # B's flag; the two others come at second attempts
    "distinct_signals_first": (1, 1),
    "signals_per_need": (2, 4),
    "signals_missed": (2, 4),
    "causes_detected": (1, 1),
    "time_to_detect": ((1850 + 3600) / 2 / 86400, 1),
    "needs_before_detection": (2 + 2, 2),
    "cost_total": (66.8, 1),
    "cost_wages": (54, 1),
    "cost_telephony": (0.6, 1),
    "cost_contacts": (0.5, 1),
    "cost_gate": (0.2, 1),
    "cost_speech_analytics": (0, 1),
    "cost_text_analytics": (0, 1),
    "cost_manual_review": (1.5, 1),
    "cost_fixed": (10, 1),
    "cost_overtime": (0, 1),
    "cost_per_contact": (66.8, 7),
    "cost_per_need": (66.8, 8),
    # H's talk ends after the window
    "cost_per_resolution": (66.8, 4),
    # the phone's cost, as below, by 700 s of 1040; the e-mail's wholly; 10 of fixed cost belong to no channel
    "failure_cost_share": (PHONE * 700 / 1040 + 2 + 24 * 190 / 360, PHONE + 2 + 24 * 190 / 360),
}

CELLS = {
    ("offered", "channel", "email"): (1, 1),
    ("offered", "channel", "phone"): (7, 1),
    ("offered", "need_type", "billing"): (5, 1),
    ("offered", "queue", "email.billing"): (1, 1),
    ("asa", "queue", "phone.billing"): (30, 3),
    ("asa", "group", "generalists"): (0, 3),
    ("asa", "group", "experts"): (30, 2),
    ("answered", "group", "experts"): (2, 1),
    ("aht", "group", "experts"): (70 + 120 + 210, 3),
    ("aht", "queue", "email.billing"): (190, 1),
    ("offered", "interval", "00:00"): (4, 1),
    ("offered", "interval", "00:30"): (3, 1),
    ("offered", "day", 0): (7, 1),
    ("abandoned_when_leaving", "interval", "00:00"): (1, 1),
    ("service_level", "interval", "00:30"): (1, 3),
    ("service_level", "channel", "phone"): (4, 6),
    ("answered_within_deadline", "queue", "email.billing"): (1, 1),
    ("queue_length", "channel", "email"): (100, 3600),
    ("queue_length", "queue", "phone.billing"): (65, 3600),
    ("queue_length", "interval", "00:00"): (50, 1800),
    ("queue_length", "interval", "00:30"): (15, 1800),
    ("queue_length", "day", 0): (65, 3600),
    ("occupancy", "group", "experts"): (360, 2000),
    ("occupancy", "interval", "00:00"): (220 + 420 + 200, 1800 + 1760 + 200),
    ("overtime_hours", "group", "generalists"): (10 / 3600, 1),
    ("overtime_hours", "interval", "00:30"): (0, 1),
    ("busy_hours", "queue", "phone.billing"): ((360 + 60 + 70) / 3600, 1),
    ("resolved_share", "need_type", "billing"): (2, 4),
    ("unresolved_share", "need_type", "billing"): (2, 4),
    ("time_to_resolution", "need_type", "billing"): (1590 + 1600, 2),
    ("handling_per_resolution", "need_type", "billing"): (360 + 190 + 60 + 70 + 210, 2),
    ("effort_per_resolution", "need_type", "balance"): ((200 + 15 + 110) / 60, 3),
    ("effort_resolved", "need_type", "billing"): ((460 + 170) / 60, 2),
    ("contacts_per_need", "need_type", "billing"): (5, 4),
    ("failure_contacts_share", "need_type", "balance"): (0, 2),
    ("failure_contacts_share", "channel", "email"): (1, 1),
    ("failure_minutes_share", "channel", "phone"): (360 + 60 + 70 + 210, 1040),
    ("failure_cost_share", "channel", "email"): (2 + 24 * 190 / 360, 2 + 24 * 190 / 360),
    # first attempts: all seven on the phone, A, B, H and E ended by an agent
    ("fcr_true", "channel", "phone"): (3, 7),
    ("fcr_true", "channel", "email"): (0, 0),
    ("fcr_true", "group", "generalists"): (1, 2),
    ("fcr_true", "group", "experts"): (1, 2),
    # first contacts that an agent ended: A, B by generalists, C after the transfer, H, E by the expert
    ("fcr_agent", "group", "generalists"): (1, 2),
    ("fcr_agent", "group", "experts"): (2, 3),
    ("fcr_agent", "channel", "phone"): (3, 5),
    ("fcr_reported", "group", "experts"): (2, 3),
    ("effort_minutes", "need_type", "balance"): ((200 + 15 + 110) / 60, 4),
    ("true_containment", "channel", "phone"): (1, 2),
    ("true_containment", "channel", "email"): (0, 0),
    ("true_containment", "need_type", "billing"): (0, 1),
    ("signals", "need_type", "billing"): (3, 1),
    ("signals", "route", "agent_flag"): (2, 1),
    ("signals", "route", "manual_sample"): (1, 1),
    ("signals", "route", "log_analysis"): (0, 1),
    ("signals_per_need", "need_type", "balance"): (0, 0),
    # G reached nobody; nobody recognised what E showed
    ("signals_missed", "gate", "not_reached"): (1, 4),
    ("signals_missed", "gate", "not_found"): (1, 4),
    ("signals_missed", "gate", "not_recorded"): (0, 4),
    ("causes_detected", "cause", "cause-1"): (0, 1),
    ("causes_detected", "need_type", "balance"): (NAN, 1),
    ("time_to_detect", "cause", "cause-0"): (1850 / 86400, 1),
    ("needs_before_detection", "cause", "cause-0"): (2, 1),
    # the expert's wages, 24, go to e-mail and phone as 190 to 170
    ("cost_total", "channel", "phone"): (0.6 + 0.2 + 30 + 24 * 170 / 360, 1),
    ("cost_per_contact", "channel", "email"): (0.5 + 1.5 + 24 * 190 / 360, 1),
}


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_centre_is_as_on_paper(found, name):
    np.testing.assert_allclose(found[name, ()], WHOLE[name], rtol=1e-12)


@pytest.mark.parametrize("key", CELLS, ids=str)
def test_a_cell_is_as_on_paper(found, key):
    np.testing.assert_allclose(found[key[0], (key[1:],)], CELLS[key], rtol=1e-12)


def test_busy_time_is_known_for_each_group_and_queue(found):
    assert found["busy_hours", (("group", "experts"), ("queue", "phone.billing"))] == (70 / 3600, 1)


def test_a_group_with_live_contacts_tells_its_messages_apart(found):
    """The experts' message of B, which lay 100 s and took 190 s, is in its own queue's cell and mixed with no calls."""
    of_messages = (("group", "experts"), ("queue", "email.billing"))

    assert found["answered", of_messages] == (1, 1)
    assert found["aht", of_messages] == (190, 1)
    assert found["response_time", (("group", "experts"),)] == (290, 1)


def test_messages_have_no_wait_on_the_line(found):
    waits = {"asa", "wait_offered", "wait_p90", "abandonment", "service_level"}
    of_mail = {(("channel", "email"),), (("queue", "email.billing"),)}

    assert not {name for name, cell in found if cell in of_mail} & waits


def test_a_channel_is_known_by_interval(found):
    """The message comes in the first half-hour, with four calls; three calls come in the second."""

    def of(name, channel, at):
        return found[name, (("channel", channel), ("interval", at))]

    assert [of("offered", "email", at) for at in ("00:00", "00:30")] == [(1, 1), (0, 1)]
    assert [of("offered", "phone", at) for at in ("00:00", "00:30")] == [(4, 1), (3, 1)]
    assert of("service_level", "phone", "00:30") == (1, 3)
    assert of("backlog", "email", "00:30") == (0, 1)


def test_every_measure_of_the_centre_is_worked_out_on_paper(found):
    assert {name for name, cell in found if cell == ()} == set(WHOLE)


def test_service_level_is_not_given_for_a_deferrable_channel(found):
    assert ("service_level", (("channel", "email"),)) not in found
    assert ("answered_within_deadline", (("channel", "phone"),)) not in found
