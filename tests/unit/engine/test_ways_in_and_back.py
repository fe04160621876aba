"""Closed, hidden, put off, back again: where a customer goes and when; times on paper."""

import pytest

from ccsim.logs.codes import EndReason, Outcome

SERVED, ABANDONED, CLOSED, HORIZON = EndReason.SERVED, EndReason.ABANDONED, EndReason.CLOSED, EndReason.HORIZON
EMAIL = {"name": "post", "kind": "deferrable"}
BOTH = {"a": {"phone": {"talk": "100s"}, "post": {"work": "40s"}}}


def channels(**phone):
    """A phone and e-mail."""
    return {"channels": [{"name": "phone"} | phone, EMAIL], "handling": BOTH}


class TestClosed:
    def test_who_comes_back_does_so_after_the_next_opening_and_a_delay(self, day):
        found = day(
            "need arrives\nc1 100",
            channels=[{"name": "phone", "open": "00:10-00:20", "when_closed": {"returns": "100%", "after": "60s"}}],
        )

        # opens at 600
        assert found.legs("c1") == [(CLOSED, None, None, 100, None), (SERVED, 660, 660, 760, "g-1")]
        assert found.leg("c1")["enters"] == 100
        assert found.leg("c1", 1)["arrives"] == 660

    def test_who_comes_after_closing_comes_back_at_the_next_days_opening(self, day):
        found = day(
            "need arrives\nc1 09:00",
            calendar={"days": 2},
            channels=[{"name": "phone", "open": "07:00-08:00", "when_closed": {"returns": "100%", "after": "60s"}}],
        )

        assert found.leg("c1", 1)["arrives"] == 86400 + 7 * 3600 + 60

    def test_friday_evening_leads_to_monday_morning(self, day):
        # 2026-01-09 is a Friday, day 4
        found = day(
            "need arrives\nc1 2026-01-09T19:00:00",
            calendar={"days": 8},
            channels=[
                {"name": "phone", "open": "08:00-18:00 Mon-Fri", "when_closed": {"returns": "100%", "after": "60s"}}
            ],
        )

        assert found.leg("c1", 1)["arrives"] == 7 * 86400 + 8 * 3600 + 60

    def test_who_comes_back_so_late_that_it_is_closed_again_comes_back_once_more(self, day):
        found = day(
            "need arrives\nc1 100",
            channels=[{"name": "phone", "open": "00:10-00:20", "when_closed": {"returns": "100%", "after": "700s"}}],
            customers={"most_attempts": 2},
        )

        # back at 1300, closed since 1200
        assert found.legs("c1") == [(CLOSED, None, None, 100, None), (CLOSED, None, None, 1300, None)]
        assert found.outcome("c1") == (Outcome.LOST, 1300)

    def test_who_is_diverted_tries_the_other_channel_in_the_same_second(self, day):
        found = day(
            "need arrives\nc1 100",
            **channels(open="00:10-00:20", when_closed={"returns": "0%", "diverted": {"post": "100%"}}),
        )

        assert found.legs("c1") == [(CLOSED, None, None, 100, None), (SERVED, 100, 100, 140, "g-1")]
        assert found.leg("c1", 1)["arrives"] == 100
        assert found.plan.names.channels[found.leg("c1", 1)["channel"]] == "post"

    def test_who_neither_comes_back_nor_is_diverted_gives_up(self, day):
        found = day("need arrives\nc1 100", **channels(open="00:10-00:20", when_closed={"returns": "0%"}))

        assert found.legs("c1") == [(CLOSED, None, None, 100, None)]
        assert found.outcome("c1") == (Outcome.GIVEN_UP, 100)

    def test_a_channel_that_opens_no_more_before_the_horizon_leaves_the_need_open(self, day):
        found = day(
            "need arrives\nc1 1300",
            channels=[{"name": "phone", "open": "00:10-00:20", "when_closed": {"returns": "100%", "after": "0s"}}],
        )

        assert found.legs("c1") == [(CLOSED, None, None, 1300, None)]
        assert found.outcome("c1") == (Outcome.OPEN, None)
        assert found.need("c1")["n_attempts"] == 1

    def test_hours_that_run_past_midnight_are_open_on_the_days_after_them(self, day):
        found = day(
            "need arrives\nc1 100\nc2 2026-01-06T00:30:00\nc3 2026-01-07T00:30:00",
            calendar={"days": 3},
            channels=[{"name": "phone", "open": "23:00-25:00 Mon", "when_closed": {"returns": "0%"}}],
        )

        # Sunday night is closed, Monday night is open, Tuesday night is closed
        assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3")] == [CLOSED, SERVED, CLOSED]


