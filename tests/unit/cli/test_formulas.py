"""theory: the formulas by name, in a planner's words."""

import pytest

from ccsim.cli.faults import ExitCode
from ccsim.cli.formulas import BASES
from ccsim.study.replicate import BASES as SIMULATED_BASES

QUEUE = ("--rate", "120/h", "--handling", "5min", "--within", "20s")


def answer(ccsim, *words):
    done = ccsim("theory", *words, "--json")
    assert done.code == ExitCode.FINE, done.err
    return done.object()


def test_erlang_a_is_the_oracle_of_the_model(ccsim):
    """docs/model.md, oracle table, first row: 14.06 % abandon, 25.3 s mean wait, 60.24 % within 20 s of the offered."""
    told = answer(ccsim, "erlang-a", *QUEUE, "--agents", 10, "--patience", "3min")

    assert told["command"] == "theory erlang-a"
    assert told["answer"]["p_abandon"] == pytest.approx(0.1406, abs=5e-5)
    assert told["answer"]["wait_offered"] == pytest.approx(25.3, abs=0.05)
    assert told["answer"]["service_level"]["offered"] == pytest.approx(0.6024, abs=5e-5)
    assert told["given"] == {"rate": 120 / 3600, "handling": 300.0, "agents": 10, "patience": 180.0, "within": 20.0}
    assert "Palm (1957)" in told["source"]


def test_constant_patience_is_the_published_acceptance_case(ccsim):
    """20 agents, 20 Erlangs, everybody waits exactly two minutes: 6.137 % abandon, and they wait 120 s."""
    words = ("--rate", "300/h", "--handling", "4min", "--agents", 20, "--patience", "2min", "--law", "constant")
    told = answer(ccsim, "patience", *words)

    assert told["answer"]["p_abandon"] == pytest.approx(0.061373849, rel=1e-8)
    assert told["answer"]["wait_abandoned"] == pytest.approx(120.0)
    assert (told["given"]["law"], told["given"]["cv"]) == ("constant", None)


def test_lognormal_patience_has_a_spread_and_a_share_without_any(ccsim):
    words = ("--agents", 10, "--patience", "3min", "--law", "lognormal", "--cv", "0.8", "--at-once", "10%")
    told = answer(ccsim, "patience", *QUEUE, *words)
    plain = answer(ccsim, "patience", *QUEUE, *words[:-2])

    assert told["given"]["cv"] == 0.8
    assert told["answer"]["p_abandon"] > plain["answer"]["p_abandon"]


PRIORITIES = ("priorities", "--rate", "50/h", "--rate", "60/h", "--handling", "4min", "--agents", 8)


def test_priorities_are_cobham_where_nobody_abandons(ccsim):
    """8 agents, 50 and 60 an hour of four minutes: 38.4 s and 461.4 s."""
    told = answer(ccsim, *PRIORITIES)
    shown = ccsim("theory", *PRIORITIES).out

    assert [of["wait_offered"] for of in told["answer"]["classes"]] == pytest.approx([38.44701197, 461.3641436])
    assert "Cobham (1954)" in told["source"]
    assert "Mean wait of the offered, class 2" in shown
    assert "Abandoned" not in shown


def test_priorities_that_age_lie_between_first_come_first_served_and_cobham(ccsim):
    def waits(*words):
        return [of_class["wait_offered"] for of_class in answer(ccsim, *PRIORITIES, *words)["answer"]["classes"]]

    first, second = waits("--rises-every", "10s", "--rises-every", "40s")
    alike = waits("--rises-every", "10s", "--rises-every", "10s")
    strict = waits()

    assert strict[0] < first < alike[0] == pytest.approx(alike[1])
    assert alike[0] < second < strict[1]
    # what one class gains the other loses: the load that waits is the same in every order (Kleinrock)
    assert 50 * first + 60 * second == pytest.approx(110 * alike[0]) == pytest.approx(50 * strict[0] + 60 * strict[1])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rises-every", "10s"), "give --rises-every once for each class"),
        (("--rises-every", "40s", "--rises-every", "10s"), "shortest"),
        (("--rises-every", "1s", "--rises-every", "1s", "--patience", "1min"), "leave out --patience"),
    ],
)
def test_priorities_that_age_are_refused_where_no_formula_knows_them(ccsim, words, said):
    done = ccsim("theory", *PRIORITIES, *words)

    assert done.code == ExitCode.USAGE
    assert said in " ".join(done.err.split())


