import math
import typing

import pytest
from pydantic import ValidationError

from ccsim.scenario.channels import ALWAYS, PHONE, Channel, Opening
from ccsim.scenario.demand import Calendar
from ccsim.scenario.distributions import Constant, Exponential, Lognormal, Mixture, mean_of
from ccsim.scenario.fields import Section, role_of
from ccsim.scenario.load import load_scenario, scenario_from
from ccsim.scenario.model import Scenario
from ccsim.scenario.readings import (
    behaviour_of,
    content_of,
    group_order_of,
    handling_of,
    patience_of,
    preferred_by_segment,
    preferred_channels_of,
    recorded_of,
    resolution_of,
    segments_of,
    solves_of,
    usable_channels_of,
)
from ccsim.scenario.workforce import AlwaysOn, ByInterval, ByShift, SkillUse


def sections(section=Scenario, seen=None):
    seen = {} if seen is None else seen
    seen[section] = None

    def inside(annotation):
        if isinstance(annotation, type) and issubclass(annotation, Section) and annotation not in seen:
            sections(annotation, seen)
        for part in typing.get_args(annotation):
            inside(part)

    for field in section.model_fields.values():
        inside(field.annotation)
    return list(seen)


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.__name__)
def test_every_field_has_hover_text_and_every_section_is_frozen_and_closed(section):
    assert section.model_config["frozen"]
    assert section.model_config["extra"] == "forbid"
    for name, field in section.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize(
    "section", [s for s in sections() if s.__module__ != "ccsim.scenario.distributions"], ids=lambda s: s.__name__
)
def test_every_field_outside_a_law_is_world_lever_or_measure(section):
    assert {role_of(field) for field in section.model_fields.values()} <= {"world", "lever", "measure"}


def test_sections_that_are_defaults_are_what_reading_them_would_make():
    """They are made without being read, because reading one builds its part of the schema: a warm start's twentieth."""
    found = [field.default for section in sections() for field in section.model_fields.values()]
    found = [default for default in found if isinstance(default, Section)]

    assert PHONE in Scenario.model_fields["channels"].default
    for default in found:
        assert default == type(default).model_validate(default.model_dump(by_alias=True))
    assert Channel.model_validate({"name": "phone"}) == PHONE
    assert Opening.model_validate({"from": "00:00", "to": "24:00"}) == ALWAYS[0]
    assert Calendar.model_validate({}) in found
    assert len(found) > 20


def test_the_full_file_is_read_into_seconds_and_shares(full_path):
    scenario = load_scenario(full_path)

    assert scenario.calendar.warm_up == 604800
    assert scenario.needs.types[0].share == 0.25
    assert scenario.needs.types[0].complexity.typical == 0.27
    assert scenario.channels[0].open[0].days == (0, 1, 2, 3, 4)
    assert scenario.agents[0].wage == pytest.approx(14.20 / 3600, rel=1e-15)
    assert scenario.agents[0].skills["billing"] == SkillUse(rank=2, handles=1.15, resolves=-0.2, after=90.0)


def test_a_scenario_cannot_be_changed_in_place(small):
    with pytest.raises(ValidationError):
        scenario_from(small).name = "other"


def test_what_is_left_out_has_the_documented_default(small):
    scenario = scenario_from(small)

    assert [channel.name for channel in scenario.channels] == ["phone"]
    assert (scenario.channels[0].kind, scenario.channels[0].gate, scenario.channels[0].priority) == ("live", None, 1)
    assert (scenario.calendar.days, scenario.calendar.interval, scenario.calendar.warm_up) == (1, 1800, 0)
    assert (scenario.customers.patience, scenario.customers.redial, scenario.customers.most_attempts) == (None, None, 8)
    assert scenario.channels[0].when_closed.after == Exponential(mean=1800.0)
    assert scenario.customers.effort.weights.queue == 1
    assert (scenario.service_level.within, scenario.service_level.base) == (20, "early_gone_left_out")
    assert (scenario.coding.when_resolved, scenario.coding.when_not, scenario.insight) == (1, 0, None)


def test_a_deferrable_channel_comes_second_unless_it_says_otherwise(small):
    small["channels"] = [{"name": "phone"}, {"name": "email", "kind": "deferrable"}, {"name": "chat", "priority": 3}]

    assert [channel.priority for channel in scenario_from(small).channels] == [1, 2, 3]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"agents": 3}, AlwaysOn(agents=3)),
        ({"shift": "day", "agents": 3}, ByShift(shift=("day",), agents=(3,))),
        ({"shift": ["day", "late"], "agents": [3, 4]}, ByShift(shift=("day", "late"), agents=(3, 4))),
        (
            {"from": "08:00", "every": "1h", "agents": [1, 2]},
            ByInterval.model_validate({"from": "08:00", "every": 3600, "agents": [1, 2]}),
        ),
    ],
)
def test_staffing_is_read_in_each_of_its_forms(small, written, read):
    small["agents"][0]["staffing"] = written
    small["shifts"] = {"day": {"from": "08:00", "to": "16:00"}, "late": {"from": "16:00", "to": "31:00"}}

    assert scenario_from(small).agents[0].staffing == read


