"""Targets are checked like a study's measures: name, unit and cell, each mistake at its place."""

import pytest

from ccsim.metrics.definitions import MEASURES
from ccsim.scenario.targets import wanted_service_level

CELLS = "by channel, queue, need type, segment, interval, channel and interval, queue and interval"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("measure: service_levl, at_least: 60%",
         'targets.0.measure: no measure is named "service_levl" | Did you mean "service_level"?'),
        ("measure: occupancy, at_most: 85",
         "targets.0.at_most: 85 has no % sign and is more than 1 | Did you mean 85%?"),
        ("measure: service_level, at_least: 80",
         "targets.0.at_least: 80 has no % sign and is more than 1 | Did you mean 80%?"),
        ("measure: service_level, at_least: 120%",
         "targets.0.at_least: '120%' is more than the whole | A share is at most 100%."),
        ("measure: service_level, at_least: 20s",
         "targets.0.at_least: '20s' is not a share | Write 80% or 0.8."),
        ("measure: asa, at_most: 80%",
         "targets.0.at_most: '80%' is not a duration | Write it like 90s, 4min30s, 8h or 7 days."),
        ("measure: asa, at_most: -5",
         "targets.0.at_most: -5 is negative | Write 0 or more."),
        ("measure: offered, at_least: 5min",
         "targets.0.at_least: '5min' is not a number | Write it like 1.3."),
        ("measure: cost_per_need, at_most: 80%",
         "targets.0.at_most: '80%' is not money | Write a number, such as 3.50."),
        ("measure: service_level, at_least: 60%, queue: sales",
         'targets.0.queue: no queue is named "sales" | Did you mean "phone.sales"?'),
        ("measure: service_level, at_least: 60%, queue: phone.sale",
         'targets.0.queue: no queue is named "phone.sale" | Did you mean "phone.sales"?'),
        ("measure: service_level, at_least: 60%, channel: phon",
         'targets.0.channel: no channel is named "phon" | Did you mean "phone"?'),
        ("measure: occupancy, at_most: 85%, group: generalist",
         'targets.0.group: no group is named "generalist" | Did you mean "generalists"?'),
        ("measure: service_level, at_least: 60%, group: generalists",
         f"targets.0.group: service_level is not measured by group | It is measured {CELLS}."),
        ("measure: cost_per_need, at_most: 3, channel: phone",
         ("targets.0.channel: cost_per_need is not measured by channel | "
         "It is measured for the whole centre only, so take that out.")),
        ("measure: service_level, at_least: 60%, channel: phone, interval: '09:30', queue: phone.sales",
         "targets.0: service_level is not measured by channel and queue and interval at once | "),
        ("measure: service_level, at_least: 60%, interval: nine",
         "targets.0.interval: 'nine' is not a clock time | Write hours and minutes in quotes: \"08:30\"."),
        ("measure: service_level, at_least: 60%, interval: '09:10'",
         "targets.0.interval: no interval begins at 09:10 | An interval lasts 30min; write 09:00 or 09:30."),
        ("measure: service_level, at_least: 60%, interval: '24:00'",
         "targets.0.interval: no interval begins at 24:00 | An interval lasts 30min; write 00:00 or 00:30."),
        ("measure: service_level", "targets.0: a target has one of at_least and at_most | "),
        ("measure: service_level, at_least: 60%, agent: tom", "targets.0.agent: unknown field | "),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_meant_is_refused_at_its_place(problems_of, target, message):
    (found,) = problems_of(f"targets:\n  - {{{target}}}\n")

    assert message in found
    assert found.startswith("13:")


def test_a_name_near_to_no_measure_is_answered_with_all_of_them(problems_of):
    (found,) = problems_of("targets: [{measure: quickness, at_least: 60%}]\n")

    assert all(name in found for name in MEASURES)


def test_every_mistake_of_every_target_comes_at_once(problems_of):
    lines = [
        "targets:",
        "  - {measure: servce_level, at_least: 80, queue: nosuch}",
        "  - {measure: occupancy, at_most: 85, channel: phone}",
        "agnts: 3",
    ]
    wrong = [(1, "servce_level"), (1, "nosuch"), (2, "85"), (2, "phone"), (3, "agnts")]

    found = problems_of("".join(f"{line}\n" for line in lines))

    places = [f"{12 + line}:{lines[line].index(word) + 1}" for line, word in wrong]
    assert [problem.split()[0] for problem in found] == places


@pytest.mark.parametrize(
    ("target", "cell"),
    [
        ("measure: service_level, at_least: 80%, queue: phone.sales", {"queue": "phone.sales"}),
        ("measure: service_level, at_least: 80%, interval: 9:30", {"interval": "09:30"}),
        ("measure: busy_hours, at_most: 3h, group: generalists, queue: phone.sales",
         {"queue": "phone.sales", "group": "generalists"}),
        ("measure: cost_total, at_most: 100", {}),
    ],
)  # fmt: skip
def test_a_target_knows_its_cell_as_estimates_name_it(load, target, cell):
    (found,) = load(f"targets: [{{{target}}}]\n").targets

    assert found.cell == cell


def test_the_service_level_aimed_at_is_found_by_its_cell(load):
    targets = load(
        "targets:\n"
        "  - {measure: service_level, at_least: 80%}\n"
        "  - {measure: service_level, at_least: 90%, need_type: sales}\n"
        "  - {measure: service_level, at_most: 95%}\n"
    ).targets

    assert wanted_service_level(targets) == 0.8
    assert wanted_service_level(targets, need_type="sales") == 0.9
    assert wanted_service_level(targets, channel="phone") is None