def test_priorities_of_those_who_abandon_are_a_chain(ccsim):
    told = answer(ccsim, *PRIORITIES, "--patience", "3min")
    apart = answer(ccsim, *PRIORITIES, "--patience", "3min", "--patience", "6min")
    first, second = told["answer"]["classes"]

    assert first["p_abandon"] < second["p_abandon"]
    assert apart["answer"]["classes"][1]["p_abandon"] < second["p_abandon"]
    assert "Abandoned, class 2" in ccsim("theory", *PRIORITIES, "--patience", "3min").out


def test_two_classes_take_one_patience_or_two(ccsim):
    done = ccsim("theory", *PRIORITIES, "--patience", "3min", "--patience", "6min", "--patience", "9min")

    assert done.code == ExitCode.USAGE
    assert "one --patience for all" in done.err


DAY = ("day", "--rate", "60/h", "--rate", "120/h", "--agents", 6, "--agents", 10, *QUEUE[2:], "--patience", "3min")


def test_a_day_is_told_period_by_period(ccsim):
    """The first two hours of an acceptance case: 5.868 and 15.039 abandon."""
    told = answer(ccsim, *DAY)
    shown = ccsim("theory", *DAY).out

    assert [period["abandoned"] for period in told["answer"]["periods"]] == pytest.approx([5.868253769, 15.03896018])
    assert told["answer"]["periods"][1]["load"] == pytest.approx(10, rel=2e-3)
    assert told["answer"]["offered"] == pytest.approx(180)
    assert told["given"]["every"] == 3600.0
    assert "1h" in shown
    assert "the last queue drained" in shown


def test_every_period_of_a_day_has_its_agents(ccsim):
    done = ccsim("theory", *DAY, "--agents", 5)

    assert done.code == ExitCode.USAGE
    assert "as many --agents as --rate" in done.err


CHAT = ("chat", "--rate", "60/h", "--work", "5min", "--agents", 4, "--patience", "2min", "--slow-down", 1 / 0.62)


def test_a_chat_desk_is_the_acceptance_case(ccsim):
    """Four agents with up to three chats each: 6.9 % abandon, and a chat lasts 512.5 s."""
    words = (*CHAT, "--slow-down", 1 / 0.47, "--within", "30s")
    told, most = answer(ccsim, *words), answer(ccsim, *words, "--routing", "most-loaded")

    assert told["answer"]["line"]["p_abandon"] == pytest.approx(0.06923220932, rel=1e-8)
    assert told["answer"]["duration"] == pytest.approx(512.5336543, rel=1e-8)
    assert most["answer"]["busy"] < told["answer"]["busy"]
    assert "Agent's time a chat" in ccsim("theory", *words).out


def test_a_gate_with_lines_to_spare_is_erlang_a(ccsim):
    """45 s in the gate, 70 % of 200 an hour go on: 11.8 % of them abandon."""
    words = ("gate", "--rate", "200/h", "--gate-time", "45s", "--to-agents", "70%", "--handling", "4min")
    words = (*words, "--agents", 10, "--patience", "2min")
    told, short = answer(ccsim, *words, "--lines", 60), answer(ccsim, *words, "--lines", 12)

    assert told["answer"]["line"]["p_abandon"] == pytest.approx(0.1181964427, rel=1e-8)
    assert short["answer"]["p_blocked"] > 0.1
    assert "Blocked" in ccsim("theory", *words, "--lines", 12).out


def test_erlang_c_has_no_wait_of_the_abandoned(ccsim):
    """12 agents for 10 Erlangs: 44.94 % must wait (Gans, Koole & Mandelbaum 2003)."""
    told = answer(ccsim, "erlang-c", *QUEUE, "--agents", 12)
    shown = ccsim("theory", "erlang-c", *QUEUE, "--agents", 12).out

    assert told["answer"]["p_wait"] == pytest.approx(0.4494, abs=5e-5)
    assert told["answer"]["wait_abandoned"] is None
    assert "44.9 %" in shown