def test_handling_is_found_in_each_of_its_forms(small):
    small["channels"] = [{"name": "phone"}, {"name": "email", "kind": "deferrable"}]
    talk, work = Constant(value=300.0), Constant(value=60.0)
    for written in (
        {"talk": "5min", "work": "1min"},
        {"sales": {"talk": "5min", "work": "1min"}, "support": {"talk": "1min"}},
        {"sales": {"phone": {"talk": "5min"}, "email": {"work": "1min"}}, "support": {"talk": "1min"}},
    ):
        scenario = scenario_from({**small, "handling": written})

        assert handling_of(scenario, "sales", "phone") == (talk, None)
        assert handling_of(scenario, "sales", "email") == (work, None)


def test_readings_of_the_full_file(full_path):
    scenario = load_scenario(full_path)

    assert patience_of(scenario, "balance", "phone").mean == 300
    assert patience_of(scenario, "billing", "phone") == Lognormal(median=300.0, cv=1.4)
    assert patience_of(scenario, "billing", "email") is None
    assert preferred_channels_of(scenario, "balance") == {"phone": 1.0}
    # 70 % as everybody, 30 % of a segment of their own, all of them by phone
    mixed = {"phone": 0.7 * 0.62 + 0.3, "email": 0.7 * 0.19, "none": 0.7 * 0.19}
    assert preferred_channels_of(scenario, "billing") == pytest.approx(mixed)
    seekers, business = segments_of(scenario)
    assert preferred_by_segment(scenario, "billing", seekers) == {"phone": 0.62, "email": 0.19, "none": 0.19}
    assert preferred_by_segment(scenario, "billing", business) == {"phone": 1.0}
    assert patience_of(scenario, "balance", "phone", business).value == 600
    assert behaviour_of(scenario, seekers).balking.per_waiting == 1
    assert behaviour_of(scenario, business) == scenario.customers
    assert usable_channels_of(scenario, "balance") == ("phone", "email")
    assert resolution_of(scenario, "balance", "email") == 0.95
    assert resolution_of(scenario, "billing", "email") == 0.60
    assert solves_of(scenario.channels[0].gate, "billing") == 0.10
    assert content_of(scenario, "phone") == (0.60, 0.85)
    assert content_of(scenario, "email") == (0.60, 0.60)
    assert recorded_of(scenario, "email") == 1.0
    assert group_order_of(scenario) == ("generalists", "experts")


def test_without_insight_nothing_is_recorded_and_nothing_can_be_heard(small):
    scenario = scenario_from(small)

    assert recorded_of(scenario, "phone") == 0
    assert content_of(scenario, "phone") == (0, 0)


def test_means_of_laws_from_their_textbook_formulas(small):
    def mean(law):
        return mean_of(scenario_from({**small, "handling": {"talk": law}}).handling.talk)

    assert mean("5min") == 300
    assert mean({"lognormal": {"median": 60, "cv": 1}}) == pytest.approx(60 * math.sqrt(2))
    assert mean({"lognormal": {"mu": 4, "sigma": 1}}) == pytest.approx(math.exp(4.5))
    assert mean({"weibull": {"scale": 60, "shape": 0.5}}) == pytest.approx(60 * math.gamma(3))
    assert mean({"log_logistic": {"median": 60, "shape": 2}}) == pytest.approx(60 * math.pi / 2)
    assert mean({"triangular": {"low": 0, "mode": 30, "high": 60}}) == 30
    assert mean({"hyperexponential": {"means": [10, 100], "shares": ["90%", "10%"]}}) == pytest.approx(19)
    assert mean({"empirical": [10, 20, 60]}) == 30
    assert mean({"mixture": {"atom": 0, "share": "50%", "otherwise": 60}}) == 30
    assert mean({"mixture": {"atom": "never", "share": "1%", "otherwise": 60}}) == math.inf


def test_a_mixture_may_never_end(small):
    small["customers"] = {
        "patience": {"mixture": {"atom": "never", "share": "15%", "otherwise": {"exponential": {"mean": "5min"}}}}
    }

    assert scenario_from(small).customers.patience == Mixture(
        atom=math.inf, share=0.15, otherwise=Exponential(mean=300.0)
    )


def test_listening_minutes_without_a_unit_are_minutes(small):
    small["insight"] = {"listening": {"minutes_per_contact": 0.5}}

    assert scenario_from(small).insight.listening.minutes_per_contact == 30
