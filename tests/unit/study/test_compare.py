"""Arms with the same customers: what differs, what is refused, and that the words say it."""

import json
from dataclasses import asdict

import pytest

from ccsim.errors import InputError, ScenarioError
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.scenario.load import Typed, load_scenario
from ccsim.study.compare import compare
from ccsim.study.replicate import find, run

ARMS = """\
arms:
  slow: {agents.g.speed_cut: 0%}
  fast: {agents.g.speed_cut: 20%}
"""
MORE_STAFF = """\
arms:
  two: {agents.g.staffing.agents: 2}
  three: {agents.g.staffing.agents: 3}
"""


def as_bytes(result):
    return json.dumps(asdict(result), default=repr, sort_keys=True).encode()


def difference(result, measure, arm, **cell):
    """The difference of an arm in a measure and cell."""
    (found,) = [one for one in result.differences if (one.measure, one.arm, one.cell) == (measure, arm, cell)]
    return found


def refused(*args, **options):
    """The problems for which a comparison is refused."""
    with pytest.raises(ScenarioError) as caught:
        compare(*args, **options)
    return caught.value.problems


class TestArms:
    def test_arms_stand_in_the_order_of_the_file_and_the_first_is_the_baseline(self, tiny):
        result = compare(tiny(ARMS), replications=2)

        assert [arm.name for arm in result.arms] == ["slow", "fast"]
        assert result.baseline == "slow"
        assert {(one.arm, one.baseline) for one in result.differences} == {("fast", "slow")}

    def test_the_result_says_what_was_asked_and_how(self, tiny):
        result = compare(tiny(ARMS), replications=2, seed=3, reproducible=True, command="ccsim compare tiny.yaml")

        assert (result.scenario, result.question) == ("tiny", "Do two do?")
        assert (result.seed, result.replications, result.level) == (3, 2, 0.95)
        assert (result.paired, result.engine, result.made_at) == (True, "auto", {})
        assert result.made_by["command"] == "ccsim compare tiny.yaml"
        assert result.made_by["digest"] == "+".join(arm.digest for arm in result.arms)

    def test_seed_and_replications_come_from_the_file_where_not_given(self, tiny):
        result = compare(tiny(ARMS))

        assert (result.seed, result.replications) == (9, 4)

    def test_the_files_baseline_is_taken_and_one_given_goes_before_it(self, tiny):
        path = tiny(ARMS + "compare: {baseline: fast}\n")

        assert compare(path, replications=1).baseline == "fast"
        assert compare(path, replications=1, baseline="slow").baseline == "slow"

    def test_an_arms_estimates_are_those_of_its_own_run(self, tiny):
        result = compare(tiny(ARMS))
        alone = run(tiny(), sets=["agents.g.speed_cut=20%"])

        assert [one for one in result.arms[1].estimates if one.measure in MEASURES] == list(alone.arm.estimates)

    def test_gains_less_losses_are_the_difference_in_needs_resolved(self, tiny):
        result = compare(tiny(ARMS))
        baseline, arm = ({(one.measure, *one.cell.items()): one for one in each.estimates} for each in result.arms)
        gap = next(one for one in result.differences if one.measure == "resolved_share" and one.cell == {})

        gains, losses = arm["resolved_only_here",].value, arm["resolved_only_there",].value
        assert gains - losses == pytest.approx(gap.value, abs=1e-12)
        assert gains > 0.0
        assert not any(measure in BESIDE for measure, *_ in baseline)

    def test_arms_of_different_worlds_are_not_held_against_each_other(self, tiny):
        result = compare(tiny(ARMS), different_worlds=True)

        assert not any(one.measure in BESIDE for each in result.arms for one in each.estimates)

    def test_a_difference_is_arm_minus_baseline(self, tiny):
        result = compare(tiny(ARMS))

        for measure in ("aht", "occupancy", "needs"):
            slow, fast = (find(arm.estimates, measure).value for arm in result.arms)
            assert difference(result, measure, "fast").value == pytest.approx(fast - slow, rel=1e-9, abs=1e-12)

    def test_arms_meet_the_same_needs(self, tiny):
        found = difference(compare(tiny(ARMS)), "needs", "fast")

        assert (found.value, found.low, found.high) == (0, 0, 0)

    def test_pairing_narrows_the_interval_of_what_the_arms_share(self, tiny):
        # talk of the same customers at 80 % of its length
        found = difference(compare(tiny(ARMS), replications=20), "aht", "fast")

        assert found.variance_ratio > 2
        assert found.high < 0

    def test_some_of_the_arms_can_be_chosen(self, tiny):
        path = tiny(ARMS + "  faster: {agents.g.speed_cut: 40%}\n")

        result = compare(path, arms=["fast", "faster"], replications=1)

        assert [arm.name for arm in result.arms] == ["fast", "faster"]
        assert result.baseline == "fast"

    def test_arms_can_be_added_to_those_of_the_file_and_to_none(self, tiny):
        added = {"faster": {"agents.g.speed_cut": "40%"}, "fastest": {"agents.g.speed_cut": "60%"}}

        assert [arm.name for arm in compare(tiny(ARMS), add_arms=added, replications=1).arms] == [
            *("slow", "fast", "faster", "fastest"),
        ]
        alone = compare(tiny(), add_arms=added, replications=1)
        assert [arm.name for arm in alone.arms] == ["tiny", "faster", "fastest"]
        # 150 s, and 40 % and 60 % less
        talk = [find(arm.estimates, "aht").value for arm in alone.arms]
        assert talk[2] < talk[1] < talk[0]

    def test_a_file_without_arms_is_the_baseline_itself_unless_an_added_arm_moves_nothing(self, tiny):
        beside = compare(tiny(), add_arms={"fast": {"agents.g.speed_cut": "20%"}}, replications=1)
        named = compare(tiny(), add_arms={"now": {}, "fast": {"agents.g.speed_cut": "20%"}}, replications=1)

        assert ([arm.name for arm in beside.arms], beside.baseline) == (["tiny", "fast"], "tiny")
        assert ([arm.name for arm in named.arms], named.baseline) == (["now", "fast"], "now")
        assert beside.arms[0].digest == named.arms[0].digest
        assert [one.value for one in beside.differences] == [one.value for one in named.differences]

    def test_scenarios_at_hand_are_compared_as_files_are(self, tiny):
        files = [tiny(name="one.yaml"), tiny("shrinkage: 10%\n", name="two.yaml")]
        at_hand = [load_scenario(file) for file in files]

        result = compare(at_hand, replications=1)

        assert [arm.name for arm in result.arms] == ["tiny 1", "tiny 2"]
        assert [arm.digest for arm in result.arms] == [arm.digest for arm in compare(files, replications=1).arms]
        arms = compare(load_scenario(tiny(ARMS)), replications=1, sets={"agents.g.staffing.agents": 5})
        assert [(arm.name, arm.scheduled_hours) for arm in arms.arms] == [("slow", 10), ("fast", 10)]

    @pytest.mark.parametrize("value", ["off", False, None, "null"])
    def test_an_added_arm_can_take_out_a_gate(self, tiny, value):
        path = tiny("channels: [{name: phone, gate: {levels: 3}}]\n")
        added = {"gated": {"channels.phone.gate.levels": 3}, "open": {"channels.phone.gate": value}}

        result = compare(path, add_arms=added, replications=1)

        assert [arm.name for arm in result.arms] == ["tiny", "gated", "open"]
        assert [arm.formula.leaves_out for arm in result.arms] == [("the gate",), ("the gate",), ()]

    def test_settings_given_hold_for_every_arm(self, tiny):
        result = compare(tiny(ARMS), replications=1, sets=["agents.g.staffing.agents=5"])

        assert [arm.scheduled_hours for arm in result.arms] == [10, 10]

    def test_assumptions_of_an_arm_name_the_arm(self, tiny):
        result = compare(tiny(ARMS), replications=1)

        (moved,) = [one for one in result.arms[1].assumptions if one.path == "agents.g.speed_cut"]
        assert (moved.value, moved.role) == ("20%", "lever")
        assert moved.origin.endswith("tiny.yaml:16")


