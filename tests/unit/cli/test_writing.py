"""init, check, show and schema."""

import json

import pytest
from source_tree import ROOT

import ccsim as package
from ccsim.cli import starter
from ccsim.cli.faults import ExitCode


def test_init_writes_a_scenario_that_is_fine_and_runs(desk, ccsim):
    written = ccsim("init", "bank")

    assert written.out.splitlines() == ["written: bank.yaml", "written: ccsim.schema.json"]
    assert package.load_scenario("bank.yaml").name == "bank"
    checked = ccsim("check", "bank.yaml")
    assert (checked.code, checked.err) == (ExitCode.FINE, "")
    assert ccsim("compare", "bank.yaml", "-n", 1).code == ExitCode.FINE


def test_the_starter_is_commented_and_names_its_schema(desk, ccsim):
    ccsim("init")
    lines = (desk / "my-centre.yaml").read_text(encoding="utf-8").splitlines()

    assert lines[0] == "# yaml-language-server: $schema=ccsim.schema.json"
    assert sum("#" in line for line in lines) > 10
    assert json.loads((desk / "ccsim.schema.json").read_text(encoding="utf-8")) == ccsim("schema").object()


def test_the_starter_speaks_of_itself_under_its_new_name(desk, ccsim):
    ccsim("init", "bank")
    text = (desk / "bank.yaml").read_text(encoding="utf-8")

    assert "ccsim check bank.yaml" in text
    assert "my-centre" not in text


def test_init_overwrites_nothing(desk, ccsim):
    before = (desk / "tiny.yaml").read_text(encoding="utf-8")

    done = ccsim("init", "tiny")

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "tiny.yaml" in done.err
    assert (desk / "tiny.yaml").read_text(encoding="utf-8") == before
    assert not (desk / "ccsim.schema.json").exists()


def test_init_makes_the_folder_and_names_the_scenario_after_the_file(desk, ccsim):
    ccsim("init", "north/on.yaml")

    assert package.load_scenario(desk / "north" / "on.yaml").name == "on"


@pytest.mark.parametrize("name", [one.name for one in starter.shipped()])
def test_init_copies_every_shipped_scenario(desk, ccsim, name):
    done = ccsim("init", "mine", "--from", name, "--json")

    assert done.object()["files"][:2] == ["mine.yaml", "ccsim.schema.json"]
    original = package.load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    copy = package.load_scenario(desk / "mine.yaml")
    assert copy.name == "mine"
    assert copy.model_dump(exclude={"name"}) == original.model_dump(exclude={"name"})


def test_init_takes_along_what_a_scenario_refers_to(desk, ccsim, monkeypatch):
    shelf = desk / "shelf"
    shelf.mkdir()
    (shelf / "day.yaml").write_text(
        "# A day.\nname: day\nextends: base.yaml\nneeds: {replay: calls.csv}\n", encoding="utf-8"
    )
    (shelf / "base.yaml").write_text("name: base\n", encoding="utf-8")
    (shelf / "calls.csv").write_text("need\n", encoding="utf-8")
    monkeypatch.setattr(starter, "SHIPPED", (shelf,))

    done = ccsim("init", "copy/mine", "--from", "day", "--json")

    assert done.object()["files"] == ["copy/mine.yaml", "copy/ccsim.schema.json", "copy/base.yaml", "copy/calls.csv"]
    assert (desk / "copy" / "base.yaml").read_text(encoding="utf-8") == "name: base\n"
    assert ccsim("init", "copy/other", "--from", "day").code == ExitCode.USAGE  # base.yaml is there already
    assert not (desk / "copy" / "other.yaml").exists()


def test_init_lists_the_shipped_scenarios_with_what_they_are_about(desk, ccsim):
    shown, told = ccsim("init", "--list"), ccsim("init", "--list", "--json").object()

    assert [one["name"] for one in told["scenarios"]] == sorted(
        path.stem for path in (ROOT / "scenarios").glob("*.yaml")
    )
    assert all(one["name"] in shown.out and one["about"] in shown.out and one["about"] for one in told["scenarios"])
    assert list(desk.iterdir()) == [desk / "tiny.yaml"]


def test_init_refuses_a_scenario_that_is_not_shipped_and_names_those_that_are(desk, ccsim):
    done = ccsim("init", "mine", "--from", "erlang-flor")

    assert done.code == ExitCode.USAGE
    assert "erlang-floor" in done.err


def test_check_says_how_much_work_meets_how_many_agents(desk, ccsim):
    """60 calls an hour are 1,440 a day; at 3 minutes each they keep 3 agents busy."""
    done = ccsim("check", "tiny.yaml")

    assert done.out == "fine: tiny.yaml: 1,440 needs per day, 3 Erlangs against 4 agents on average\n"


