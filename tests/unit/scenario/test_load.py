# ruff: noqa: E501
import time

import pytest

from ccsim.errors import InputError, ScenarioError
from ccsim.scenario.distributions import Constant
from ccsim.scenario.load import Typed, load_arms, load_scenario, scenario_from
from ccsim.scenario.tree import FORMS, parse_yaml, plain

SMALL = """\
name: small
needs: {volume: {per_day: 240}, types: [{name: sales, share: 60%}, {name: support, share: 40%}]}
agents: [{name: generalists, skills: [sales, support], staffing: {agents: 3}}]
handling: {talk: 5min}
"""


def yaml(text):
    """The plain values of a text."""
    return plain(parse_yaml(text, "text"))


def test_every_mistake_of_a_file_is_told_at_once_in_file_order(problems_of):
    bad = """\
name: bad
qestion: x
needs:
  volume: {per_day: 100}
  types:
    - {name: sales, share: 60}
customers:
  patience: {fone: 5min}
  reconnect: {probability: 80%, after: {lognormal: {mean: 5 parsecs, cv: 1}}}
agents:
  - name: a
    skils: {sales: 1}
    staffing: {shift: nite, agents: 1.5}
shifts: {night: {from: "22:00", to: "07:00"}}
handling: {talk: {lognormall: {mean: 3min}}}
arms: {x: {"channels.fone.prominence": 20%}}
"""

    assert problems_of(bad, base="") == [
        '2:1 qestion: unknown field | Did you mean "question"?',
        "6:28 needs.types.sales.share: 60 has no % sign and is more than 1 | Did you mean 60%?",
        '8:14 customers.patience.fone: no channel or law is named "fone" | Did you mean "phone"?',
        (
            "9:59 customers.reconnect.after.lognormal.mean: '5 parsecs' is not a duration | "
            "Write it like 90s, 4min30s, 8h or 7 days."
        ),
        '12:5 agents.a.skils: unknown field | Did you mean "skills"?',
        '13:23 agents.a.staffing.shift: no shift is named "nite" | Did you mean "night"?',
        "13:37 agents.a.staffing.agents: 1.5 is not a whole number | Write it like 12.",
        (
            "14:17 shifts.night: ends at 07:00, before it starts at 22:00, and a shift ends after it starts | "
            'For a night shift write an end beyond midnight: "31:00".'
        ),
        '15:19 handling.talk.lognormall: unknown law | Did you mean "lognormal"?',
        '16:12 arms.x.channels.fone.prominence: channels has no item named "fone" | Did you mean "phone"?',
    ]


def test_a_problem_carries_the_value_as_written_and_its_line(load):
    with pytest.raises(ScenarioError) as caught:
        load('shrinkage: "12 %%"\n')

    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.value) == (12, 12, '"12 %%"')
    assert problem.source_line == 'shrinkage: "12 %%"'
    assert problem.file.endswith("s.yaml")


def test_a_missing_field_is_placed_at_what_lacks_it(problems_of):
    assert problems_of("customers:\n  redial: {probability: 45%}\n") == [
        "13:3 customers.redial.after: missing | Write after: here."
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{lognormal: {mean: 5min}}", "a lognormal law is given by mean and cv, by median and cv, or by mu and sigma"),
        ("{lognormal: {mean: 5min, cv: -1}}", "-1 is negative"),
        ("{lognormal: 5min}", "lognormal needs its parameters"),
        ("{exponential: {}}", "missing"),
        ("{mean: 5min, cv: 1}", "a law without its name"),
        ("{gamma: {mean: 5min, cv: 1}, erlang: {mean: 5min, stages: 2}}", "a law has exactly one name"),
        ("{uniform: {from: 30s, to: 10s}}", "the longest is shorter than the shortest"),
        ("{triangular: {low: 3, mode: 2, high: 4}}", "low, mode and high are not in order"),
        ("{hyperexponential: {means: [1, 2], shares: [60%, 60%]}}", "the shares add up to 120%, not to 100%"),
        ("{hyperexponential: {means: [1, 2], shares: [100%]}}", "2 means and 1 shares"),
        ("{empirical: []}", "an empirical law needs at least one duration"),
        ("{weibull: {shape: 1}}", "a weibull law is given by scale or by mean"),
        ("{mixture: {atom: 0s, share: 10%, otherwise: {mixture: {}}}}", "a mixture stands inside a mixture"),
        ("{erlang: {mean: 5min, stages: 0}}", "0 is too small"),
    ],
)
def test_a_wrong_law_is_one_problem_about_the_law_that_was_meant(problems_of, written, message):
    (problem,) = problems_of(f"customers: {{patience: {{phone: {written}}}}}\n")

    assert message in problem