class TestRefused:
    def test_an_added_arm_of_a_name_that_there_is(self, tiny):
        (problem,) = refused(tiny(ARMS), add_arms={"fast": {"agents.g.speed_cut": "30%"}})

        assert (problem.path, problem.rule) == ("fast", 'there is an arm "fast" already')

    @pytest.mark.parametrize("option", ["--arm", "add_arms"])
    def test_an_added_arm_that_moves_the_world_is_told_as_it_was_typed_with_the_way_out(self, tiny, option):
        volume = Typed(option, "33") if option == "--arm" else 33

        (problem,) = refused(tiny(), add_arms={"plus10": {"needs.volume.per_hour": volume}})

        assert (problem.file, problem.path) == (option, "plus10:needs.volume.per_hour")
        assert problem.rule == "changes the world; an arm moves levers only"
        assert "--different-worlds" in problem.hint

    def test_an_added_arm_that_leads_nowhere(self, tiny):
        moves = {"agents.h.speed_cut": Typed("--arm", "30%"), "agents.g.sped_cut": Typed("--arm", "30%")}

        (nowhere,) = refused(tiny(), add_arms={"fast": moves})
        (misspelt,) = refused(tiny(), add_arms={"fast": {"agents.g.sped_cut": Typed("--arm", "30%")}})

        assert (
            str(ScenarioError([nowhere])) == '--arm: fast:agents.h.speed_cut: agents has no item named "h". Known: g.'
        )
        assert (
            str(ScenarioError([misspelt])) == '--arm: fast:agents.g.sped_cut: unknown field. Did you mean "speed_cut"?'
        )

    def test_an_unknown_arm(self, tiny):
        (problem,) = refused(tiny(ARMS), arms=["slow", "quick"])

        assert (problem.path, problem.value, problem.rule) == ("arms", "quick", '"quick" is no arm')
        assert problem.hint == "The arms are slow and fast."

    def test_an_unknown_baseline(self, tiny):
        (problem,) = refused(tiny(ARMS), baseline="quick")

        assert (problem.path, problem.value, problem.rule) == ("compare.baseline", "quick", '"quick" is no arm')

    def test_a_baseline_that_was_not_chosen(self, tiny):
        path = tiny(ARMS + "  faster: {agents.g.speed_cut: 40%}\ncompare: {baseline: slow}\n")

        (problem,) = refused(path, arms=["fast", "faster"])

        assert (problem.path, problem.value) == ("compare.baseline", "slow")

    @pytest.mark.parametrize("more", ["", "arms: {one: {agents.g.speed_cut: 20%}}\n"])
    def test_fewer_than_two_arms(self, tiny, more):
        (problem,) = refused(tiny(more))

        assert problem.rule == "a comparison needs two arms or two files"

    def test_an_arm_that_moves_the_world(self, tiny):
        path = tiny("arms: {few: {needs.volume.per_hour: 20}, many: {agents.g.speed_cut: 1%}}\n")

        problems = refused(path)

        assert [problem.path for problem in problems] == ["arms.few.needs.volume.per_hour"]
        assert problems[0].line == 14

    def test_unequal_rosters_under_levelling_by_roster(self, tiny):
        (problem,) = refused(tiny(MORE_STAFF), replications=1)

        assert problem.path == "compare.levelling"
        assert problem.rule == "the arms' scheduled hours in the window differ: two 4.0 h, three 6.0 h"

    def test_unequal_rosters_are_refused_before_anything_is_played(self, tiny):
        seen = []

        refused(tiny(MORE_STAFF), progress=lambda done, of: seen.append(done))

        assert seen == []


