# ruff: noqa: E501
import math

import pytest

from ccsim.errors import CallDataError, ScenarioError
from ccsim.scenario.load import load_arms, load_scenario, scenario_from
from ccsim.scenario.show import digest
from ccsim.scenario.warnings import warnings


@pytest.fixture
def replay(tmp_path, small):
    """Loads a table of calls with the small scenario, two channels and a gate on the phone."""
    small["needs"] = {"replay": "calls.csv", "types": [{"name": "sales"}, {"name": "support"}]}
    small["channels"] = [{"name": "phone", "gate": {"levels": 1}}, {"name": "email", "kind": "deferrable"}]

    def loaded(table, **changes):
        (tmp_path / "calls.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
        return scenario_from({**small, **changes}, base_folder=tmp_path)

    return loaded


@pytest.fixture
def problems_of(replay):
    def problems(table):
        with pytest.raises(CallDataError) as caught:
            replay(table)
        return [
            f"{problem.line}:{problem.column} {problem.path}: {problem.rule}"
            + (f" | {problem.hint}" if problem.hint else "")
            for problem in caught.value.problems
        ]

    return problems


def test_rows_come_by_need_in_order_of_arrival_and_then_by_attempt(replay):
    rows = replay(
        "need,type,attempt,arrives,channel,talk,wrap_up,patience,gate,redial_after\n"
        "b,support,0,00:01:40,phone,3min,20s,never,agent,\n"
        "a,sales,1,,phone,90,,,,5min\n"
        "a,sales,0,2026-01-05T00:00:50,phone,,,30s,hung_up,\n"
        "c,sales,,7200,,,,,,\n"
    ).replayed

    assert rows.need == ("a", "a", "b", "c")
    assert rows.attempt == (0, 1, 0, 0)
    assert rows.type == ("sales", "sales", "support", "sales")
    assert rows.arrives[0] == 50
    assert math.isnan(rows.arrives[1])
    assert rows.arrives[2:] == (100, 7200)
    assert rows.channel == ("phone", "phone", "phone", "")
    assert rows.talk[1:3] == (90, 180)
    assert math.isnan(rows.talk[0])
    assert rows.wrap_up[2] == 20
    assert rows.patience[0] == 30
    assert rows.patience[2] == math.inf
    assert rows.gate == ("hung_up", "", "agent", "")
    assert rows.redial_after[1] == 300


def test_needs_that_arrive_together_keep_the_order_of_the_file(replay):
    assert replay("need,type,arrives\nz,sales,5\na,sales,5\nm,sales,5\n").replayed.need == ("z", "a", "m")


def test_with_one_need_type_the_column_may_be_left_out(replay):
    scenario = replay(
        "need,arrives\na,0\n", needs={"replay": "calls.csv", "types": [{"name": "sales"}]},
        agents=[{"name": "g", "skills": ["sales"], "staffing": {"agents": 1}}],
    )  # fmt: skip

    assert scenario.replayed.type == ("sales",)


def test_the_type_may_stand_on_the_first_row_of_a_need_only(replay):
    assert replay("need,type,attempt,arrives\na,support,0,1\na,,1,\n").replayed.type == ("support", "support")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,sales,0,soon,,,,,,", "2:11 arrives: 'soon' is not a time | Write seconds, 09:30:00 or 2026-01-05T09:30:00."),
        ("a,sales,0,,,,,,,", "2:11 arrives: a first attempt without its time | Write seconds, 09:30:00 or 2026-01-05T09:30:00."),
        ("a,sales,0,2025-12-31T23:00:00,,,,,,",
         "2:11 arrives: '2025-12-31T23:00:00' is before the calendar starts on 2026-01-05 | Move calendar.start."),
        ("a,sale,0,1,,,,,,", '2:3 type: no need type is named "sale" | Did you mean "sales"?'),
        ("a,,0,1,,,,,,", '2:1 type: "a" has no type | Known: sales, support.'),
        ("a,sales,0,1,fone,,,,,", '2:13 channel: no channel is named "fone" | Did you mean "phone"?'),
        ("a,sales,0,1,,5 parsecs,,,,", "2:14 talk: '5 parsecs' is not a duration | Write it like 90s, 4min30s, 8h or 7 days."),
        ("a,sales,0,1,,-5,,,,", "2:14 talk: '-5' is negative | Write 0 or more."),
        ("a,sales,0,1,,nan,,,,", "2:14 talk: 'nan' is not a duration | Write it like 90s, 4min30s, 8h or 7 days."),
        ("a,sales,0,1,phone,,,,hangup,", "2:22 gate: 'hangup' is not what a gate does | Did you mean \"hung_up\"?"),
        ("a,sales,0,1,email,,,,agent,", '2:22 gate: "email" has no gate | Leave the cell empty, or give the channel a gate.'),
        ("a,sales,0,1,email,,5,,,", '2:20 wrap_up: "email" is deferrable and has no wrap-up | Put all of it into talk.'),
        ("a,sales,first,1,,,,,,", "2:9 attempt: 'first' is not an attempt | Write 0 for the first, 1 for the next."),
        ("a,sales,8,,,,,,,", "2:9 attempt: attempt 8 is beyond customers.most_attempts, 8 | Attempts count from 0."),
        ("a,sales,1,,,,,,,", '2:1 attempt: "a" has no attempt 0 | Attempts count from 0.'),
        ("a,sales,0,1,,,,,,60", "2:18 redial_after: a first attempt follows nothing | Write it on the row of the next attempt."),
        (",sales,0,1,,,,,,", "2:1 need: the need has no label | Give each need a label of its own."),
        ("a,sales,0,1,,,,,,,,", "2:1 : 12 cells under 10 columns | Take out the extra commas."),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_its_place(problems_of, row, problem):
    header = "need,type,attempt,arrives,channel,talk,wrap_up,patience,gate,redial_after\n"

    assert problems_of(header + row + "\n") == [problem]


def test_all_wrong_cells_are_told_at_once(problems_of):
    assert problems_of("need,type,arrives,talk\na,sale,x,y\nb,sales,1,z\n") == [
        '2:3 type: no need type is named "sale" | Did you mean "sales"?',
        "2:8 arrives: 'x' is not a time | Write seconds, 09:30:00 or 2026-01-05T09:30:00.",
        "2:10 talk: 'y' is not a duration | Write it like 90s, 4min30s, 8h or 7 days.",
        "3:11 talk: 'z' is not a duration | Write it like 90s, 4min30s, 8h or 7 days.",
    ]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("", "1:1 : the table is empty"),
        ("need,type,arrives\n", "1:1 : the table has no rows"),
        ("need,arrives\na,1\n", "1:1 type: the column is missing"),
        ("need,type,arives\na,sales,1\n", '1:11 arives: unknown column | Did you mean "arrives"?'),
        ("need,type,arrives,need\na,sales,1,a\n", "1:19 need: the column stands twice"),
        ("need;type;arrives\na;sales;1\n", "1:1 : the header has semicolons"),
        ("need,type,arrives\na,sales,1\na,sales,2\n", '3:1 attempt: attempt 0 of "a" stands on line 2 too'),
        ("need,type,attempt,arrives\na,sales,0,1\na,support,1,\n", '3:1 type: "a" has the types sales and support'),
        (b"need,type,arrives\na,sales,\xe9\n", "2:None : not UTF-8 text"),
        (b"need,type,arrives\na,sales,\x00\n", "2:None : not a text file"),
        ('need,type,arrives\n"a,sales,1\n', "None:None : not readable as CSV"),
    ],
)
def test_a_wrong_table_is_told_as_a_whole(problems_of, table, problem):
    assert problems_of(table)[0].startswith(problem)


