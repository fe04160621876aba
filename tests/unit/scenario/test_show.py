import pytest

from ccsim.scenario.load import Typed, load_arms, load_scenario, scenario_from
from ccsim.scenario.show import digest, resolved


def test_the_resolved_text_loads_to_an_equal_scenario(full_path, tmp_path):
    scenario = load_scenario(full_path)
    for origins in (False, True):
        (tmp_path / "again.yaml").write_text(resolved(scenario, origins=origins))

        again = load_scenario(tmp_path / "again.yaml")

        assert again == scenario
        assert digest(again) == digest(scenario)
        assert resolved(again) == resolved(scenario)


def test_values_are_printed_as_planners_type_them(full_path):
    text = resolved(load_scenario(full_path))

    for line in (
        "  warm_up: 7 days",
        "      share: 25%",
        '    open: "08:00-18:00 Mon-Fri"',
        "    wage: 14.20/h",
        '    breaks: [{at: "10:30", for: 15min}, {between: "12:00-14:00", for: 45min}]',
        "  telephony: 0.03/min",
        "    skills: {balance: 1, billing: {rank: 2, handles: 1.15x, resolves: -0.2, after: 1min30s}}",
        "    staffing: {shift: day, agents: 24}",
    ):
        assert line in text.splitlines(), line


def test_what_was_left_out_stays_out(small):
    text = resolved(scenario_from(small))

    assert "insight" not in text
    assert "customers" not in text


def test_every_line_with_a_value_can_say_where_it_was_written(full_path):
    text = resolved(load_scenario(full_path, sets=[Typed("--set", "shrinkage=30%")]), origins=True)

    assert "shrinkage: 30%  # --set" in text
    assert f"  warm_up: 7 days  # {full_path}:3:50" in text


def test_a_default_written_out_does_not_change_the_digest(small):
    plain = digest(scenario_from(small))
    small["shrinkage"] = "0%"
    small["calendar"] = {"days": 1, "warm_up": "0s"}
    small["handling"] = {"talk": {"constant": 300}}

    assert digest(scenario_from(small)) == plain


@pytest.mark.parametrize("path", ["shrinkage", "needs.volume.busyness.cv", "agents.generalists.speed_cut"])
def test_any_other_value_changes_the_digest(small, path):
    scenario = scenario_from(small)

    assert digest(scenario.with_(path, "10%")) != digest(scenario)


def test_another_arm_does_not_change_an_arms_digest(full_path):
    before = digest(load_arms(full_path)["open"])
    after = digest(load_arms(full_path, ["arms.contain={shrinkage: 40%}"])["open"])

    assert before == after


def test_a_digest_is_sixteen_hexadecimal_digits(small):
    assert len(digest(scenario_from(small))) == 16
    int(digest(scenario_from(small)), 16)