class TestLevelling:
    def test_equal_rosters_are_said_to_be_so(self, tiny):
        result = compare(tiny(ARMS), replications=1)

        assert result.levelling == "roster: every arm has 4.0 scheduled hours in the window"

    def test_rosters_of_another_shape_and_equal_hours_are_level(self, tiny):
        arms = 'arms: {even: {}, late: {agents.g.staffing: {from: "00:00", every: 1h, agents: [1, 3]}}}\n'

        assert compare(tiny(arms), replications=1).levelling.startswith("roster: every arm has 4.0")

    def test_unequal_rosters_can_be_asked_for(self, tiny):
        result = compare(tiny(MORE_STAFF + "compare: {levelling: none}\n"), replications=1)

        assert result.levelling == (
            "none: each arm has its own roster in the window: "
            "two 4.0 h scheduled, 4.0 h paid; three 6.0 h scheduled, 6.0 h paid"
        )

    def test_two_files_keep_their_own_rosters_where_nothing_else_is_said(self, tiny):
        wage = "shrinkage: 20%\nmoney: {currency: EUR}\n"
        paid = {"old": "staffing: {agents: 2}", "new": "staffing: {agents: 3}\n    wage: 10/h"}
        files = [tiny(wage, name="two.yaml"), tiny(wage, name="three.yaml", **paid)]
        stated = tiny("compare: {levelling: roster}\n", name="stated.yaml")

        result = compare(files, replications=1)

        # 6 h on the floor at 80 % of the paid time
        assert result.levelling == (
            "none: each arm has its own roster in the window: "
            "two 4.0 h scheduled, 5.0 h paid; three 6.0 h scheduled, 7.5 h paid, cost 75 EUR"
        )
        assert compare([stated, files[1]], replications=1, levelling="none").levelling.startswith("none")
        assert [problem.path for problem in refused([stated, files[1]])] == ["compare.levelling"]
        assert [problem.path for problem in refused(files, levelling="roster")] == ["compare.levelling"]

    def test_the_arms_of_one_file_keep_their_own_rosters_where_it_is_asked_for(self, tiny):
        assert compare(tiny(MORE_STAFF), replications=1, levelling="none").levelling.startswith("none")
        with pytest.raises(InputError, match='levelling is "roster" or "none", not "hours"'):
            compare(tiny(MORE_STAFF), replications=1, levelling="hours")


