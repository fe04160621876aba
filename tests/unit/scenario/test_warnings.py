# ruff: noqa: E501
from ccsim.scenario.load import scenario_from
from ccsim.scenario.warnings import warnings


def test_a_sound_scenario_has_no_warnings(small):
    # 240 a day, 5 min: 240 / 24 * 5 / 60 = 0.83 Erlangs for 3 agents
    assert warnings(scenario_from(small)) == []


def test_load_above_capacity_is_warned_of(small):
    # 60 an hour flat, 5 min: 5 Erlangs for 3 agents; sales alone 60 % of it
    small["needs"]["volume"] = {"per_hour": 60}

    assert warnings(scenario_from(small)) == [
        "The whole centre is offered 5 Erlangs in its busiest hour (Mon 00:00) and has 3 agents then: load above capacity."
    ]


def test_the_busiest_hour_is_set_against_the_agents_of_that_hour(small):
    # 8 needs in the hour from 09:00 of 40 min each: 5.33 Erlangs; 6 agents, but only from 10:00
    small["needs"]["volume"] = {"per_day": 8}
    small["needs"]["intraday"] = {"from": "09:00", "every": "1h", "shape": [1]}
    small["handling"] = {"talk": "30min", "wrap_up": "10min"}
    small["agents"][0]["staffing"] = {"shift": "late", "agents": 6}
    small["shifts"] = {"late": {"from": "10:00", "to": "18:00"}}

    found = warnings(scenario_from(small))

    assert found[-1] == (
        "The whole centre is offered 5.33 Erlangs in its busiest hour (Mon 09:00) and has 0 agents then: load above capacity."
    )


def test_a_skill_nobody_has_is_warned_of(small):
    small["agents"][0]["skills"] = ["sales"]

    assert warnings(scenario_from(small)) == [
        'No group serves "support" on "phone": skill "support" is held by nobody there.'
    ]


def test_a_skill_to_which_customers_are_passed_on_is_held_by_somebody(small):
    small["handling"] = {"talk": "5min", "transfers": {"to": "experts", "share": "10%", "talk": "1min"}}

    assert warnings(scenario_from(small))[0] == (
        '"sales" on "phone" is passed on to nobody: skill "experts" is held by nobody there.'
    )
    small["agents"].append({"name": "experts", "skills": ["experts"], "staffing": {"agents": 1}})
    assert warnings(scenario_from(small)) == []


def test_the_load_of_those_passed_on_is_set_against_the_skill_they_reach(small):
    # 60 an hour, 5 min for one in two with an expert: 2.5 Erlangs; the desk has 60 a 1 min / 2 + 60 a 5 min / 2 = 3
    small["needs"]["volume"] = {"per_hour": 60}
    small["handling"] = {"talk": "5min", "transfers": {"to": "experts", "share": "50%", "talk": "1min"}}
    small["agents"].append({"name": "experts", "skills": ["experts"], "staffing": {"agents": 2}})

    assert warnings(scenario_from(small)) == [
        'Skill "experts" is offered 2.5 Erlangs in its busiest hour (Mon 00:00) and has 2 agents then: load above capacity.',
        "The whole centre is offered 5.5 Erlangs in its busiest hour (Mon 00:00) and has 5 agents then: load above capacity.",
    ]


def test_a_channel_never_open_is_warned_of(small):
    small["channels"] = [{"name": "phone", "open": "08:00-18:00 Sat-Sun"}]

    # the calendar is one Monday
    assert warnings(scenario_from(small)) == ['Channel "phone" is never open on the days of the calendar.']


def test_weekday_factors_that_do_not_average_one_are_warned_of(small):
    small["needs"]["volume"]["weekdays"] = [1, 1, 1, 1, 1, 0.5, 0.1]

    assert warnings(scenario_from(small)) == [
        "The weekday factors average 0.8, so the mean day is 0.8 times the volume given."
    ]


def test_a_group_without_agents_is_warned_of(small):
    small["agents"].append({"name": "spare", "skills": ["sales"], "staffing": {"agents": 0}})

    assert warnings(scenario_from(small)) == ['Group "spare" has no agents at any time.']


def test_a_machine_with_nothing_to_analyse_is_warned_of(small):
    small["insight"] = {"listening": {"text_analytics": {"coverage": "50%"}}}

    assert warnings(scenario_from(small)) == [
        (
            "Text analytics has nothing to analyse, as no channel is written: "
            "write insight.listening.speech_analytics, or the medium of a channel."
        )
    ]

    small["channels"] = [{"name": "phone", "medium": "written"}]
    assert warnings(scenario_from(small)) == []
    small["insight"] = {"listening": {"speech_analytics": {"coverage": "50%"}}}
    assert warnings(scenario_from(small)) == [
        (
            "Speech analytics has nothing to analyse, as no channel is spoken: "
            "write insight.listening.text_analytics, or the medium of a channel."
        )
    ]