# What YAML 1.1 would read as 630, False, True, text or octal; here each reads as it looks.
@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("question", "10:30", "10:30"),
        ("question", "NO", "NO"),
        ("question", "on", "on"),
        ("needs.volume.per_day", "1e3", 1000),
        ("needs.volume.per_day", "012", 12),
        ("shrinkage", "80%", 0.8),
        ("shrinkage", "0.8", 0.8),
    ],
)
def test_scalars_read_as_they_look(load, field, typed, read):
    scenario = load(sets=[f"{field}={typed}"])

    value = scenario
    for part in field.split("."):
        value = getattr(value, part)
    assert value == read


def test_ten_thirty_opens_at_half_past_ten(load):
    scenario = load("shifts: {day: {from: 10:30, to: 18:00}}\n")

    assert scenario.shifts["day"].from_ == 37800


@pytest.mark.parametrize(
    ("typed", "rule"),
    [("80", "80 has no % sign and is more than 1"), (".nan", "nan is not a finite number"), (".inf", "inf is not a finite number"),
     ("-.inf", "-inf is not a finite number"), ("true", "true is not a share")],
)  # fmt: skip
def test_what_is_no_share_is_refused_in_a_planners_words(problems_of, typed, rule):
    (problem,) = problems_of(f"shrinkage: {typed}\n")

    assert rule in problem


def test_a_repeated_key_is_told_with_both_lines(problems_of):
    assert problems_of("handling: {talk: 6min}\n") == [
        "12:1 handling: handling stands twice, on line 11 and on line 12 | Keep one of them."
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "the file is empty"),
        (b"# only words\n", "the file is empty"),
        (b"- a\n", "not a mapping of fields"),
        (b"name: x\x00y\n", "a character that no text contains"),
        (b"\x7fELF\x00\x00\xff\xfe", "not a text file"),
        ("name: caf\u00e9\n".encode("latin-1"), "the byte 0xe9 is not UTF-8"),
        (b"a: [1, 2\n", "a [ is not closed"),
        (b"a:\n\tb: 1\n", "a tab stands where spaces belong"),
        (b"share: %80\n", "a value begins with %"),
        (b"a: b: c\n", "a second colon on the line"),
        (b"a: 1\n---\na: 2\n", "a second document begins"),
        (b"a: !!python/object:os.system x\n", "the tag"),
        (b"a: &a [*a]\n", "the alias *a has no &a before it"),
        (b"[" * 5000, "nested more than 40 deep"),
        (b"a: " + b"{a: " * 3000, "nested more than 40 deep"),
        (b"%YAML 9.9\n---\na: 1\n", "not readable as YAML"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_scenario_text_is_refused_with_its_line(problems_of, content, rule):
    (problem,) = problems_of(content)

    assert rule in problem
    assert not problem.startswith("None")


def test_a_bomb_of_aliases_is_refused_before_it_grows(problems_of):
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    (problem,) = problems_of("\n".join(lines).encode())

    assert "more than 100000 values once aliases are written out" in problem


def test_an_alias_stands_for_what_it_names(load):
    scenario = load("shifts: {early: &hours {from: '08:00', to: '16:00'}, late: *hours}\n")

    assert scenario.shifts["late"] == scenario.shifts["early"]


def test_a_large_file_is_refused_at_once(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"question: x\n" * 430_000)
    started = time.perf_counter()

    with pytest.raises(ScenarioError, match=r"5\.2 MB; a scenario file is at most 0\.3 MB"):
        load_scenario(path)

    assert time.perf_counter() - started < 2


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    (tmp_path / "bank.yaml").write_text("name: x\n")

    with pytest.raises(ScenarioError, match="a folder, not a file"):
        load_scenario(tmp_path)
    with pytest.raises(ScenarioError, match=r'there is no such file. Did you mean "bank\.yaml"\?'):
        load_scenario(tmp_path / "bnak.yaml")


def test_a_byte_order_mark_is_no_mistake(full_path, tmp_path):
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + full_path.read_bytes())

    assert load_scenario(path) == load_scenario(full_path)