class TestFiles:
    def test_each_file_is_an_arm_called_after_it(self, tiny):
        files = [tiny(name="one.yaml"), tiny("shrinkage: 10%\n", name="two.yaml")]

        result = compare(files, replications=1)

        assert [arm.name for arm in result.arms] == ["one", "two"]
        assert result.baseline == "one"

    def test_files_of_one_name_are_called_by_their_paths(self, tiny, tmp_path):
        (tmp_path / "other").mkdir()
        files = [tiny(), tiny(name="other/tiny.yaml")]

        assert [arm.name for arm in compare(files, replications=1).arms] == [str(file) for file in files]

    def test_files_that_differ_in_the_world_are_refused_by_the_place_of_the_difference(self, tiny):
        files = [tiny(name="one.yaml"), tiny(name="two.yaml", old="per_hour: 30", new="per_hour: 20")]

        problems = refused(files)

        assert [(problem.file, problem.path) for problem in problems] == [(str(files[1]), "needs.volume.per_hour")]

    def test_settings_given_hold_for_every_file(self, tiny):
        files = [tiny(name="one.yaml"), tiny(name="two.yaml")]

        result = compare(files, replications=1, sets=["agents.g.staffing.agents=1"])

        assert [arm.scheduled_hours for arm in result.arms] == [2, 2]

    def test_arms_added_to_several_files_are_refused_or_played(self, tiny):
        files = [tiny(name="one.yaml"), tiny(name="two.yaml")]
        added = {"fast": {"agents.g.speed_cut": "20%"}}

        try:
            result = compare(files, replications=1, add_arms=added)
        except ScenarioError:
            return
        assert "fast" in [arm.name for arm in result.arms]


class TestDifferentWorlds:
    MOVED = "arms: {few: {needs.volume.per_hour: 20}, many: {needs.volume.per_hour: 40}}\n"

    def test_they_are_compared_without_pairing(self, tiny):
        result = compare(tiny(self.MOVED), different_worlds=True, replications=20)

        assert not result.paired
        found = difference(result, "needs", "many")
        # 2 h at 20 and at 40 an hour; independent Poisson counts: standard error sqrt((40 + 80)/20); level 1e-4
        z = (found.value - 40) / (120 / 20) ** 0.5
        print(f"z {z:+.2f}")
        assert abs(z) < 3.9
        assert found.low < found.value < found.high

    def test_arms_of_one_world_meet_different_customers_too(self, tiny):
        result = compare(tiny(ARMS), different_worlds=True)

        found = difference(result, "needs", "fast")
        assert found.low < found.high

    def test_the_highest_seed_has_successors(self, tiny):
        assert not compare(tiny(ARMS), different_worlds=True, seed=2**64 - 1, replications=1).paired

    def test_files_of_different_worlds_are_taken(self, tiny):
        files = [tiny(name="one.yaml"), tiny(name="two.yaml", old="per_hour: 30", new="per_hour: 20")]

        assert not compare(files, different_worlds=True, replications=1).paired


class TestReplications:
    def test_equal_commands_give_equal_bytes(self, tiny):
        path = tiny(ARMS)

        assert as_bytes(compare(path, reproducible=True)) == as_bytes(compare(path, reproducible=True))

    def test_processes_side_by_side_change_no_byte(self, tiny):
        path = tiny(ARMS)

        assert as_bytes(compare(path, reproducible=True)) == as_bytes(compare(path, reproducible=True, jobs=2))

    def test_progress_counts_replications_of_all_arms(self, tiny):
        seen = []

        compare(tiny(ARMS), replications=2, progress=lambda done, of: seen.append((done, of)))

        assert seen == [(0, 2), (1, 2), (2, 2)]

    def test_an_arm_more_changes_no_difference_of_the_others(self, tiny):
        few = compare(tiny(ARMS))
        many = compare(tiny(ARMS + "  faster: {agents.g.speed_cut: 40%}\n"))

        assert few.differences == tuple(one for one in many.differences if one.arm == "fast")


def test_a_lever_that_costs_only_in_life_is_named(tiny):
    arms = "arms: {now: {}, dearer: {agents.g.wage: 30/h}, quick: {agents.g.speed_cut: 40%}}\n"
    now, dearer, quick = compare(tiny(arms), replications=2).arms

    assert not any("pays for" in text for text in (*now.warnings, *dearer.warnings))
    (text,) = [text for text in quick.warnings if "pays for" in text]
    assert text.startswith("Nothing in the model pays for what quick moves here, which would take something in life:")
    assert "agents.g.speed_cut (what haste does to resolution, with pressure.resolution_cost 0)" in text
