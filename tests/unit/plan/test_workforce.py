"""Groups, skills, shifts, counts and scheduled time; every number on paper. 2026-01-05 is a Monday."""

from math import log

import pytest

from ccsim.plan.bins import joined
from ccsim.plan.plan import NONE

H, DAY = 3600.0, 86400.0


def staffed(*staffings, **shifts):
    """Groups g0, g1 ... of one staffing each."""
    agents = [{"name": f"g{i}", "skills": ["a"], "staffing": staffing} for i, staffing in enumerate(staffings)]
    return {"agents": agents} | ({"shifts": shifts} if shifts else {})


def rows(records):
    return [tuple(row) for row in records.tolist()]


class TestGroups:
    def test_agents_are_numbered_through_the_groups(self, compiled):
        plan = compiled(
            **staffed(
                {"agents": 2},
                {"shift": ["s", "t"], "agents": [1, 2]},
                {"from": "08:00", "every": "1h", "agents": [1, 4, 2]},
                s={"from": "08:00", "to": "16:00"},
                t={"from": "12:00", "to": "20:00"},
            )
        )

        assert plan.groups["n_agents"].tolist() == [2, 3, 4]
        assert plan.groups["first_agent"].tolist() == [0, 2, 5]
        assert plan.groups["counted"].tolist() == [1, 0, 1]
        assert plan.agent_group.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2]
        assert plan.names.agents == ("g0-1", "g0-2", "g1-1", "g1-2", "g1-3", "g2-1", "g2-2", "g2-3", "g2-4")

    def test_a_group_of_nobody_has_no_agents(self, compiled):
        plan = compiled(**staffed({"agents": 0}, {"agents": 1}))

        assert plan.groups["n_agents"].tolist() == [0, 1]
        assert plan.names.agents == ("g1-1",)

    def test_wages_are_per_paid_second_with_on_cost(self, compiled):
        agents = [{"name": "g", "skills": ["a"], "staffing": {"agents": 1}, "wage": "14.40/h"}]
        plan = compiled(agents=agents, money={"on_cost": "25%"})

        # 14.40 / 3600 x 1.25
        assert plan.groups["wage"].tolist() == [pytest.approx(0.005, rel=1e-12)]

    @pytest.mark.parametrize(
        ("cut", "rushing"), [("0%", 0), ("5%", 0), ("3%", 0), ("20%", -2.4 * log(0.95 / 0.8)), ("50%", -2.4 * log(1.9))]
    )
    def test_a_speed_cut_beyond_the_free_slack_costs_resolution(self, compiled, cut, rushing):
        agents = [{"name": "g", "skills": ["a"], "staffing": {"agents": 1}, "speed_cut": cut}]
        plan = compiled(agents=agents, pressure={"free_slack": "5%", "resolution_cost": 2.4})

        assert plan.groups["rushing"][0] == pytest.approx(rushing, rel=1e-11)
        assert plan.agent_speed[0] == pytest.approx(1 - float(cut.rstrip("%")) / 100, rel=1e-15)

    def test_without_pressure_a_speed_cut_costs_nothing(self, compiled):
        agents = [{"name": "g", "skills": ["a"], "staffing": {"agents": 1}, "speed_cut": "20%"}]

        assert compiled(agents=agents).groups["rushing"][0] == 0


