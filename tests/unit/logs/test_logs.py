import numpy as np
import pytest
from builders import NAN, A, B, by_hand_logs, leg_row, logs, need_row

from ccsim.logs.codes import Account, AgentState, EndReason, Evidence, Outcome, Route, StageKind
from ccsim.logs.logs import COLUMNS, ROW_ORDER, equal, in_order, table


@pytest.mark.parametrize("codes", [Outcome, EndReason, AgentState, Route, Evidence, Account, StageKind])
def test_codes_count_from_zero_without_gaps(codes):
    assert sorted(codes) == list(range(len(codes)))


def test_codes_keep_their_numbers_for_ever():
    # stored logs carry the numbers; a new code goes to the end
    assert [outcome.name for outcome in Outcome] == ["OPEN", "RESOLVED", "GIVEN_UP", "ASKED_ELSEWHERE", "LOST"]
    assert [reason.name for reason in EndReason] == [
        *("SERVED", "ABANDONED", "CLOSED"),
        *("GATE_RESOLVED", "GATE_WRONG", "GATE_HUNG_UP", "GATE_BLOCKED", "TRANSFERRED", "HORIZON", "BLOCKED", "BALKED"),
        *("CALLBACK_FAILED", "MERGED", "CUT_OFF"),
    ]
    assert [state.name for state in AgentState] == ["IDLE", "TALK", "WRAP_UP", "BREAK", "DIALLING", "ABSENT", "CONSULT"]
    assert [route.name for route in Route] == [
        *("MANUAL_SAMPLE", "SPEECH_ANALYTICS", "AGENT_FLAG", "LOG_ANALYSIS", "FOUND_ANYWAY"),
        "TEXT_ANALYTICS",
    ]
    assert [evidence.name for evidence in Evidence] == [
        *("NOT_REACHED", "NOT_RECORDED", "NOT_ACCESSIBLE", "NOT_SHOWN", "NOT_FOUND", "HEARD"),
    ]
    assert [account.name for account in Account] == [
        *("WAGES", "TELEPHONY", "CONTACTS", "GATE", "SPEECH_ANALYTICS", "MANUAL_REVIEW", "FIXED", "OVERTIME"),
        "TEXT_ANALYTICS",
    ]


def test_every_column_that_orders_a_table_is_one_of_its_columns():
    assert ROW_ORDER.keys() == COLUMNS.keys()
    for name, columns in ROW_ORDER.items():
        assert set(columns) <= set(COLUMNS[name].names)


def test_rows_come_out_in_order_whatever_the_order_in_which_they_went_in():
    rows = [leg_row(need, attempt, leg, arrives=0, ends=1) for need in (A, B) for attempt in (0, 1) for leg in (0, 1)]

    one, other = table("attempts", rows), table("attempts", rows[::-1])

    assert one.tobytes() == other.tobytes()
    assert one[["need", "attempt", "leg"]].tolist() == [row[:3] for row in rows]


def test_a_table_is_typed_contiguous_and_read_only():
    found = table("needs", [need_row(B, arises=2.0), need_row(A, arises=1.0)])

    assert found.dtype == COLUMNS["needs"]
    assert found.flags.c_contiguous
    assert not found.flags.writeable
    assert found["need"].tolist() == [A, B]


def test_an_empty_table_has_its_columns():
    assert table("signals", []).dtype == COLUMNS["signals"]
    assert len(table("signals", [])) == 0


def test_putting_in_order_leaves_the_rows_given_as_they_were():
    rows = np.array([need_row(B, arises=2.0), need_row(A, arises=1.0)], dtype=COLUMNS["needs"])

    in_order("needs", rows)

    assert rows["need"].tolist() == [B, A]
    assert rows.flags.writeable


def test_equal_logs_differ_nowhere_although_nan_is_not_nan():
    assert np.isnan(by_hand_logs().needs["ended"]).any()
    assert equal(by_hand_logs(), by_hand_logs()) == ""


def test_the_first_difference_is_named_with_table_column_and_row():
    one = logs(needs=[need_row(A, arises=1.0), need_row(B, arises=2.0)])
    other = logs(needs=[need_row(A, arises=1.0), need_row(B, arises=3.0)])

    assert equal(one, other).startswith("needs.arises[1]: ")


def test_nan_differs_from_a_number():
    one, other = logs(needs=[need_row(A, arises=1.0, ended=NAN)]), logs(needs=[need_row(A, arises=1.0, ended=5.0)])

    assert equal(one, other).startswith("needs.ended[0]")
    assert equal(other, one).startswith("needs.ended[0]")


def test_a_row_more_is_a_difference():
    one = logs(needs=[need_row(A, arises=1.0)])

    assert equal(one, logs()) == "needs: 1 rows against 0"
