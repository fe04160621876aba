"""One scenario, replicated: what a result holds and what never changes it."""

import json
import pickle
from dataclasses import asdict

import pytest

from ccsim.engine.run import simulate
from ccsim.errors import InputError, ScenarioError
from ccsim.metrics.measure import measure
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario
from ccsim.study.playing import play_chunk, play_packed
from ccsim.study.replicate import find, play_all, run, service_level_words
from ccsim.study.store import version_of_numbers


def as_bytes(result):
    """A result written down to the last digit."""
    return json.dumps(asdict(result), default=repr, sort_keys=True).encode()


class TestResult:
    def test_it_says_what_was_asked_and_how(self, tiny):
        result = run(tiny(), reproducible=True, command="ccsim run tiny.yaml")

        assert (result.scenario, result.question, result.arm.name) == ("tiny", "Do two do?", "tiny")
        assert (result.seed, result.replications, result.level) == (9, 4, 0.95)
        assert (result.interval, result.currency) == (1800, "units")
        assert (result.made_by["command"], result.made_by["seed"]) == ("ccsim run tiny.yaml", 9)
        assert result.made_by["digest"] == result.arm.digest
        assert result.made_at == {}

    @pytest.mark.parametrize("engine", ["reference", "compiled"])
    def test_it_names_the_engine_that_played_it_and_the_engine_changes_no_estimate(self, tiny, engine):
        result = run(tiny(), engine=engine)

        assert result.engine == engine
        assert result.arm.estimates == run(tiny()).arm.estimates

    def test_left_to_itself_it_names_the_engine_that_it_chose_unless_that_may_differ_next_time(self, tiny):
        assert run(tiny(), replications=1).engine in ("reference", "compiled")
        assert run(tiny(), replications=1, reproducible=True).engine == "auto"

    def test_it_says_when_and_where_unless_told_not_to(self, tiny):
        assert set(run(tiny(), replications=1).made_at) == {"date", "host", "duration"}

    def test_seed_and_replications_given_go_before_those_of_the_file(self, tiny):
        result = run(tiny(), seed=0, replications=2)

        assert (result.seed, result.replications) == (0, 2)
        assert find(result.arm.estimates, "offered").n == 2

    def test_settings_given_go_before_those_of_the_file(self, tiny):
        result = run(tiny(), replications=1, sets=["agents.g.staffing.agents=3"])

        assert result.arm.scheduled_hours == 6

    def test_settings_hold_for_a_scenario_at_hand_as_for_its_file(self, tiny):
        moved = {"agents.g.staffing.agents": 4}

        by_file, at_hand = run(tiny(), sets=moved), run(load_scenario(tiny()), sets=moved)

        assert at_hand.arm.estimates == by_file.arm.estimates
        assert at_hand.arm.scheduled_hours == 8

    def test_a_loaded_scenario_gives_the_numbers_of_its_file(self, tiny, tiny_scenario):
        assert run(tiny_scenario()).arm.estimates == run(tiny()).arm.estimates

    def test_an_estimate_is_what_its_replications_measured(self, tiny, tiny_scenario):
        plan = compile_plan(tiny_scenario())
        values = [
            value.numerator
            for replication in range(4)
            for value in measure(plan, simulate(plan, 9, replication=replication))
            if value.measure == "offered" and value.cell == ()
        ]

        estimate = find(run(tiny()).arm.estimates, "offered")

        assert estimate.value == pytest.approx(sum(values) / 4, rel=1e-15)
        assert estimate.low < estimate.value < estimate.high

    def test_one_replication_has_values_and_no_intervals(self, tiny):
        estimate = find(run(tiny(), replications=1).arm.estimates, "offered")

        assert estimate.value > 0
        assert (estimate.low, estimate.high) == (None, None)

    def test_a_missing_measure_or_cell_is_none(self, tiny):
        found = run(tiny(), replications=1).arm.estimates

        assert find(found, "offered", channel="phone") is not None
        assert find(found, "offered", channel="fax") is None
        assert find(found, "happiness") is None

    def test_scheduled_hours_are_those_of_the_window(self, tiny):
        result = run(tiny(), replications=1, sets=["calendar.warm_up=40min"])

        assert result.arm.scheduled_hours == pytest.approx(4, rel=1e-12)

    def test_staffing_is_the_mean_number_present_by_interval_of_the_day(self, tiny):
        # in the second half-hour three, of whom the window sees the last ten minutes
        result = run(
            tiny(old="{agents: 2}", new='{from: "00:00", every: 30min, agents: [1, 3, 2]}'),
            replications=1,
            sets=["calendar.warm_up=50min", "calendar.length=20min"],
        )

        ((group, present),) = result.arm.staffing
        assert group == "g"
        assert len(present) == 48
        assert present[:4] == pytest.approx((0, 3, 2, 0), rel=1e-12)

    def test_waits_are_a_distribution(self, tiny):
        waits = run(tiny()).arm.waits

        edges, shares = zip(*waits)
        assert list(edges) == sorted(edges)
        assert list(shares) == sorted(shares)
        assert shares[0] > 0
        assert shares[-1] <= 1

    def test_without_offered_contacts_there_are_no_waits(self, tiny):
        assert run(tiny(), replications=1, sets=["needs.volume.per_hour=0"]).arm.waits == ()

    def test_warnings_are_handed_on(self, tiny):
        result = run(tiny(old="skills: [a]", new="skills: []"), replications=1)

        assert any("held by nobody" in warning for warning in result.arm.warnings)

    @pytest.mark.parametrize(
        ("base", "words"),
        [
            ("offered", "answered within 30s / offered"),
            ("answered", "answered within 30s / answered"),
            ("met_or_gone", "(answered + abandoned within 30s) / offered"),
            ("early_gone_left_out", "answered within 30s / (offered - abandoned within 30s)"),
            ("met_or_short_gone", "(answered within 30s + abandoned within 4s) / offered"),
        ],
    )
    def test_the_service_level_is_spelled_out(self, tiny_scenario, base, words):
        scenario = tiny_scenario(f"service_level.base={base}", "service_level.within=30s", "service_level.short=4s")

        assert service_level_words(compile_plan(scenario)) == words

    def test_a_bad_file_is_refused_with_all_its_problems(self, tiny):
        with pytest.raises(ScenarioError) as caught:
            run(tiny("shrinkage: 150%\nshift_end: never\n"))

        assert {problem.path for problem in caught.value.problems} == {"shrinkage", "shift_end"}

    def test_an_engine_of_another_name_is_refused(self, tiny):
        with pytest.raises(InputError, match="warp"):
            run(tiny(), engine="warp")


