"""What becomes of each part of a scenario; every number on paper. 2026-01-05 is a Monday."""

import pickle
from dataclasses import fields
from math import ceil, exp, inf, log

import numpy as np
import pytest
from hand_days import play, scenario_of
from scipy import integrate, stats

from ccsim.draws.streams import need_id
from ccsim.engine import laws
from ccsim.engine.run import simulate
from ccsim.logs.codes import EndReason
from ccsim.plan.compile import compile_plan
from ccsim.plan.law import Law
from ccsim.plan.plan import NONE, Plan
from ccsim.scenario.load import scenario_from

H, DAY = 3600.0, 86400.0
FLAT = {"volume": {"per_day": 240}, "types": [{"name": "a"}]}
BOTH = [{"name": "phone"}, {"name": "post", "kind": "deferrable"}]
WORK = {"a": {"phone": {"talk": "100s"}, "post": {"work": "100s"}}}


def law(plan, number):
    """A law as (kind, first)."""
    return plan.laws["kind"][number], plan.laws["first"][number]


class TestPlan:
    def test_nobody_can_write_to_any_of_its_arrays(self, compiled):
        plan = compiled()

        arrays = [
            getattr(plan, field.name) for field in fields(Plan) if isinstance(getattr(plan, field.name), np.ndarray)
        ]
        assert len(arrays) > 20
        assert not any(array.flags.writeable for array in arrays)
        assert all(array.flags.c_contiguous for array in arrays)

    def test_equal_scenarios_give_equal_plans(self, compiled):
        one, other = compiled(), compiled()

        assert one.digest == other.digest
        # bit by bit, so that nan equals nan
        assert pickle.dumps(one) == pickle.dumps(other)

    def test_a_change_changes_the_digest(self, compiled):
        assert compiled().digest != compiled(shrinkage="1%").digest

    def test_settings_of_measurement_are_handed_on(self, compiled):
        plan = compiled(
            service_level={"within": "30s", "base": "offered", "short": "3s"},
            shrinkage="25%",
            calendar={"length": "1h", "interval": "15min"},
        )

        assert (plan.acceptable_wait, plan.short_wait, plan.service_level_base) == (30, 3, "offered")
        assert (plan.rostered.tolist(), plan.interval) == ([0.75] * len(plan.groups), 900)

    def test_effort_has_weights_and_penalties_in_seconds(self, compiled):
        effort = {"weights": {"gate": 1.5, "queue": 2}, "penalties": {"recontact": "5min", "transfer": "3min"}}
        plan = compiled(customers={"effort": effort})

        assert plan.effort.tolist() == [(1, 1.5, 2, 1, 1, 300, 0, 180)]

    def test_effort_left_out_is_minutes_as_they_are(self, compiled):
        assert compiled().effort.tolist() == [(1, 1, 1, 1, 1, 0, 0, 0)]

    def test_money_is_per_second_and_per_piece(self, compiled):
        plan = compiled(
            money={
                "telephony": "0.06/min",
                "gate": "0.10/contact",
                "speech_analytics": "0.05/contact",
                "text_analytics": "0.02/contact",
                "manual_review": "1.50/contact",
                "fixed": "864/day",
                "contacts": {"phone": "0.02/contact"},
            }
        )

        assert plan.money.tolist() == [pytest.approx((0.001, 0.10, 0.05, 0.02, 1.50, 0.01, 0.0), rel=1e-12)]
        assert plan.channels["cost"].tolist() == [0.02]