def test_a_file_may_extend_another(tmp_path, load):
    load()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "own.yaml").write_text(
        "extends: ../s.yaml\nname: own\nneeds: {types: [{name: support, priority: 2}]}\n"
        "agents: {generalists: {staffing: {agents: 9}}}\nhandling: {talk: {gamma: {mean: 4min, cv: 0.5}}}\n"
    )

    scenario = load_scenario(tmp_path / "below" / "own.yaml")

    assert scenario.name == "own"
    assert [(each.name, each.share, each.priority) for each in scenario.needs.types] == [
        ("sales", 0.6, 1),
        ("support", 0.4, 2),
    ]
    assert scenario.agents[0].staffing.agents == 9
    assert scenario.handling.talk.mean == 240


def test_null_takes_out_what_the_base_says(tmp_path, load):
    load("customers: {patience: 5min, most_attempts: 3}\n")
    path = tmp_path / "own.yaml"
    path.write_text("extends: s.yaml\ncustomers: {patience: null}\n")

    customers = load_scenario(path).customers

    assert (customers.patience, customers.most_attempts) == (None, 3)


def test_a_mistake_in_a_base_is_told_in_the_base(tmp_path, load):
    with pytest.raises(ScenarioError):
        load("shrinkage: 80\n")
    path = tmp_path / "own.yaml"
    path.write_text("extends: s.yaml\n")

    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)

    (problem,) = caught.value.problems
    assert (problem.file.endswith("s.yaml"), problem.line) == (True, 12)


def test_files_that_extend_each_other_are_refused(tmp_path):
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"extends: {base}.yaml\n")

    with pytest.raises(ScenarioError, match=r"in a circle: a\.yaml -> b\.yaml -> c\.yaml -> a\.yaml"):
        load_scenario(tmp_path / "a.yaml")


def test_a_setting_reaches_named_items_and_makes_way_through_shorthand(load):
    scenario = load(
        sets=[
            "needs.types.sales.share=50%",
            "needs.types.support.share=50%",
            "agents.generalists.skills.sales.handles=1.2x",
            "channels=[{name: phone}]",
            "channels.phone.gate.levels=3",
            "handling.talk={exponential: {mean: 4min}}",
        ]
    )

    assert [each.share for each in scenario.needs.types] == [0.5, 0.5]
    assert scenario.agents[0].skills["sales"].handles == 1.2
    assert scenario.agents[0].skills["support"].rank == 1
    assert scenario.channels[0].gate.levels == 3
    assert scenario.handling.talk.mean == 240


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("shrinkage", "--set: 'shrinkage' is no setting. Write --set path=value"),
        ("a..b=1", "is no setting"),
        ("shrinkge=5%", '--set: shrinkge: unknown field. Did you mean "shrinkage"?'),
        ("shrinkage=80", "--set: shrinkage: 80 has no % sign and is more than 1. Did you mean 80%?"),
        ("agents.generalist.wage=3/h", 'agents has no item named "generalist". Did you mean "generalists"?'),
        ("shrinkage=[1", "--set: shrinkage: a [ is not closed"),
        ("name.first=x", 'name is `small` and has no part "first"'),
    ],
)
def test_a_wrong_setting_is_told_as_such(load, setting, message):
    with pytest.raises(ScenarioError) as caught:
        load(sets=[Typed("--set", setting)])

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["shrinkage"], "sets: 'shrinkage' is no setting. Write sets=["),
        ({"shrinkage.": 1}, "'shrinkage.=1' is no setting. Write sets=["),
        ({"shrinkge": "5%"}, 'sets: shrinkge: unknown field. Did you mean "shrinkage"?'),
        ({"agents.generalists.staffing.agents": 1.5}, "sets: agents.generalists.staffing.agents: 1.5 is not a whole"),
    ],
)
def test_a_wrong_setting_from_python_is_told_in_pythons_terms(load, sets, message):
    with pytest.raises(ScenarioError) as caught:
        load(sets=sets)

    assert message in str(caught.value)
    assert "--set" not in str(caught.value)