# two channels, two types, three groups
TWO_BY_TWO = {
    "needs": {"volume": {"per_day": 240}, "types": [{"name": "a", "share": "50%"}, {"name": "b", "share": "50%"}]},
    "channels": [{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
    "customers": {"channels_preferred": {"phone": "50%", "post": "50%"}},
    "handling": {name: {"phone": {"talk": "100s"}, "post": {"work": "100s"}} for name in "ab"},
    "agents": [
        {"name": "both", "skills": {"a": 1, "b": 2}, "staffing": {"agents": 1}},
        {
            "name": "only b",
            "skills": {"b": {"rank": 3, "handles": "1.5x", "resolves": -0.2}},
            "staffing": {"agents": 1},
        },
        {"name": "phone", "skills": {"a": 2}, "channels": ["phone"], "staffing": {"agents": 1}},
    ],
}


class TestSkills:
    def tables(self, compiled, **routing):
        plan = compiled(**TWO_BY_TWO, routing=routing)
        return plan, plan.skills["preference"].tolist(), plan.skills["turn"].tolist()

    def test_queues_are_channels_by_skill(self, compiled):
        plan, _, _ = self.tables(compiled)

        assert plan.names.queues == ("phone.a", "phone.b", "post.a", "post.b")
        assert rows(plan.queues) == [(0, 0), (0, 1), (1, 0), (1, 1)]
        assert plan.handling["queue"].tolist() == [[0, 2], [1, 3]]

    def test_by_skill_priority_the_channel_goes_before_the_rank_and_the_best_rank_is_asked_first(self, compiled):
        _, preference, turn = self.tables(compiled)

        assert preference == [[0, 1, 2, 3], [NONE, 0, NONE, 1], [0, NONE, NONE, NONE]]
        assert [[turn[g][q] for g in range(3) if preference[g][q] != NONE] for q in range(4)] == [
            [1, 2],
            [2, 3],
            [1],
            [2, 3],
        ]

    def test_by_longest_waiting_only_the_channel_is_preferred(self, compiled):
        _, preference, _ = self.tables(compiled, contact="longest_waiting")

        assert preference == [[0, 0, 1, 1], [NONE, 0, NONE, 1], [0, NONE, NONE, NONE]]

    def test_by_longest_idle_all_groups_are_asked_alike(self, compiled):
        _, preference, turn = self.tables(compiled, agent="longest_idle")

        assert {turn[g][q] for g in range(3) for q in range(4) if preference[g][q] != NONE} == {0}

    def test_by_group_order_each_group_has_its_place(self, compiled):
        _, preference, turn = self.tables(compiled, agent="group_order", group_order=["phone", "only b", "both"])

        assert [[turn[g][q] for g in range(3) if preference[g][q] != NONE] for q in range(4)] == [
            [2, 0],
            [2, 1],
            [2],
            [2, 1],
        ]

    def test_factors_and_shifts_stand_where_the_skill_is_held(self, compiled):
        plan, _, _ = self.tables(compiled)

        assert plan.skills["handles"].tolist() == [[1, 1, 1, 1], [1, 1.5, 1, 1.5], [1, 1, 1, 1]]
        assert plan.skills["resolves"].tolist() == [[0, 0, 0, 0], [0, -0.2, 0, -0.2], [0, 0, 0, 0]]

    def test_types_of_one_skill_share_a_queue(self, compiled):
        types = [{"name": "a", "share": "50%"}, {"name": "b", "share": "50%", "skill": "a"}]
        plan = compiled(needs={"volume": {"per_day": 1}, "types": types})

        assert plan.names.queues == ("phone.a",)
        assert plan.handling["queue"].tolist() == [[0], [0]]

    def test_a_channel_without_handling_has_no_queue(self, compiled):
        plan = compiled(
            channels=[{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
            handling={"a": {"phone": {"talk": "100s"}}},
        )

        assert plan.names.queues == ("phone.a",)
        assert plan.handling["queue"].tolist() == [[0, NONE]]


class TestBreaks:
    def test_a_fixed_break_is_everybodys_at_once(self, compiled):
        plan = compiled(
            calendar={"days": 2},
            **staffed(
                {"shift": "s", "agents": 2},
                s={"from": "08:00", "to": "16:00", "days": "Tue", "breaks": [{"at": "10:30", "for": "15min"}]},
            ),
        )

        assert rows(plan.breaks) == [(0, DAY + 10.5 * H, 900.0), (1, DAY + 10.5 * H, 900.0)]
        assert plan.scheduled.sum() == 2 * 8 * H

    def test_in_a_window_one_follows_the_other_in_each_group(self, compiled):
        noon = {"between": "12:00-13:30", "for": "30min"}
        plan = compiled(
            calendar={"days": 1},
            **staffed(
                {"shift": "s", "agents": 4},
                {"shift": "s", "agents": 1},
                s={"from": "08:00", "to": "16:00", "breaks": [noon]},
            ),
        )

        # 60 minutes to spread over three steps; who is alone goes first
        assert rows(plan.breaks) == [
            *((agent, 12 * H + agent * 1200.0, 1800.0) for agent in range(4)), (4, 12 * H, 1800.0),
        ]  # fmt: skip

    def test_a_night_shifts_break_lies_beyond_midnight_and_none_before_the_run(self, compiled):
        pauses = [{"at": at, "for": "1h"} for at in ("23:00", "26:00")]
        night = {"from": "22:00", "to": "30:00", "breaks": pauses}
        plan = compiled(calendar={"days": 1}, **staffed({"shift": "s", "agents": 1}, s=night))

        assert rows(plan.breaks) == [(0, 2 * H, H), (0, 23 * H, H)]


class TestShifts:
    def test_each_agent_has_each_day_of_his_shift(self, compiled):
        plan = compiled(
            calendar={"days": 2}, **staffed({"shift": "s", "agents": 2}, s={"from": "08:30", "to": "17:00"})
        )

        day = [(8.5 * H, 17 * H), (DAY + 8.5 * H, DAY + 17 * H)]
        assert rows(plan.shifts) == [(agent, *stretch) for agent in (0, 1) for stretch in day]

    def test_a_list_of_shifts_goes_to_one_agent_after_another(self, compiled):
        plan = compiled(
            calendar={"days": 1},
            **staffed(
                {"shift": ["early", "late"], "agents": [1, 2]},
                early={"from": "06:00", "to": "14:00"},
                late={"from": "14:00", "to": "22:00"},
            ),
        )

        assert rows(plan.shifts) == [(0, 6 * H, 14 * H), (1, 14 * H, 22 * H), (2, 14 * H, 22 * H)]

    def test_shifts_keep_to_their_weekdays(self, compiled):
        # a window from Thursday to Tuesday
        plan = compiled(
            calendar={"start": "2026-01-08", "days": 6},
            **staffed({"shift": "s", "agents": 1}, s={"from": "08:00", "to": "16:00", "days": "Mon-Fri"}),
        )

        assert [start / DAY // 1 for start in plan.shifts["starts"].tolist()] == [0, 1, 4, 5]

    def test_the_night_before_the_first_day_reaches_into_it(self, compiled):
        plan = compiled(
            calendar={"days": 1}, **staffed({"shift": "s", "agents": 1}, s={"from": "22:00", "to": "30:00"})
        )

        assert rows(plan.shifts) == [(0, 0, 6 * H), (0, 22 * H, 30 * H)]

    def test_the_night_before_counts_only_on_its_weekday(self, compiled):
        # Monday's run has no Sunday night
        plan = compiled(
            calendar={"days": 2},
            **staffed({"shift": "s", "agents": 1}, s={"from": "22:00", "to": "30:00", "days": "Mon-Fri"}),
        )

        assert rows(plan.shifts) == [(0, 22 * H, 30 * H), (0, DAY + 22 * H, DAY + 30 * H)]

    def test_shifts_that_touch_or_overlap_are_one_stretch(self, compiled):
        plan = compiled(
            calendar={"days": 3}, **staffed({"shift": "s", "agents": 1}, s={"from": "08:00", "to": "32:00"})
        )

        # from the night before Monday on, without a gap
        assert rows(plan.shifts) == [(0, 0, 3 * DAY + 8 * H)]

    @pytest.mark.parametrize(
        ("stretches", "expected"),
        [
            ([], []),
            ([(0, 5), (2, 3)], [(0, 5)]),
            ([(4, 6), (0, 5)], [(0, 6)]),
            ([(0, 1), (2, 3)], [(0, 1), (2, 3)]),
            ([(0, 1), (1, 2), (2, 3)], [(0, 3)]),
        ],
    )
    def test_stretches_are_joined_in_order(self, stretches, expected):
        assert joined(stretches) == expected


class TestCounts:
    def test_always_on_is_one_count_from_the_start(self, compiled):
        assert rows(compiled(**staffed({"agents": 3})).counts) == [(0, 0, 3)]

    def test_only_changes_are_written_down(self, compiled):
        plan = compiled(calendar={"days": 1}, **staffed({"from": "08:00", "every": "1h", "agents": [2, 2, 5, 5, 2]}))

        assert rows(plan.counts) == [(0, 8 * H, 2), (0, 10 * H, 5), (0, 12 * H, 2), (0, 13 * H, 0)]

    def test_days_without_the_table_are_empty(self, compiled):
        plan = compiled(
            calendar={"days": 3},
            **staffed({"from": "00:00", "every": "12h", "agents": [2, 4], "days": "Mon,Wed"}),
        )

        assert rows(plan.counts) == [
            (0, 0, 2),
            (0, 12 * H, 4),
            (0, DAY, 0),
            (0, 2 * DAY, 2),
            (0, 2 * DAY + 12 * H, 4),
        ]

    def test_a_table_that_fills_the_day_runs_on_into_the_next(self, compiled):
        plan = compiled(calendar={"days": 2}, **staffed({"from": "00:00", "every": "12h", "agents": [4, 4]}))

        assert rows(plan.counts) == [(0, 0, 4)]

    def test_groups_stand_one_after_another(self, compiled):
        plan = compiled(calendar={"days": 1}, **staffed({"from": "08:00", "every": "1h", "agents": [2]}, {"agents": 1}))

        assert rows(plan.counts) == [(0, 8 * H, 2), (0, 9 * H, 0), (1, 0, 1)]

    def test_a_table_that_runs_past_midnight_ends_with_its_last_stretch(self, compiled):
        plan = compiled(
            calendar={"start": "2026-01-05", "days": 3},
            **staffed({"from": "20:00", "every": "6h", "agents": [1, 1], "days": "Mon-Fri"}),
        )

        # Monday and Tuesday nights from 20:00 to 32:00, and Wednesday's start
        assert rows(plan.counts) == [
            (0, 20 * H, 1),
            (0, 32 * H, 0),
            (0, DAY + 20 * H, 1),
            (0, DAY + 32 * H, 0),
            (0, 2 * DAY + 20 * H, 1),
        ]


class TestScheduled:
    def test_shifts_are_cut_into_intervals(self, compiled):
        plan = compiled(
            calendar={"length": "2h"},
            **staffed({"shift": "s", "agents": 2}, s={"from": "00:15", "to": "01:40"}),
        )

        # two agents from 900 s to 6000 s, in half hours
        assert plan.scheduled.tolist() == [[1800, 3600, 3600, 1200]]

    def test_counts_are_cut_into_intervals(self, compiled):
        plan = compiled(calendar={"length": "2h"}, **staffed({"from": "00:00", "every": "20min", "agents": [1, 3, 2]}))

        # 1 until 1200 s, 3 until 2400 s, 2 until 3600 s, nobody after that
        assert plan.scheduled.tolist() == [[1200 + 3 * 600, 3 * 600 + 2 * 1200, 0, 0]]

    def test_window_borders_inside_an_interval_cut_it_too(self, compiled):
        plan = compiled(calendar={"warm_up": "10min", "length": "1h"}, **staffed({"agents": 2}, {"agents": 1}))

        assert plan.bins.tolist() == [0, 600, 1800, 3600, 4200]
        assert plan.scheduled.tolist() == [[1200, 2400, 3600, 1200], [600, 1200, 1800, 600]]

    def test_what_lies_beyond_the_horizon_is_left_out(self, compiled):
        plan = compiled(
            calendar={"length": "1h"}, **staffed({"shift": "s", "agents": 1}, s={"from": "00:45", "to": "09:00"})
        )

        assert plan.scheduled.sum() == 900