class TestTimes:
    def test_window_and_horizon(self, compiled):
        plan = compiled(calendar={"days": 2, "warm_up": "1 day", "follow_up": "36h"})

        assert (plan.window, plan.horizon, plan.n_days) == ((DAY, 3 * DAY), 4.5 * DAY, 5)

    def test_a_run_within_a_day_has_no_follow_up(self, compiled):
        plan = compiled(
            calendar={"length": "12h", "warm_up": "12h"},
            customers={"redial": {"probability": "50%", "after": "30min"}},
        )

        assert plan.horizon == DAY

    def test_without_repeats_there_is_no_follow_up(self, compiled):
        assert compiled(calendar={"days": 7}).horizon == 7 * DAY

    def test_follow_up_left_out_is_the_99_percent_point_of_the_longest_delay(self, compiled):
        customers = {
            "redial": {"probability": "50%", "after": {"exponential": {"mean": "30min"}}},
            "gate_failure": {"probability": "50%", "after": {"exponential": {"mean": "40min"}}},
            "reconnect": {
                "probability": "50%",
                "after": {"exponential": {"mean": "1h"}},
                "noticed": "70%",
                "discovered_after": {"exponential": {"mean": "10h"}},
            },
        }

        # an exponential stays below mean x ln 100 in 99 %
        assert compiled(calendar={"days": 2}, customers=customers).horizon == 2 * DAY + ceil(36000 * log(100))

    def test_a_follow_up_of_nothing_is_taken_at_its_word(self, compiled):
        customers = {"redial": {"probability": "50%", "after": "10h"}}

        assert compiled(calendar={"days": 2, "follow_up": "0s"}, customers=customers).horizon == 2 * DAY

    def test_bins_are_half_hours_with_the_windows_borders(self, compiled):
        plan = compiled(calendar={"length": "70min", "warm_up": "10min"})

        assert plan.bins.tolist() == [0, 600, 1800, 3600, 4800]