class TestHidden:
    @pytest.mark.parametrize("phone", [{"prominence": "0%"}, {"friction": "100%"}])
    def test_who_does_not_get_in_gives_up_without_an_attempt(self, day, phone):
        found = day("need arrives\nc1 100", **channels(**phone))

        assert found.legs("c1") == []
        assert found.outcome("c1") == (Outcome.GIVEN_UP, 100)
        assert found.need("c1")["n_attempts"] == 0
        assert found.need("c1")["preferred"] == 0

    @pytest.mark.parametrize("phone", [{"prominence": "0%"}, {"friction": "100%"}])
    def test_who_does_not_get_in_and_is_diverted_makes_his_first_attempt_elsewhere(self, day, phone):
        found = day("need arrives\nc1 100", **channels(diverted={"post": "100%"}, **phone))

        assert found.legs("c1") == [(SERVED, 100, 100, 140, "g-1")]
        assert found.leg("c1")["channel"] == 1
        assert found.need("c1")["preferred"] == 0

    def test_who_wants_none_of_the_channels_asks_elsewhere_and_makes_no_attempt(self, day):
        found = day("need arrives\nc1 100", customers={"channels_preferred": {"none": "100%"}})

        assert found.legs("c1") == []
        assert found.need("c1")["preferred"] == -1
        assert found.outcome("c1") == (Outcome.ASKED_ELSEWHERE, 100)

    def test_a_replayed_channel_is_the_channel_wanted(self, day):
        found = day("need arrives channel\nc1 100 post\nc2 200 phone", **channels())

        assert [found.need(label)["preferred"] for label in ("c1", "c2")] == [1, 0]
        assert [found.leg(label)["channel"] for label in ("c1", "c2")] == [1, 0]

    def test_search_takes_its_time_in_proportion_to_what_is_hidden_and_only_once(self, day):
        table = "need arrives talk\n" + "\n".join(f"c{i} {100 * i} 1" for i in range(20))
        found = day(
            table,
            channels=[{"name": "phone", "prominence": "75%", "search_time": "60s"}],
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "5s"}, "most_attempts": 2},
        )

        # 60 s (1 - 75 %)
        rows = found.logs.attempts
        first, second = rows[rows["attempt"] == 0], rows[rows["attempt"] == 1]
        assert 5 < len(first) < 20
        assert (first["enters"] - first["arrives"] == 15).all()
        assert (second["enters"] - second["arrives"] == 0).all()

    def test_a_search_that_the_horizon_cuts_off_reaches_no_door(self, day):
        found = day(
            "need arrives\nc1 3590", channels=[{"name": "phone", "prominence": "99.9%", "search_time": "1000h"}]
        )

        row = found.leg("c1")
        assert found.legs("c1") == [(HORIZON, None, None, 3600, None)]
        assert row["enters"] != row["enters"]

    def test_opening_hours_are_looked_at_after_the_search(self, day):
        found = day(
            "need arrives\nc1 595",
            channels=[{"name": "phone", "open": "00:10-00:20", "prominence": "99.9%", "search_time": "10000s"}],
        )

        # 10 s of search end at 605; the channel opens at 600
        assert found.legs("c1")[0][:2] == (SERVED, 605)


