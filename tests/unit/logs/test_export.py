"""The log as CSV: names, empty cells, all digits."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ccsim.logs.codes import Account, AgentState, EndReason, Evidence, Outcome, Route, StageKind
from ccsim.logs.export import CHUNK, stages, write
from ccsim.logs.logs import ATTEMPT, COLUMNS, Logs
from ccsim.plan.plan import REPLAY

NAN = float("nan")
MISSING_IDS = (
    *("cause", "preferred", "queue", "group", "agent", "resolved", "coded", "detected_by"),
    *("customer", "segment"),
)
FILES = ["needs", "attempts", "stages", "agent_states", "signals", "causes", "ledger"]


def rows(table, *given):
    """Rows of a table; a column that is not given is missing: nan, -1 or 0 for numbers."""
    built = np.zeros(len(given), dtype=COLUMNS[table])
    for column in built.dtype.names:
        if built.dtype[column].kind == "f":
            built[column] = NAN
        elif column in MISSING_IDS:
            built[column] = -1
    for row, values in zip(built, given):
        for column, value in values.items():
            row[column] = value
    return built


def logs(**tables):
    """A log in which only the given tables have rows."""
    return Logs(**{name: tables.get(name, rows(name)) for name in COLUMNS})


def plan(replay=(), needs=(), **names):
    """What export reads of a plan."""
    given = {
        "need_types": ("billing", "fault"),
        "channels": ("phone", "email"),
        "queues": ("phone.billing",),
        "groups": ("team",),
        "agents": ("team-1",),
        "causes": ("fault-1",),
        "segments": ("young", "old"),
    }
    table = np.zeros(len(replay), dtype=REPLAY)
    table["need"] = list(replay)
    return SimpleNamespace(names=SimpleNamespace(needs=needs, **(given | names)), replay=table)


def read(folder, name):
    """Rows of a written file as dicts."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_has_its_file_even_without_rows(tmp_path):
    write(plan(), logs(), tmp_path / "replication-0001")

    assert sorted(path.name for path in (tmp_path / "replication-0001").iterdir()) == sorted(f"{n}.csv" for n in FILES)
    for name in FILES:
        assert len((tmp_path / "replication-0001" / f"{name}.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_numbers_become_names_and_missing_values_empty_cells(tmp_path):
    need = {
        "need": 160,
        "need_type": 1,
        "cause": 0,
        "complexity": 0.5,
        "stake": 1.0,
        "looked": 1.5,
        "customer": 7,
        "segment": 1,
        "arises": 3.25,
        "outcome": Outcome.GIVEN_UP,
        "evidence": Evidence.NOT_SHOWN,
    }
    write(plan(), logs(needs=rows("needs", need | {"n_attempts": 2})), tmp_path)

    assert read(tmp_path, "needs") == [
        {
            "need": "160", "label": "", "need_type": "fault", "cause": "fault-1", "complexity": "0.5", "stake": "1.0",
            "arises": "3.25", "preferred": "", "outcome": "given_up", "ended": "", "n_attempts": "2",
            "looked": "1.5",
            "customer": "7",
            "segment": "old",
            "evidence": "not_shown",
        }
    ]  # fmt: skip


def test_an_attempt_is_written_with_its_names_its_flags_and_its_routes(tmp_path):
    mask = 1 << Route.MANUAL_SAMPLE | 1 << Route.AGENT_FLAG
    attempt = {
        "need": 16,
        "attempt": 1,
        "channel": 0,
        "queue": 0,
        "group": 0,
        "agent": 0,
        "arrives": 1.5,
        "starts": 2.5,
    }
    attempt |= {
        "end_reason": EndReason.TRANSFERRED,
        "gated": 1,
        "resolved": 0,
        "patience": float("inf"),
        "analysed": mask,
    }
    write(plan(), logs(attempts=rows("attempts", attempt)), tmp_path)

    (row,) = read(tmp_path, "attempts")
    assert (row["channel"], row["queue"], row["group"], row["agent"]) == ("phone", "phone.billing", "team", "team-1")
    assert (row["gated"], row["bypassed"], row["resolved"], row["coded"]) == ("1", "0", "0", "")
    assert (row["end_reason"], row["patience"], row["talk_ends"]) == ("transferred", "inf", "")
    assert row["analysed"] == "manual_sample agent_flag"


def test_a_number_that_is_read_back_is_the_same_number(tmp_path):
    times = np.random.default_rng(5).random(1000) * 1e6  # any seed: every float must survive
    write(plan(), logs(signals=rows("signals", *({"time": time, "need": 1} for time in times))), tmp_path)

    assert [float(row["time"]) for row in read(tmp_path, "signals")] == times.tolist()


def test_an_idle_agent_has_neither_queue_nor_need(tmp_path):
    idle = {"agent": 0, "group": 0, "state": AgentState.IDLE, "starts": 0.0, "ends": 9.0, "need": -1}
    write(plan(), logs(agent_states=rows("agent_states", idle)), tmp_path)

    assert read(tmp_path, "agent_states") == [
        {
            "agent": "team-1",
            "group": "team",
            "state": "idle",
            "starts": "0.0",
            "ends": "9.0",
            "queue": "",
            "need": "",
            "open": "0",
        }
    ]


def test_wages_belong_to_a_group_telephony_to_a_channel_fixed_costs_to_nobody(tmp_path):
    booked = [
        {"time": 60.0, "account": Account.WAGES, "entity": 0, "amount": 2.5},
        {"time": 60.0, "account": Account.TELEPHONY, "entity": 1, "amount": 0.5},
        {"time": 60.0, "account": Account.FIXED, "entity": -1, "amount": 1.0},
    ]
    write(plan(), logs(ledger=rows("ledger", *booked)), tmp_path)

    written = [(row["account"], row["entity"]) for row in read(tmp_path, "ledger")]
    assert written == [("wages", "team"), ("telephony", "email"), ("fixed", "")]


def test_a_cause_that_was_not_detected_says_so_by_empty_cells(tmp_path):
    found = {"cause": 0, "need_type": 1, "weight": 0.25, "detected": 7.0, "detected_by": Route.FOUND_ANYWAY}
    write(plan(), logs(causes=rows("causes", found, {"cause": 0, "weight": 0.75})), tmp_path)

    written = [(row["detected"], row["detected_by"]) for row in read(tmp_path, "causes")]
    assert written == [("7.0", "found_anyway"), ("", "")]


def test_a_replayed_need_carries_its_label(tmp_path):
    """Labels go by need id, whatever the order of the rows, and one need may have several rows."""
    replayed = plan(replay=(32, 16, 16), needs=("anna", "=berta"))
    write(replayed, logs(needs=rows("needs", {"need": 16}, {"need": 32}, {"need": 48})), tmp_path)

    assert [row["label"] for row in read(tmp_path, "needs")] == ["anna", "'=berta", ""]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x"])
def test_a_name_that_a_spreadsheet_would_calculate_gets_an_apostrophe(tmp_path, name):
    write(plan(need_types=(name,)), logs(needs=rows("needs", {"need": 16})), tmp_path)

    assert read(tmp_path, "needs")[0]["need_type"] == f"'{name}"


@pytest.mark.parametrize("name", ["a, b", 'the "big" one', "two\nlines", "Zürich"])
def test_a_name_with_commas_quotes_or_line_ends_stays_one_cell(tmp_path, name):
    write(plan(need_types=(name,)), logs(needs=rows("needs", {"need": 16}, {"need": 32})), tmp_path)

    assert [row["need_type"] for row in read(tmp_path, "needs")] == [name, name]


def test_a_table_longer_than_a_chunk_is_written_whole_and_once(tmp_path):
    table = np.zeros(CHUNK + 3, dtype=COLUMNS["signals"])
    table["need"] = np.arange(CHUNK + 3)
    write(plan(), logs(signals=table), tmp_path)

    assert [int(row["need"]) for row in read(tmp_path, "signals")] == list(range(CHUNK + 3))


def test_a_file_is_replaced_only_when_the_new_one_is_complete(tmp_path):
    write(plan(), logs(needs=rows("needs", {"need": 16})), tmp_path)
    before = (tmp_path / "needs.csv").read_bytes()
    unknown_type = logs(needs=rows("needs", {"need": 32, "need_type": 9}))

    with pytest.raises(IndexError):
        write(plan(), unknown_type, tmp_path)

    assert (tmp_path / "needs.csv").read_bytes() == before
    assert read(tmp_path, "needs")[0]["need"] == "16"


ONE_CALL = {
    "need": 16, "arrives": 100.0, "enters": 110.0, "joins": 140.0, "starts": 170.0, "talk_ends": 290.0, "ends": 290.0,
    "gated": 1, "end_reason": EndReason.SERVED,
}  # fmt: skip


def stretches(*attempts):
    return [
        (StageKind(kind).name.lower(), starts, ends)
        for kind, starts, ends in stages(rows("attempts", *attempts))[["kind", "starts", "ends"]].tolist()
    ]


def test_a_served_call_is_search_gate_queue_and_talk_without_gaps():
    assert stretches(ONE_CALL) == [
        ("search", 100.0, 110.0),
        ("gate", 110.0, 140.0),
        ("queue", 140.0, 170.0),
        ("talk", 170.0, 290.0),
    ]


def test_a_call_that_ends_in_the_gate_or_the_queue_ends_there():
    in_gate = ONE_CALL | {"joins": NAN, "starts": NAN, "talk_ends": NAN, "ends": 125.0}
    in_queue = ONE_CALL | {"need": 32, "starts": NAN, "talk_ends": NAN, "ends": 150.0}

    assert stretches(in_gate) == [("search", 100.0, 110.0), ("gate", 110.0, 125.0)]
    assert stretches(in_queue)[-1] == ("queue", 140.0, 150.0)


def test_a_stage_that_takes_no_time_has_no_row():
    at_once = ONE_CALL | {"enters": 100.0, "joins": 100.0, "starts": 100.0, "gated": 0}

    assert stretches(at_once) == [("talk", 100.0, 290.0)]


def test_a_talk_cut_off_by_the_horizon_lasts_until_it():
    assert stretches(ONE_CALL | {"talk_ends": NAN, "ends": 200.0})[-1] == ("talk", 170.0, 200.0)


def test_writing_is_done_before_the_customer_sets_out():
    assert stretches(ONE_CALL | {"typing": 60.0})[0] == ("typing", 40.0, 100.0)


def test_stages_come_by_need_attempt_leg_and_start():
    late, early = ONE_CALL | {"need": 32}, ONE_CALL | {"attempt": 1, "arrives": 400.0, "enters": 400.0, "gated": 0}
    early |= {"joins": 400.0, "starts": 410.0, "talk_ends": 420.0, "ends": 420.0}

    order = stages(rows("attempts", late, early, ONE_CALL))[["need", "attempt", "starts"]].tolist()

    assert order == sorted(order)
    assert len(order) == 10


def test_the_stages_of_an_empty_log_are_no_rows():
    assert len(stages(np.zeros(0, dtype=ATTEMPT))) == 0


def test_a_log_is_left_as_it_was(tmp_path):
    before = logs(attempts=rows("attempts", ONE_CALL))
    kept = replace(before, attempts=before.attempts.copy())
    write(plan(), before, tmp_path)

    assert kept.attempts.tobytes() == before.attempts.tobytes()