class TestDemand:
    TYPES = ({"name": "a", "share": "75%"}, {"name": "b", "share": "25%"})
    AGENTS = ({"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}},)

    def test_expected_counts_are_volume_times_share_times_the_weekdays_factor(self, compiled):
        volume = {"per_day": 1000, "weekdays": [1.2, 1, 1, 1, 1, 0.5, 0.3]}
        plan = compiled(
            calendar={"start": "2026-01-10", "days": 3},
            needs={"volume": volume, "types": [*self.TYPES]},
            agents=[*self.AGENTS],
        )

        # Saturday, Sunday, Monday
        assert plan.expected == pytest.approx(np.array([[375, 225, 900], [125, 75, 300]]), rel=1e-12)

    def test_warm_up_and_follow_up_have_demand_of_their_own_weekdays(self, compiled):
        volume = {"per_day": 100, "weekdays": [1, 2, 3, 4, 5, 6, 7]}
        plan = compiled(
            calendar={"days": 1, "warm_up": "1 day", "follow_up": "1 day"},
            needs={"volume": volume, "types": [{"name": "a"}]},
        )

        assert plan.expected.tolist() == [[100, 200, 300]]

    def test_an_hourly_volume_is_24_times_as_much_a_day_and_flat(self, compiled):
        plan = compiled(needs={"volume": {"per_hour": 10}, "types": [{"name": "a"}]})

        assert plan.expected.tolist() == [[240]]
        assert plan.shape_edges.tolist() == [[0, DAY]]
        assert plan.shape_cumulative.tolist() == [[0, 1]]

    def test_a_run_of_an_hour_still_has_the_whole_days_mean(self, compiled):
        # what arises after the horizon is dropped when it is drawn
        assert compiled(calendar={"length": "1h"}).expected.tolist() == [[240]]

    def test_a_shape_is_cumulated_from_its_weights(self, compiled):
        intraday = {"from": "08:00", "every": "30min", "shape": [3, 4, 6, 7]}
        plan = compiled(needs=FLAT | {"intraday": intraday})

        assert plan.shape_edges.tolist() == [[8 * H, 8.5 * H, 9 * H, 9.5 * H, 10 * H]]
        assert plan.shape_cumulative == pytest.approx(np.array([[0, 0.15, 0.35, 0.65, 1]]), rel=1e-15)
        assert plan.expected.tolist() == [[240]]

    def test_absolute_rates_are_the_volume_themselves(self, compiled):
        intraday = {"from": "08:00", "every": "30min", "per_hour": [60, 180, 60]}
        plan = compiled(needs={"intraday": intraday, "types": [*self.TYPES]}, agents=[*self.AGENTS])

        # (60 + 180 + 60) / 2 = 150 a day
        assert plan.expected == pytest.approx(np.array([[112.5], [37.5]]), rel=1e-15)
        assert plan.shape_cumulative == pytest.approx(np.array([[0, 0.2, 0.8, 1]] * 2), rel=1e-15)

    def test_a_types_own_shape_goes_before_the_common_one_and_shorter_rows_are_filled_up(self, compiled):
        types = [{**self.TYPES[0], "intraday": {"from": "10:00", "every": "1h", "shape": [1]}}, self.TYPES[1]]
        plan = compiled(
            needs={
                "volume": {"per_day": 100},
                "intraday": {"from": "08:00", "every": "2h", "shape": [1, 2, 1]},
                "types": types,
            },
            agents=[*self.AGENTS],
        )

        assert plan.shape_edges.tolist() == [[10 * H, 11 * H, 11 * H, 11 * H], [8 * H, 10 * H, 12 * H, 14 * H]]
        assert plan.shape_cumulative.tolist() == [[0, 1, 1, 1], [0, 0.25, 0.75, 1]]

    def test_needs_of_a_filled_up_row_arise_within_its_own_shape(self, compiled):
        types = [{**self.TYPES[0], "intraday": {"from": "10:00", "every": "1h", "shape": [1]}}, self.TYPES[1]]
        plan = compiled(
            calendar={"days": 1},
            needs={
                "volume": {"per_day": 400},
                "intraday": {"from": "08:00", "every": "2h", "shape": [1, 2, 1]},
                "types": types,
            },
            agents=[*self.AGENTS],
        )

        arises = simulate(plan, 1).needs[["need_type", "arises"]]
        first = arises["arises"][arises["need_type"] == 0]
        assert len(first) > 200
        assert (first >= 10 * H).all()
        assert (first < 11 * H).all()

    def test_busyness_is_a_gamma_law_with_mean_one(self, compiled):
        plan = compiled(needs=FLAT | {"volume": {"per_day": 240, "busyness": {"cv": "20%"}}})

        row = plan.laws[plan.busyness["day_law"][0]]
        table = plan.law_tables[row["offset"] : row["offset"] + row["n"]]
        assert row["kind"] == Law.TABLE
        # shape 1/0.04 = 25; the table's middle knot is the median
        assert table[2048] == pytest.approx(stats.gamma(25, scale=0.04).median(), rel=1e-10)

    @pytest.mark.parametrize("volume", [{"per_day": 240}, {"per_day": 240, "busyness": {"cv": "0%"}}])
    def test_without_busyness_there_is_no_law_of_it(self, compiled, volume):
        assert compiled(needs=FLAT | {"volume": volume}).busyness["day_law"].tolist() == [NONE]

    def test_need_types_carry_their_character(self, compiled):
        types = [
            {"name": "a", "share": "50%", "priority": 3, "handling_grows": 0.8, "resolution_falls": 1.5}
            | {"complexity": {"typical": "20%", "spread": 0.7}, "stake": {"spread": 0.5}},
            {"name": "b", "share": "50%", "kind": "failure", "causes": {"standing": 3, "incidence_spread": 1.3}},
        ]
        plan = compiled(needs={"volume": {"per_day": 1}, "types": types}, agents=[*self.AGENTS])

        first, second = plan.need_types
        assert first["complexity_location"] == pytest.approx(log(0.25), rel=1e-11)
        assert plan.handling["priority"][:, 0].tolist() == [3, 1]
        assert plan.handling["place"][:, 0].tolist() == [1, 0]
        assert [first[name] for name in ("typical", "complexity_spread", "stake_spread")] == [0.2, 0.7, 0.5]
        assert [first[name] for name in ("handling_grows", "resolution_falls", "failure", "n_causes")] == [
            0.8,
            1.5,
            0,
            0,
        ]
        assert [second[name] for name in ("failure", "first_cause", "n_causes", "cause_spread")] == [1, 0, 3, 1.3]
        assert [second[name] for name in ("typical", "complexity_spread", "stake_spread")] == [0.5, 0, 0]
        assert plan.names.causes == ("b-1", "b-2", "b-3")
        assert plan.causes.tolist() == [(second["stream"], 1, number) for number in range(3)]

    def test_streams_belong_to_names_and_not_to_places(self, compiled):
        one = compiled(needs={"volume": {"per_day": 1}, "types": [*self.TYPES]}, agents=[*self.AGENTS])
        other = compiled(needs={"volume": {"per_day": 1}, "types": [*reversed(self.TYPES)]}, agents=[*self.AGENTS])

        assert one.need_types["stream"].tolist() == other.need_types["stream"].tolist()
        assert one.names.need_types == other.names.need_types == ("a", "b")


class TestChannels:
    def test_preferences_are_cumulated_with_none_last(self, compiled):
        plan = compiled(
            channels=BOTH,
            handling=WORK,
            customers={"channels_preferred": {"post": "19%", "phone": "62%", "none": "19%"}},
        )

        assert plan.preferred == pytest.approx(np.array([[0.62, 0.81, 1]]), rel=1e-15)

    def test_the_first_channel_is_everybodys_where_nothing_is_said(self, compiled):
        assert compiled(channels=BOTH, handling=WORK).preferred.tolist() == [[1, 1, 1]]

    def test_what_rounding_leaves_goes_to_the_last_share_that_is_not_zero(self, compiled):
        # ten tenths add up to 0.9999999999999999
        channels = [{"name": f"c{i}"} for i in range(10)] + [{"name": "unused"}]
        shares = dict.fromkeys([f"c{i}" for i in range(10)], "10%")
        plan = compiled(channels=channels, customers={"channels_preferred": shares})

        assert plan.preferred[0, 8] == pytest.approx(0.9)
        assert plan.preferred[0, 9:].tolist() == [1, 1, 1]

    def test_a_types_own_preferences_go_before_the_common_ones(self, compiled):
        types = [{"name": "a", "share": "50%"}, {"name": "b", "share": "50%", "channels_preferred": {"post": "100%"}}]
        plan = compiled(
            channels=BOTH,
            handling=dict.fromkeys("ab", WORK["a"]),
            needs={"volume": {"per_day": 1}, "types": types},
            agents=[*TestDemand.AGENTS],
        )

        assert plan.preferred.tolist() == [[1, 1, 1], [0, 1, 1]]

    def test_diversions_are_cumulated_and_those_of_closed_channels_lie_above_returning(self, compiled):
        phone = {
            "name": "phone",
            "diverted": {"post": "30%"},
            "when_closed": {"returns": "50%", "after": "10min", "diverted": {"post": "20%"}},
        }
        plan = compiled(channels=[phone, BOTH[1]], handling=WORK)

        assert plan.diverted.tolist() == [[0, 0.3], [0, 0]]
        assert plan.closed_diverted == pytest.approx(np.array([[0.5, 0.7], [1, 1]]), rel=1e-15)
        assert plan.channels["returns"].tolist() == [0.5, 1]
        assert law(plan, plan.channels["returns_after"][0]) == (Law.CONSTANT, 600)
        # who comes to a closed channel of which nothing is said returns within an exponential half hour
        assert law(plan, plan.channels["returns_after"][1]) == (Law.EXPONENTIAL, 1800)

    def test_search_is_in_proportion_to_what_is_hidden(self, compiled):
        plan = compiled(channels=[{"name": "phone", "prominence": "70%", "friction": "5%", "search_time": "100s"}])

        channel = plan.channels[0]
        assert (channel["prominence"], channel["friction"]) == (0.7, 0.05)
        assert channel["search"] == pytest.approx(30, rel=1e-12)

    def test_deferrable_channels_have_deadlines_and_writing(self, compiled):
        channels = [{"name": "phone"}, {**BOTH[1], "answer_within": "24h", "customer_time": "5min"}]
        plan = compiled(channels=channels, handling=WORK)

        assert plan.channels["live"].tolist() == [1, 0]
        assert plan.channels["typing"].tolist() == [0, 300]
        assert plan.channels["answer_within"][1] == DAY
        assert np.isnan(plan.channels["answer_within"][0])

    def test_openings_are_stretches_of_each_channel_over_the_whole_run(self, compiled):
        plan = compiled(
            calendar={"days": 3},
            channels=[{"name": "phone", "open": ["08:00-12:00 Mon", "12:00-18:00 Mon,Tue"]}, BOTH[1]],
            handling=WORK,
        )

        first, number = plan.channels["first_opening"], plan.channels["n_openings"]
        phone = plan.openings[first[0] : first[0] + number[0]].tolist()
        post = plan.openings[first[1] : first[1] + number[1]].tolist()
        # Monday's two stretches touch and are one
        assert phone == [(8 * H, 18 * H), (DAY + 12 * H, DAY + 18 * H)]
        assert len(post) == 1
        assert post[0][0] <= 0
        assert post[0][1] >= 3 * DAY

    def test_the_night_before_is_open_into_the_first_day(self, compiled):
        plan = compiled(calendar={"days": 1}, channels=[{"name": "phone", "open": "22:00-26:00"}])

        assert plan.openings.tolist()[:2] == [(-2 * H, 2 * H), (22 * H, 26 * H)]

    def test_an_opening_on_the_day_after_the_run_is_known(self, compiled):
        plan = compiled(calendar={"days": 1}, channels=[{"name": "phone", "open": "08:00-09:00 Tue"}])

        assert plan.openings.tolist() == [(DAY + 8 * H, DAY + 9 * H)]

    def test_a_channel_that_never_opens_has_no_stretch(self, compiled):
        plan = compiled(channels=[{"name": "phone", "open": []}])

        assert (plan.channels["n_openings"][0], len(plan.openings)) == (0, 0)

    @pytest.mark.parametrize(
        ("listening", "content"),
        # base + (most - base)(1 - e^{-l/scale}); model.md 0, kappa
        [("0s", 0.6), ("2min", 0.6 + 0.25 * (1 - exp(-1))), ("10min", 0.6 + 0.25 * (1 - exp(-5)))],
    )
    def test_listening_raises_the_share_that_shows_its_cause_towards_the_most(self, compiled, listening, content):
        insight = {
            "content": {"phone": {"base": "60%", "most": "85%"}, "post": {"base": "60%", "most": "85%"}},
            "listening": {"minutes_per_contact": listening, "scale": "2min"},
        }
        plan = compiled(channels=BOTH, handling=WORK, insight=insight)

        assert plan.channels["content"][0] == pytest.approx(content, rel=1e-11)
        # nobody listens longer to a message
        assert plan.channels["content"][1] == 0.6

    def test_content_left_out_is_60_percent_and_the_gates_5(self, compiled):
        plan = compiled(insight={})

        assert plan.channels["content"].tolist() == [0.6]
        assert plan.settings["gate_content"].tolist() == [0.05]
        assert (plan.channels["recorded"][0], plan.channels["accessible"][0]) == (1, 1)

    def test_without_insight_nothing_listens(self, compiled):
        plan = compiled()

        settings = plan.settings[0]
        assert (settings["listens"], settings["listening"], settings["manual_sample"]) == (0, 0, 0)
        assert settings["found_anyway"] == NONE


class TestGate:
    @staticmethod
    def channels(**gate):
        return [{"name": "phone", "gate": gate}]

    def test_time_left_out_is_lognormal_of_levels_times_level_time_with_cv_one_half(self, compiled):
        plan = compiled(channels=self.channels(levels=5, level_time="24s"))

        row = plan.laws[plan.channels["gate_time"][0]]
        assert row["kind"] == Law.LOGNORMAL
        assert row["first"] == pytest.approx(log(120) - log(1.25) / 2, rel=1e-11)
        assert row["second"] == pytest.approx(log(1.25) ** 0.5, rel=1e-11)

    def test_everything_left_out_is_off(self, compiled):
        channel = compiled(channels=self.channels(levels=1)).channels[0]

        assert channel["gate"] == 1
        assert channel["gate_patience"] == NONE
        assert channel["misroute_talk"] == NONE
        for name in ("gate_effect", "gate_wrong", "gate_blocked", "gate_bypass", "gate_misroutes"):
            assert channel[name] == 0

    def test_no_gate_is_no_gate(self, compiled):
        channel = compiled(channels=[{"name": "phone", "gate": "off"}]).channels[0]

        assert (channel["gate"], channel["gate_time"]) == (0, NONE)

    def test_bypass_counts_only_with_opt_out(self, compiled):
        assert compiled(channels=self.channels(bypass="10%")).channels["gate_bypass"][0] == 0.1
        assert compiled(channels=self.channels(bypass="10%", opt_out=False)).channels["gate_bypass"][0] == 0

    @pytest.mark.parametrize(("levels", "share"), [(0, 0.03), (1, 0.03), (2, 0.05), (5, 0.11), (99, 1)])
    def test_misroutes_grow_with_each_further_level_up_to_everybody(self, compiled, levels, share):
        plan = compiled(channels=self.channels(levels=levels, misroutes={"base": "3%", "per_level": "2%"}))

        assert plan.channels["gate_misroutes"][0] == pytest.approx(share, rel=1e-12)

    def test_hanging_up_is_exponential(self, compiled):
        plan = compiled(channels=self.channels(hangs_up_after="8min"))

        assert law(plan, plan.channels["gate_patience"][0]) == (Law.EXPONENTIAL, 480)

    def test_without_complexity_effect_the_scale_is_the_share_itself(self, compiled):
        needs = {"volume": {"per_day": 1}, "types": [{"name": "a", "complexity": "high"}]}

        assert compiled(needs=needs, channels=self.channels(solves="37%")).handling["gate_solves"].tolist() == [[0.37]]

    def test_without_complexity_the_scale_is_the_share_itself(self, compiled):
        plan = compiled(channels=self.channels(solves="37%", complexity_effect=2))

        assert plan.handling["gate_solves"].tolist() == [[0.37]]

    def test_a_gate_that_solves_nothing_solves_nothing(self, compiled):
        needs = {"volume": {"per_day": 1}, "types": [{"name": "a", "complexity": "high"}]}
        plan = compiled(needs=needs, channels=self.channels(solves={}, complexity_effect=2))

        assert plan.handling["gate_solves"].tolist() == [[0]]

    @pytest.mark.parametrize("complexity", ["low", "high", {"typical": "40%", "spread": 0.3}])
    @pytest.mark.parametrize("effect", [0.5, 2.0])
    @pytest.mark.parametrize("share", [0.1, 0.7, 0.95])
    def test_the_mean_over_complexity_is_the_planners_share(self, compiled, complexity, effect, share):
        needs = {"volume": {"per_day": 1}, "types": [{"name": "a", "complexity": complexity}]}
        plan = compiled(needs=needs, channels=self.channels(solves=share, complexity_effect=effect))

        scale, row = plan.handling["gate_solves"][0, 0], plan.need_types[0]

        def solved(z):
            x = 1 / (1 + exp(-(row["complexity_location"] + row["complexity_spread"] * z)))
            return laws.gate_probability(scale, x, row["typical"], effect)

        # the kink at certainty needs fine steps
        steps = np.linspace(-8, 8, 4001)
        mean = integrate.simpson(np.array([solved(z) for z in steps.tolist()]) * stats.norm.pdf(steps), dx=16 / 4000)
        assert mean == pytest.approx(share, abs=2e-5)

    def test_the_share_that_the_gate_solves_in_a_run_is_the_planners(self, compiled):
        plan = compiled(
            calendar={"days": 1},
            needs={"volume": {"per_day": 20_000}, "types": [{"name": "a", "complexity": "high"}]},
            channels=self.channels(solves="40%", complexity_effect=2),
            agents=[{"name": "g", "skills": ["a"], "staffing": {"agents": 60}}],
        )

        ends = simulate(plan, 20260105).attempts["end_reason"]
        solved = (ends == EndReason.GATE_RESOLVED).mean()
        # binomial standard error; level 1e-4
        z = (solved - 0.4) / (0.24 / len(ends)) ** 0.5
        print(f"z {z:+.2f}")
        assert abs(z) < 3.9


class TestHandlingAndSettings:
    def test_laws_stand_by_type_and_channel(self, compiled):
        plan = compiled(
            channels=BOTH,
            handling={"a": {"phone": {"talk": "100s", "wrap_up": "20s"}, "post": {"work": "70s"}}},
            customers={"patience": {"phone": "90s"}},
            resolution={"a": {"phone": "72%", "post": "60%"}},
        )

        phone, post = plan.handling[0]
        assert [law(plan, phone[name])[1] for name in ("talk", "wrap_up", "patience")] == [100, 20, 90]
        assert law(plan, post["talk"])[1] == 70
        assert (post["wrap_up"], post["patience"]) == (NONE, NONE)
        assert (phone["resolution"], post["resolution"]) == (0.72, 0.6)

    def test_patience_is_never_where_nothing_is_said(self, compiled):
        assert compiled().handling["patience"].tolist() == [[NONE]]

    def test_one_patience_holds_for_live_channels_only(self, compiled):
        plan = compiled(channels=BOTH, handling=WORK, customers={"patience": "90s"})

        assert law(plan, plan.handling["patience"][0, 0])[1] == 90
        assert plan.handling["patience"][0, 1] == NONE

    def test_a_types_own_patience_goes_before_the_customers(self, compiled):
        needs = {"volume": {"per_day": 1}, "types": [{"name": "a", "patience": "30s"}]}
        plan = compiled(needs=needs, customers={"patience": "90s"})

        assert law(plan, plan.handling["patience"][0, 0])[1] == 30

    def test_a_law_used_twice_is_written_down_once(self, compiled):
        plan = compiled(handling={"talk": "100s", "wrap_up": "100s"}, customers={"patience": "100s"})

        row = plan.handling[0, 0]
        assert row["talk"] == row["wrap_up"] == row["patience"]

    def test_nobody_tries_again_where_nothing_is_said(self, compiled):
        settings = compiled().settings[0]

        assert [settings[name] for name in ("redial", "gate_retry", "reconnect")] == [0, 0, 0]
        assert [settings[f"{name}_after"] for name in ("redial", "gate_retry", "reconnect")] == [NONE] * 3
        assert (settings["noticed"], settings["most_attempts"]) == (1, 8)
        assert (settings["coded_when_resolved"], settings["coded_when_not"]) == (1, 0)

    def test_failure_in_the_gate_is_like_abandoning_where_nothing_is_said(self, compiled):
        plan = compiled(customers={"redial": {"probability": "45%", "after": "7min"}})

        settings = plan.settings[0]
        assert (settings["redial"], settings["gate_retry"]) == (0.45, 0.45)
        assert settings["gate_retry_after"] == settings["redial_after"]
        assert law(plan, settings["redial_after"])[1] == 420

    def test_failure_in_the_gate_may_be_unlike_abandoning(self, compiled):
        plan = compiled(
            customers={
                "redial": {"probability": "45%", "after": "7min"},
                "gate_failure": {"probability": "0%", "after": "1min"},
            }
        )

        assert plan.settings["gate_retry"][0] == 0

    def test_discovery_takes_its_own_delay_and_else_the_reconnect_delay(self, compiled):
        reconnect = {"probability": "80%", "after": "1h", "noticed": "60%", "discovered_after": "2 days"}
        with_delay = compiled(calendar={"length": "1h"}, customers={"reconnect": reconnect})
        without = compiled(customers={"reconnect": {"probability": "80%", "after": "1h"}})

        assert law(with_delay, with_delay.settings["discovered_after"][0])[1] == 2 * DAY
        assert with_delay.settings["noticed"][0] == 0.6
        assert without.settings["discovered_after"][0] == without.settings["reconnect_after"][0]

    def test_insight_has_shares_counts_and_delays(self, compiled):
        insight = {
            "listening": {
                "minutes_per_contact": 2,
                "manual_sample": "2%",
                "speech_analytics": {"coverage": "30%", "recall": "70%"},
                "text_analytics": {"coverage": "50%", "recall": "60%"},
                "agent_flags": "1%",
                "log_analysis": "20%",
            },
            "detection": {"count": 7, "within": "90 days"},
            "found_anyway": {"per_year": 0.5},
        }
        plan = compiled(insight=insight)

        settings = plan.settings[0]
        assert (settings["listens"], settings["listening"]) == (1, 120)
        assert (settings["manual_sample"], settings["agent_flags"], settings["log_analysis"]) == (0.02, 0.01, 0.2)
        assert settings["speech_coverage"] == 0.3
        assert settings["speech_finds"] == pytest.approx(0.21, rel=1e-15)
        assert (settings["text_coverage"], settings["text_finds"]) == (0.5, 0.3)
        assert (settings["detection_count"], settings["detection_within"]) == (7, 90 * DAY)
        # one in two years
        assert law(plan, settings["found_anyway"]) == (Law.EXPONENTIAL, 2 * 365 * DAY)

    def test_detection_left_out_is_five_signals_however_far_apart(self, compiled):
        settings = compiled(insight={}).settings[0]

        assert (settings["detection_count"], settings["detection_within"]) == (5, inf)


class TestReplay:
    CALLS = """
        need  type attempt arrives channel talk wrap_up patience gate redial_after
        late  a    0       500     -       60   5       never    -    -
        early b    0       100     phone   -    -       -        -    -
        next  a    0       90000   -       -    -       -        -    -
        late  a    1       -       -       30   -       20       -    400
    """
    SECTIONS = (("needs", {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}), ("calendar", {"days": 2}))

    def replayed(self, folder):
        agents = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]
        return compile_plan(scenario_of(self.CALLS, folder, agents=agents, **dict(self.SECTIONS)))

    def test_a_need_id_is_made_of_stream_day_and_number(self, tmp_path):
        plan = self.replayed(tmp_path)

        a, b = plan.need_types["stream"].tolist()
        ids = dict(zip(plan.names.needs, sorted(set(plan.replay["need"].tolist()))))
        assert ids == {"late": need_id(a, 0, 0, 0), "early": need_id(b, 0, 0, 0), "next": need_id(a, 1, 0, 0)}

    def test_needs_of_one_type_and_day_are_numbered_by_arrival_and_then_by_the_files_order(self, tmp_path):
        plan = compile_plan(scenario_of("need arrives\nz 300\ny 100\nx 300\nw 0", tmp_path))

        assert plan.names.needs == ("w", "y", "z", "x")

    def test_rows_stand_by_need_and_attempt_with_gaps_where_chance_decides(self, tmp_path):
        plan = self.replayed(tmp_path)

        rows = {(row["need"], row["attempt"]): row for row in plan.replay}
        keys = [(row["need"], row["attempt"]) for row in plan.replay]
        assert keys == sorted(keys)
        late = next(row for row in plan.replay if row["talk"] == 60)
        again = rows[late["need"], 1]
        assert (late["arrives"], late["wrap_up"], late["patience"], late["gate"]) == (500, 5, inf, NONE)
        assert (again["talk"], again["patience"], again["redial_after"]) == (30, 20, 400)
        assert np.isnan(again["arrives"])
        early = next(row for row in plan.replay if row["arrives"] == 100)
        assert (early["channel"], early["need_type"]) == (0, 1)
        assert np.isnan(early["talk"])
        assert late["channel"] == NONE

    def test_a_replay_expects_nothing_by_chance(self, tmp_path):
        assert self.replayed(tmp_path).expected.tolist() == [[0, 0], [0, 0]]

    def test_without_a_replay_there_are_no_rows_and_no_labels(self, compiled):
        plan = compiled()

        assert len(plan.replay) == 0
        assert plan.names.needs == ()

    def test_labels_lead_to_the_needs_that_arise(self, tmp_path):
        found = play("need arrives\nz 300\ny 100\nx 300\nw 0", tmp_path)

        assert [float(found.need(label)["arises"]) for label in ("w", "y", "x", "z")] == [0, 100, 300, 300]


def test_the_shipped_languages_example_of_one_of_everything_compiles(tmp_path):
    scenario = scenario_from(
        {
            "name": "everything",
            "calendar": {"days": 1, "warm_up": "1 day", "follow_up": "1 day", "interval": "15min"},
            "needs": {
                "volume": {"per_day": 100, "busyness": {"cv": "10%"}},
                "intraday": {"from": "08:00", "every": "3h", "shape": [3, 4, 6]},
                "types": [{"name": "a", "kind": "failure", "causes": {"standing": 2}, "complexity": "low"}],
            },
            "channels": [{"name": "phone", "gate": {"solves": "20%", "complexity_effect": 1}}],
            "agents": [{"name": "g", "skills": ["a"], "staffing": {"agents": 1}}],
            "handling": {"talk": {"gamma": {"mean": "100s", "cv": 0.5}}},
        }
    )

    plan = compile_plan(scenario)

    assert plan.n_days == 3
    # every law's table lies within the plan's tables
    assert (plan.laws["offset"] + plan.laws["n"] <= len(plan.law_tables)).all()