def test_settings_are_a_mapping_or_texts_and_a_scenario_at_hand_takes_them_as_a_file_does(load, tmp_path):
    at_hand = load()
    path, value = "agents.generalists.staffing.agents", 5

    found = [
        load_scenario(given, sets=sets).agents[0].staffing.agents
        for given in (tmp_path / "s.yaml", at_hand)
        for sets in ({path: value}, {path: "5"}, [f"{path}={value}"])
    ]

    assert found == [5] * 6
    assert load_scenario(at_hand, sets={"shrinkage": "10%", "needs.volume.busyness": None}).shrinkage == 0.1
    assert at_hand.agents[0].staffing.agents == 3


def test_a_setting_of_a_scenario_at_hand_reaches_its_arms(load):
    at_hand = load("arms: {now: {}, dear: {shrinkage: 50%}}\n")

    arms = load_arms(at_hand, {"agents.generalists.wage": "20/h"})

    assert {name: (arm.shrinkage, arm.agents[0].wage * 3600) for name, arm in arms.items()} == {
        "now": (0, 20),
        "dear": (0.5, 20),
    }


HOURS = {"from": 0, "every": 43200, "agents": (6, 8), "days": (0, 1, 2, 3, 4, 5, 6)}


@pytest.mark.parametrize(
    ("standing", "overlay", "found"),
    [
        ('{from: "00:00", every: 12h, agents: [6, 8]}', "{agents: 7}", {"agents": 7}),
        (
            '{from: "00:00", every: 12h, agents: [6, 8], days: Mon-Fri}',
            "{shift: [early, late], agents: [5, 4]}",
            {"shift": ("early", "late"), "agents": (5, 4)},
        ),
        ("{shift: [early, late], agents: [5, 4]}", '{from: "00:00", every: 12h, agents: [6, 8]}', HOURS),
        ("{agents: 7}", '{from: "00:00", every: 12h, agents: [6, 8]}', HOURS),
        ("{agents: 7}", "{shift: late}", {"shift": ("late",), "agents": (7,)}),
        # the same form: what is not said stands
        ("{shift: early, agents: 5}", "{agents: 4}", {"shift": ("early",), "agents": (4,)}),
        ('{from: "00:00", every: 12h, agents: [6, 8]}', "{agents: [5, 9]}", HOURS | {"agents": (5, 9)}),
    ],
)
def test_one_form_of_staffing_takes_the_place_of_another_wherever_it_is_laid_over(
    load, tmp_path, standing, overlay, found
):
    shifts = 'shifts: {early: {from: "00:00", to: "12:00"}, late: {from: "12:00", to: "24:00"}}\n'
    base = SMALL.replace("{agents: 3}", standing) + shifts
    arm = f"arms: {{other: {{agents.generalists.staffing: {overlay}}}}}\n"
    written = yaml(overlay)

    by_arm = load(arm, base=base, arm="other")
    by_set = load(base=base, sets=[f"agents.generalists.staffing={overlay}"])
    by_steps = load(base=base, sets={f"agents.generalists.staffing.{key}": value for key, value in written.items()})
    by_with = load(base=base).with_("agents.generalists.staffing", written)
    (tmp_path / "own.yaml").write_text(
        f"extends: s.yaml\nagents: [{{name: generalists, staffing: {overlay}}}]\n", encoding="utf-8"
    )
    by_extending = load_scenario(tmp_path / "own.yaml")

    for scenario in (by_arm, by_set, by_steps, by_with, by_extending):
        staffing = scenario.agents[0].staffing
        assert {
            field.alias or name: getattr(staffing, name) for name, field in type(staffing).model_fields.items()
        } == (found)