def test_check_counts_only_the_window_of_a_day_with_a_shape(desk, ccsim):
    """Half of 100 needs come before noon, and only the morning is measured: 50 needs in 12 hours, 100 a day."""
    text = (desk / "tiny.yaml").read_text(encoding="utf-8")
    text = text.replace("{per_hour: 60}", "{per_day: 100}\n  intraday: {from: '06:00', every: 6h, shape: [1, 1]}")
    (desk / "tiny.yaml").write_text(text.replace("length: 30min", "length: 12h"), encoding="utf-8")

    (one,) = ccsim("check", "tiny.yaml", "--json").object()["files"]

    assert one["needs_per_day"] == pytest.approx(100)
    assert one["load"] == pytest.approx(50 * 180 / 43200)


def test_check_counts_replayed_needs_once(desk, ccsim):
    text = (
        (desk / "tiny.yaml").read_text(encoding="utf-8").replace("  volume: {per_hour: 60}\n", "  replay: calls.csv\n")
    )
    (desk / "tiny.yaml").write_text(text.replace("length: 30min", "days: 1"), encoding="utf-8")
    calls = "need,type,attempt,arrives\na,calls,0,08:00\na,calls,1,\nb,calls,0,09:00\n"
    (desk / "calls.csv").write_text(calls, encoding="utf-8")

    (one,) = ccsim("check", "tiny.yaml", "--json").object()["files"]

    assert one["needs_per_day"] == 2


def test_check_warns_on_stderr_and_is_fine(desk, ccsim):
    done = ccsim("check", "tiny.yaml", "--set", "needs.volume.per_hour=600")

    assert done.code == ExitCode.FINE
    assert done.out.startswith("fine: tiny.yaml")
    assert "warning: tiny.yaml: " in done.err
    assert "load above capacity" in done.err


def test_check_tells_the_problems_of_every_file(desk, ccsim):
    (desk / "one.yaml").write_text("name: one\n", encoding="utf-8")
    (desk / "two.yaml").write_text("name: [\n", encoding="utf-8")

    done, told = (
        ccsim("check", "one.yaml", "tiny.yaml", "two.yaml"),
        ccsim("check", "one.yaml", "tiny.yaml", "two.yaml", "--json"),
    )

    assert (done.code, told.code) == (ExitCode.INVALID, ExitCode.INVALID)
    assert done.out.startswith("fine: tiny.yaml")
    assert {error["file"] for error in told.object()["errors"]} == {"one.yaml", "two.yaml"}
    assert [one["file"] for one in told.object()["files"]] == ["tiny.yaml"]


def test_show_sums_a_scenario_up(desk, ccsim):
    shown = ccsim("show", "tiny.yaml").out.splitlines()

    assert shown[:2] == ["tiny", "Is anybody there?"]
    assert shown[3:] == ["needs: calls", "channels: phone (live)", "agents: team", "arms: now, gated"]


def test_show_resolved_is_a_scenario_with_settings_and_arm_applied(desk, ccsim):
    shown = ccsim("show", "tiny.yaml", "--resolved", "--arm", "gated", "--set", "shrinkage=30%").out
    (desk / "again.yaml").write_text(shown, encoding="utf-8")

    again = package.load_scenario("again.yaml")
    assert again.shrinkage == 0.3
    assert again.channels[0].gate.levels == 2


def test_show_origins_says_where_each_value_was_written(desk, ccsim):
    shown = ccsim("show", "tiny.yaml", "--origins", "--set", "shrinkage=30%").out

    assert "name: tiny  # tiny.yaml:2:7" in shown.splitlines()
    assert "shrinkage: 30%  # --set" in shown.splitlines()


def test_show_json_is_one_object(desk, ccsim):
    told = ccsim("show", "tiny.yaml", "--json").object()

    assert (told["command"], told["scenario"]["name"]) == ("show", "tiny")
    assert told["resolved"].startswith("name: tiny")


def test_the_schema_is_one_json_object(ccsim):
    assert ccsim("schema").object()["properties"]["needs"]
    assert ccsim("schema", "--json").out == ccsim("schema").out


def test_check_refuses_a_target_that_nothing_would_tell_of_without_compiling(desk, ccsim):
    path = desk / "tiny.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("study:", "targets: [{measure: blocked, at_most: 1%}]\nstudy:"), encoding="utf-8")

    done = ccsim("check", "tiny.yaml", "--json")
    with_lines = ccsim("check", "tiny.yaml", "--set", "arms.now={channels.phone.lines: 9}")

    assert done.code == 3
    (error,) = done.object()["errors"]
    assert (error["path"], error["line"]) == ("targets.0.measure", text[: text.index("study:")].count("\n") + 1)
    assert with_lines.code == 0