def test_a_later_attempt_has_no_time_of_its_own(problems_of):
    assert problems_of("need,type,attempt,arrives\na,sales,0,1\na,sales,1,100\n") == [
        "3:11 arrives: attempt 1 has a time of its own | Write redial_after, from the end of the attempt before."
    ]


def test_the_digest_follows_the_bytes_of_the_table(replay):
    first = digest(replay("need,type,arrives\na,sales,1\n"))
    second = digest(replay("need,type,arrives\na,sales,2\n"))

    assert first != second
    assert digest(replay("need,type,arrives\na,sales,1\n")) == first


def test_the_table_lies_beside_the_scenario_file_and_arms_have_it_too(tmp_path):
    (tmp_path / "calls.csv").write_text("need,arrives\na,0\n")
    (tmp_path / "s.yaml").write_text(
        "name: x\nneeds: {replay: calls.csv, types: [{name: a}]}\n"
        "agents: [{name: g, skills: [a], staffing: {agents: 1}}]\nhandling: {talk: 5min}\narms: {one: {shrinkage: 10%}}\n"
    )

    assert load_scenario(tmp_path / "s.yaml").replayed.need == ("a",)
    assert load_arms(tmp_path / "s.yaml")["one"].replayed.need == ("a",)


def test_a_missing_table_is_told_at_the_field(tmp_path, small):
    small["needs"] = {"replay": "none.csv", "types": [{"name": "sales"}, {"name": "support"}]}

    with pytest.raises(ScenarioError, match=r"needs\.replay: there is no file .*none\.csv"):
        scenario_from(small, base_folder=tmp_path)