class TestTargets:
    TARGETS = """\
targets:
  - {measure: offered, at_least: 1}
  - {measure: offered, at_most: 1, channel: phone}
  - {measure: service_level, at_least: 0%, need_type: a}
  - {measure: abandonment, at_most: 0%}
"""

    def test_each_target_is_held_against_its_estimate(self, tiny):
        targets = run(tiny(self.TARGETS)).arm.targets

        # nobody hung up; of so few it is not known that nobody would
        assert [target.verdict for target in targets] == ["met", "missed", "met", "unknown"]
        assert [target.estimate.measure for target in targets] == ["offered", "offered", "service_level", "abandonment"]
        assert [target.estimate.cell for target in targets] == [{}, {"channel": "phone"}, {"need_type": "a"}, {}]
        assert targets[1].text == "offered of phone at most 1"

    def test_nobody_answered_is_no_speed_of_answer_that_meets_a_target(self, tiny):
        targets = run(tiny("targets: [{measure: asa, at_most: 1000}]\n"), sets=["needs.volume.per_hour=0"]).arm.targets

        assert [target.verdict for target in targets] == ["unknown"]
        assert targets[0].why == "nothing was observed, not one in “answered”"

    def test_with_looks_a_target_is_judged_by_the_wider_interval(self, tiny):
        path = tiny("targets: [{measure: offered, at_least: 1}]\n")
        found = run(path, precision={"offered": "50%"}, least=4, most=8)

        assert found.arm.targets[0].estimate == find(found.arm.estimates, "offered")


class TestAssumptions:
    def test_each_written_value_has_its_line_and_role(self, tiny):
        path = tiny()
        found = {one.path: one for one in run(path, replications=1).arm.assumptions}

        agents = found["agents.g.staffing.agents"]
        assert (agents.value, agents.role) == ("2", "lever")
        assert agents.origin == f"{path}:11"
        volume = found["needs.volume.per_hour"]
        assert (volume.value, volume.role, volume.origin) == ("30", "world", f"{path}:5")
        assert "exponential" in found["handling.talk"].value

    def test_a_setting_given_says_so(self, tiny):
        found = {
            one.path: one for one in run(tiny(), replications=1, sets=["agents.g.staffing.agents=3"]).arm.assumptions
        }

        assert (found["agents.g.staffing.agents"].value, found["agents.g.staffing.agents"].origin) == ("3", "sets")

    def test_what_the_study_asks_is_no_assumption(self, tiny):
        paths = {one.path.split(".")[0] for one in run(tiny(), replications=1).arm.assumptions}

        assert paths == {"calendar", "needs", "agents", "handling"}