def test_erlang_b_of_two_lines_and_one_erlang_is_a_fifth(ccsim):
    told = answer(ccsim, "erlang-b", "--rate", "60/h", "--handling", "1min", "--lines", 2)

    assert told["answer"] == {"load": 1.0, "p_blocked": 0.2, "carried": 0.8}


def test_redials_find_the_fixed_point_of_the_model(ccsim):
    """docs/model.md, oracle table: 2 needs a minute become 2.499 contacts a minute, 24.9 % of which abandon."""
    words = (
        "--rate",
        "2/min",
        "--handling",
        "5min",
        "--agents",
        10,
        "--patience",
        "3min",
        "--redial",
        "50%",
        "--reconnect",
        "10%",
    )
    told = answer(ccsim, "redials", *words)

    assert told["answer"]["contacts_per_hour"] / 60 == pytest.approx(2.499, abs=5e-4)
    assert told["answer"]["p_abandon"] == pytest.approx(0.249, abs=5e-4)


def test_repeats_are_a_geometric_mean(ccsim):
    """Four in five resolved, all others return: 1 / 0.8."""
    assert answer(ccsim, "repeats", "--resolved", "80%", "--returns", "100%")["answer"] == {"contacts_per_need": 1.25}


def test_detection_counts_needs_and_time(ccsim):
    """5 signals at one need in twenty take 100 needs, ten days at ten needs a day."""
    words = ("--signals", 5, "--yield", "5%", "--rate", "10/day")
    told = answer(ccsim, "detection", *words)
    shown = ccsim("theory", "detection", *words, "--life", "90 days").out

    assert told["answer"]["needs_before_detection"] == pytest.approx(100)
    assert told["answer"]["mean_time"] == pytest.approx(10 * 86400)
    assert "p_detected" not in told["answer"]
    assert "Detected within its life" in shown
    assert "10.0 days" in shown


def test_more_work_than_agents_ends_with_3_and_the_way_out(ccsim):
    done = ccsim("theory", "erlang-c", *QUEUE, "--agents", 10)
    told = ccsim("theory", "erlang-c", *QUEUE, "--agents", 10, "--json")

    assert (done.code, told.code) == (ExitCode.INVALID, ExitCode.INVALID)
    assert "Give at least 11 agents" in done.err
    assert "Give at least 11 agents" in told.object()["errors"][0]["rule"]


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--rate", "120", "120/h"),
        ("--rate", "-1/h", "120/h"),
        ("--rate", "0/0", "120/h"),
        ("--handling", "5:00", "5m00s"),
        ("--agents", "0", "or equal"),
    ],
)
def test_a_value_that_cannot_be_read_is_wrong_usage_with_a_hint(ccsim, option, value, hint):
    words = {"--rate": "120/h", "--handling": "5min", "--agents": "12"} | {option: value}
    done = ccsim("theory", "erlang-c", *(word for pair in words.items() for word in pair))

    assert done.code == ExitCode.USAGE
    assert hint in done.err


def test_a_share_above_the_whole_is_wrong_usage(ccsim):
    done = ccsim("theory", "repeats", "--resolved", "80", "--returns", "10%")

    assert done.code == ExitCode.USAGE
    assert "80%" in done.err


def test_theory_without_a_formula_says_what_to_ask_for(ccsim):
    done = ccsim("theory", "--json")

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "erlang-a" in done.err


def test_sources_name_a_paper_for_every_formula(ccsim):
    shown, told = ccsim("theory", "--sources").out, ccsim("theory", "--sources", "--json").object()

    assert "erlang.erlang_b: Jagerman (1974)" in shown
    assert all(told["sources"].values())


def test_service_levels_are_called_the_same_as_in_a_simulation():
    assert {name: text.replace("5s", "{short}") for name, text in BASES.items()} == SIMULATED_BASES