def test_a_replay_leaves_no_room_for_a_volume(tmp_path, small):
    small["needs"]["replay"] = "calls.csv"

    with pytest.raises(ScenarioError, match=r"needs\.volume: volume beside a replay"):
        scenario_from(small, base_folder=tmp_path)


def test_needs_after_the_measured_window_are_counted_aloud_with_the_first_of_them(replay):
    table = "need,type,arrives\na,sales,23:59:59\nc,sales,33:02:00\nb,sales,33:01:00\n"

    (found,) = [text for text in warnings(replay(table)) if "calls.csv" in text]

    assert found == (
        "2 of the 3 needs of calls.csv arise after the measured window, which ends at 2026-01-06 00:00:00, and are left "
        "out of the results; the first is b at 2026-01-06 09:01:00. Move calendar.start, or give more days."
    )
    assert not any("calls.csv" in text for text in warnings(replay(table, calendar={"days": 2})))
    # exactly at the end is after it
    at_the_end = replay("need,type,arrives\na,sales,24:00\nb,sales,0\n")
    assert any(text.startswith("1 of the 2 needs of calls.csv") for text in warnings(at_the_end))


def test_a_spreadsheets_fraction_of_a_day_is_refused_with_what_it_may_mean(problems_of):
    table = "need,type,arrives,talk,patience\na,sales,0.375,0.00208333,never\nb,sales,0.5s,180,0.5\n"

    assert problems_of(table) == [
        (
            "2:9 arrives: 0.375 is less than a second, or a spreadsheet's fraction of a day (9:00:00) | "
            "Write 9:00:00, or 0.375s if seconds are meant."
        ),
        (
            "2:15 talk: 0.00208333 is less than a second, or a spreadsheet's fraction of a day (0:03:00) | "
            "Write 0:03:00, or 0.00208333s if seconds are meant."
        ),
        (
            "3:18 patience: 0.5 is less than a second, or a spreadsheet's fraction of a day (12:00:00) | "
            "Write 12:00:00, or 0.5s if seconds are meant."
        ),
    ]


def test_a_spreadsheets_days_are_refused_where_all_times_are_days_of_the_calendar(problems_of, replay):
    # day 46,027 of spreadsheets is 5 January 2026
    assert problems_of("need,type,arrives\na,sales,46027.375\n") == [
        (
            "2:1 arrives: a spreadsheet's number for 2026-01-05 09:00:00, not a time | "
            "Write 2026-01-05T09:00:00, or 46027.375s if seconds are meant."
        ),
    ]
    # a second past 12:47 among others is a second
    assert replay("need,type,arrives\na,sales,46027.375\nb,sales,60\n").replayed.arrives == (60, 46027.375)
    assert replay("need,type,arrives\na,sales,46027.375s\n").replayed.arrives == (46027.375,)