class TestReplications:
    def test_equal_commands_give_equal_bytes(self, tiny):
        assert as_bytes(run(tiny(), reproducible=True)) == as_bytes(run(tiny(), reproducible=True))

    def test_another_seed_gives_other_numbers(self, tiny):
        assert run(tiny(), seed=1).arm.estimates != run(tiny(), seed=2).arm.estimates

    def test_processes_side_by_side_change_no_byte(self, tiny):
        assert as_bytes(run(tiny(), reproducible=True)) == as_bytes(run(tiny(), reproducible=True, jobs=2))

    @pytest.mark.parametrize("jobs", [0, -1])
    def test_fewer_processes_than_one_are_refused(self, tiny, jobs):
        with pytest.raises(InputError, match="jobs: at least 1 process"):
            run(tiny(), jobs=jobs)

    def test_a_worker_plays_what_the_asking_process_would(self, tiny_scenario):
        plan = compile_plan(tiny_scenario())
        packed, how = pickle.dumps([plan], protocol=5), {"engine": "compiled", "log": None}

        (here,) = play_chunk([plan], [9], range(2), **how)
        (there,) = play_packed(packed, version_of_numbers(), [9], range(2), **how)

        assert (here.numerators.tobytes(), here.waits.tobytes()) == (there.numerators.tobytes(), there.waits.tobytes())

    def test_a_worker_that_has_loaded_other_sources_plays_nothing(self, tiny_scenario):
        packed = pickle.dumps([compile_plan(tiny_scenario())], protocol=5)

        with pytest.raises(InputError, match=r"sources of ccsim changed while it ran, from 0\.1\.0-other to"):
            play_packed(packed, "0.1.0-other", [9], range(2), engine="reference", log=None)

    def test_a_replication_more_leaves_the_others_as_they_were(self, tiny_scenario):
        plan = compile_plan(tiny_scenario())

        (few,), (many,) = play_all([plan], [9], 2), play_all([plan], [9], 3)

        assert few.numerators.tobytes() == many.numerators[:2].tobytes()
        assert few.denominators.tobytes() == many.denominators[:2].tobytes()

    def test_plans_with_equal_seeds_are_played_side_by_side(self, tiny_scenario):
        plans = [compile_plan(tiny_scenario()), compile_plan(tiny_scenario("agents.g.staffing.agents=3"))]

        one, other = play_all(plans, [9, 9], 1)

        place = one.keys.index(("needs", ()))
        assert one.numerators[0, place] == other.numerators[0, place] > 0
        assert one.numerators.tobytes() != other.numerators.tobytes()

    def test_progress_is_told_from_none_to_all(self, tiny):
        seen = []

        run(tiny(), replications=3, progress=lambda done, of: seen.append((done, of)))

        assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def test_logs_are_written_by_replication_and_change_no_number(self, tiny, tmp_path):
        plain = run(tiny(), replications=2, reproducible=True)
        written = run(tiny(), replications=2, reproducible=True, log=tmp_path / "log")

        assert as_bytes(plain) == as_bytes(written)
        assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["replication-0001", "replication-0002"]
        assert (tmp_path / "log" / "replication-0001" / "attempts.csv").exists()


class TestSources:
    SAID = """\
shrinkage: 20%
sources:
  shrinkage: {mark: assumption, source: our guess, low: 10%, high: 40%, note: ask finance}
  handling: {mark: seen, source: call data}
"""

    def test_an_assumption_carries_its_mark_source_and_range(self, tiny):
        said = {one.path: one for one in run(tiny(self.SAID), replications=1).arm.assumptions}

        one = said["shrinkage"]
        assert (one.mark, one.source, one.low, one.high, one.note) == (
            *("assumption", "our guess", "10%", "40%", "ask finance"),
        )
        assert one.width == pytest.approx(0.75)
        assert (said["handling.talk"].mark, said["handling.talk"].low) == ("seen", "")
        assert said["agents.g.staffing.agents"].mark == ""

    def test_of_a_value_that_is_typed_for_one_run_nothing_is_said(self, tiny):
        result = run(tiny(self.SAID), replications=1, sets={"shrinkage": "30%"})

        (one,) = [one for one in result.arm.assumptions if one.path == "shrinkage"]
        assert (one.value, one.mark, one.low, one.width) == ("30%", "", "", None)

    def test_sources_move_no_number(self, tiny):
        plain, said = (run(tiny(text), reproducible=True) for text in ("shrinkage: 20%\n", self.SAID))

        assert said.arm.estimates == plain.arm.estimates