class TestBackAgain:
    def test_who_abandons_redials_after_the_delay_until_the_attempts_are_used_up(self, day):
        found = day(
            "need arrives talk patience\nbusy 0 3000 -\nc1 100 10 20",
            customers={"patience": "20s", "redial": {"probability": "100%", "after": "50s"}, "most_attempts": 3},
        )

        assert found.legs("c1") == [
            (ABANDONED, 100, None, 120, None),
            (ABANDONED, 170, None, 190, None),
            (ABANDONED, 240, None, 260, None),
        ]
        assert found.outcome("c1") == (Outcome.LOST, 260)
        assert found.need("c1")["n_attempts"] == 3

    def test_who_would_not_have_tried_again_anyway_gives_up_and_is_not_lost(self, day):
        found = day("need arrives patience talk\nbusy 0 - 3000\nc1 100 20 1", customers={"most_attempts": 1})

        assert found.outcome("c1") == (Outcome.GIVEN_UP, 120)

    def test_a_redial_after_the_horizon_leaves_the_need_open(self, day):
        found = day(
            "need arrives talk patience\nbusy 0 3000 -\nc1 100 10 20",
            customers={"redial": {"probability": "100%", "after": "10h"}},
        )

        assert found.legs("c1") == [(ABANDONED, 100, None, 120, None)]
        assert found.outcome("c1") == (Outcome.OPEN, None)

    def test_who_is_not_helped_and_notices_comes_back_after_the_reconnect_delay(self, day):
        reconnect = {"probability": "100%", "after": "60s", "noticed": "100%", "discovered_after": "900s"}
        found = day("need arrives\nc1 100", resolution="0%", customers={"reconnect": reconnect, "most_attempts": 2})

        assert found.legs("c1") == [(SERVED, 100, 100, 200, "g-1"), (SERVED, 260, 260, 360, "g-1")]
        assert found.outcome("c1") == (Outcome.LOST, 360)
        assert (found.leg("c1")["resolved"], found.leg("c1")["coded"]) == (0, 0)

    def test_who_is_not_helped_and_does_not_notice_comes_back_when_he_finds_out(self, day):
        reconnect = {"probability": "100%", "after": "60s", "noticed": "0%", "discovered_after": "900s"}
        found = day("need arrives\nc1 100", resolution="0%", customers={"reconnect": reconnect, "most_attempts": 2})

        assert found.leg("c1", 1)["arrives"] == 1100

    def test_who_is_not_helped_does_not_redial(self, day):
        found = day(
            "need arrives\nc1 100", resolution="0%", customers={"redial": {"probability": "100%", "after": "1s"}}
        )

        assert found.legs("c1") == [(SERVED, 100, 100, 200, "g-1")]
        assert found.outcome("c1") == (Outcome.GIVEN_UP, 200)

    def test_wrap_up_does_not_hold_up_the_customers_return(self, day):
        found = day(
            "need arrives\nc1 100",
            resolution="0%",
            handling={"talk": "100s", "wrap_up": "1000s"},
            customers={"reconnect": {"probability": "100%", "after": "60s"}, "most_attempts": 2},
        )

        assert found.legs("c1") == [(SERVED, 100, 100, 200, "g-1"), (SERVED, 260, 1200, 1300, "g-1")]

    def test_a_replayed_return_happens_whatever_chance_says(self, day):
        calls = """
            need attempt arrives talk patience redial_after
            busy 0       0       300  -        -
            c1   0       10      10   20       -
            c1   1       -       70   -        400
        """
        found = day(calls)

        assert found.legs("c1") == [(ABANDONED, 10, None, 30, None), (SERVED, 430, 430, 500, "g-1")]
        assert found.outcome("c1") == (Outcome.RESOLVED, 500)

    def test_a_replayed_return_comes_on_the_channel_that_its_row_names(self, day):
        calls = """
            need attempt arrives channel talk patience redial_after
            busy 0       0       phone   300  -        -
            c1   0       10      phone   10   20       -
            c1   1       -       post   70   -        400
        """
        found = day(calls, **channels())

        assert found.plan.names.channels[found.leg("c1", 1)["channel"]] == "post"

    def test_a_replayed_row_that_says_nothing_of_the_return_leaves_it_to_chance(self, day):
        calls = """
            need attempt arrives talk patience redial_after
            busy 0       0       300  -        -
            c1   0       10      10   20       -
            c1   1       -       70   -        -
        """
        found = day(calls, customers={"redial": {"probability": "100%", "after": "500s"}})

        assert found.legs("c1")[1] == (SERVED, 530, 530, 600, "g-1")