@pytest.mark.parametrize(
    ("standing", "setting", "path", "value"),
    [
        ("calendar: {days: 3}", "calendar.length=10h", "calendar.days", None),
        ("calendar: {length: 10h}", "calendar.days=3", "calendar.length", None),
        ("", "needs.volume.per_hour=20", "needs.volume.per_day", None),
        ("", "needs.volume={per_hour: 20}", "needs.volume.per_hour", 20),
    ],
)
def test_one_way_of_saying_a_length_or_a_volume_takes_the_place_of_the_other(load, standing, setting, path, value):
    found = load(standing, sets=[setting])

    for part in path.split("."):
        found = getattr(found, part)
    assert found == value


def test_what_both_forms_share_stays(load):
    volume = load(sets=["needs.volume.busyness={cv: 10%}", "needs.volume.per_hour=20"]).needs.volume

    assert (volume.per_day, volume.per_hour, volume.busyness.cv) == (None, 20, 0.1)


def test_absolute_rates_of_the_day_and_its_shape_take_each_others_place(load):
    shape = "needs.intraday={from: 08:00, every: 4h, shape: [1, 2]}"

    found = load(sets=[shape, "needs.volume=null", "needs.intraday={every: 2h, per_hour: [60, 90]}"]).needs.intraday

    assert (found.shape, found.per_hour, found.every, found.from_) == (None, (60, 90), 7200, 28800)


def test_handling_for_all_takes_the_place_of_handling_by_type_and_the_other_way_round(load):
    by_type = "handling={sales: {talk: 4min}, support: {talk: 6min}}"

    assert load(sets=[by_type]).handling["support"].talk == Constant(constant="6min")
    assert load(sets=[by_type, "handling={talk: 3min}"]).handling.talk == Constant(constant="3min")


@pytest.mark.parametrize(
    ("staffing", "message"),
    [
        (
            "{shift: day, every: 1h, agents: 3}",
            (
                "every does not go with the other fields here | "
                "Keep one form: {agents}; {shift, agents}; {from, every, agents, days}."
            ),
        ),
        (
            "{early: 3, agents: 2}",
            "unknown field | The forms are {agents}; {shift, agents}; {from, every, agents, days}.",
        ),
    ],
)
def test_fields_of_two_forms_are_told_with_the_forms_there_are(problems_of, staffing, message):
    base = SMALL.replace("{agents: 3}", staffing) + "shifts: {day: {from: 08:00, to: 16:00}}\n"

    (problem,) = problems_of(base, base="")

    assert problem.split(": ", 1)[1] == message


def test_every_pair_of_forms_is_refused_by_the_model_where_both_are_written_in_one_file(problems_of):
    both = {
        "calendar": "calendar: {days: 1, length: 10h}\n",
        "volume": "needs: {volume: {per_day: 1, per_hour: 1}, types: [{name: sales}]}\n",
        "intraday": "needs: {intraday: {every: 1h, shape: [1], per_hour: [1]}, types: [{name: sales}]}\n",
        "needs": "needs: {replay: x.csv, volume: {per_day: 1}, types: [{name: sales}]}\n",
        "staffing": "agents: [{name: a, skills: [sales], staffing: {shift: day, every: 1h, agents: 1}}]\n",
    }
    assert set(both) == set(FORMS)

    for text in both.values():
        whole = {"name", "needs", "agents", "handling"} - {text.split(":")[0]}
        rest = "".join(
            line
            for field in sorted(whole)
            for line in {
                "name": "name: both\n",
                "needs": "needs: {volume: {per_day: 1}, types: [{name: sales}]}\n",
                "agents": "agents: [{name: a, skills: [sales], staffing: {agents: 1}}]\n",
                "handling": "handling: {talk: 1min}\n",
            }[field]
        )
        assert problems_of(text + rest + "shifts: {day: {from: 08:00, to: 16:00}}\n", base="")


def test_an_empty_setting_takes_the_value_out(load):
    assert load("shrinkage: 10%\n", sets=["shrinkage="]).shrinkage == 0


def test_each_arm_is_the_scenario_with_its_overlay(full_path):
    base, arms = load_scenario(full_path), load_arms(full_path)

    assert list(arms) == ["contain", "open"]
    assert (arms["contain"].channels[0].prominence, arms["contain"].channels[0].gate.levels) == (0.2, 5)
    assert arms["open"].channels[0].gate is None
    assert arms["open"].needs == base.needs
    assert arms["open"] == load_scenario(full_path, arm="open") == load_arms(base)["open"]
    assert arms["contain"].arms == {}


def test_arms_may_be_nested_mappings_too(load, small):
    small["channels"] = [{"name": "phone"}]
    small["arms"] = {"x": {"channels": {"phone": {"gate": {"levels": 4}}}, "agents.generalists": {"wage": "3/h"}}}

    arm = load_arms(scenario_from(small))["x"]

    assert (arm.channels[0].gate.levels, arm.agents[0].skills.keys()) == (4, {"sales", "support"})


def test_a_scenario_without_arms_has_none(load, tmp_path):
    load()

    assert load_arms(tmp_path / "s.yaml") == {}


def test_an_unknown_arm_is_told_with_the_one_that_was_meant(full_path):
    with pytest.raises(ScenarioError, match=r'no arm is named "opne"\. Did you mean "open"\?'):
        load_scenario(full_path, arm="opne")


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("needs.volume.per_day", "300", "changes the world"),
        ("calendar.days", "2", "changes the world"),
        ("customers.patience", "3min", "changes the world"),
        ("handling.talk", "3min", "changes the world"),
        ("service_level.within", "30s", "changes how results are measured"),
    ],
)
def test_an_arm_that_moves_no_lever_is_refused_at_its_line(problems_of, tmp_path, path, value, what):
    (problem,) = problems_of(f"arms:\n  one: {{}}\n  two:\n    {path}: {value}\n")

    assert problem.startswith(f"15:5 arms.two.{path}: {what}; an arm moves levers only")
    assert list(load_arms(tmp_path / "s.yaml", different_worlds=True)) == ["one", "two"]
    assert load_scenario(tmp_path / "s.yaml").name == "small"


@pytest.mark.parametrize(
    ("path", "value"),
    [("shrinkage", "10%"), ("agents.generalists.speed_cut", "5%"), ("agents.generalists.staffing.agents", "5")],
)
def test_an_arm_may_move_levers(load, tmp_path, path, value):
    load(f"arms: {{one: {{}}, two: {{{path}: {value}}}}}\n")

    assert list(load_arms(tmp_path / "s.yaml")) == ["one", "two"]


def test_a_mistake_that_only_an_arm_makes_is_told_in_the_arms_lines(problems_of):
    assert problems_of("arms:\n  one:\n    shrinkage: 10%\n  two:\n    shrinkage: 80\n") == [
        "16:16 arms.two.shrinkage: 80 has no % sign and is more than 1 | Did you mean 80%?"
    ]


def test_an_arm_that_breaks_a_rule_elsewhere_is_told_at_the_arm(problems_of):
    first, second = problems_of(
        "arms:\n  two:\n    channels: {mail: {kind: deferrable}, phone: {diverted: {mail: 10%}}}\n"
    )

    assert first.startswith("13:3 arms.two.handling")
    assert '"sales" can come to "mail" (deferrable) and has no work there' in first
    assert '"support" can come to "mail" (deferrable) and has no work there' in second


def test_with_returns_a_changed_scenario_and_leaves_the_old_one(small):
    scenario = scenario_from(small)

    other = scenario.with_("agents.generalists.staffing.agents", 7)

    assert (other.agents[0].staffing.agents, scenario.agents[0].staffing.agents) == (7, 3)
    assert other.with_("agents.generalists.staffing.agents", 3) == scenario
    with pytest.raises(ScenarioError, match='no item named "general"'):
        scenario.with_("agents.general.wage", "3/h")
    with pytest.raises(ScenarioError, match="too small"):
        scenario.with_("agents.generalists.staffing.agents", -1)


def test_a_mapping_reads_as_a_file_does(load, small):
    assert scenario_from(small) == load()


def test_problems_of_a_mapping_have_no_line(small):
    small["shrinkage"] = 80

    with pytest.raises(InputError) as caught:
        scenario_from(small)

    assert str(caught.value).startswith("scenario: shrinkage: 80 has no % sign")
