"""Results by channel, queue, day and interval, as tables."""

import csv

import pytest

import ccsim
from ccsim.errors import InputError
from ccsim.report.by import by_keys, by_sheet, grids
from ccsim.report.page import page, write_tables
from ccsim.report.prose import warnings
from ccsim.report.tables import headline

TWO_DAYS = """
name: two-channels
calendar: {start: 2026-03-06, warm_up: 1 day, days: 2, interval: 60min}
needs:
  volume: {per_day: 240}
  intraday: {from: "08:00", every: 4h, shape: [1]}
  types:
    - {name: calls, share: 60%, channels_preferred: {phone: 100%}}
    - {name: chats, share: 40%, channels_preferred: {chat: 100%}}
channels: [{name: phone}, {name: chat}]
agents:
  - {name: callers, skills: [calls], staffing: {from: "08:00", every: 4h, agents: [2]}}
  - {name: writers, skills: [chats], staffing: {from: "08:00", every: 4h, agents: [9]}}
handling: {calls: {phone: {talk: 4min}}, chats: {chat: {talk: 3min}}}
customers: {patience: {phone: 5min, chat: 5min}}
service_level: {within: 20s, base: offered}
"""
ONE = """
name: one-queue
calendar: {length: 4h}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
agents: [{name: team, skills: [calls], staffing: {agents: 5}}]
handling: {talk: 3min}
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    path = tmp_path_factory.mktemp("two") / "two.yaml"
    path.write_text(TWO_DAYS)
    return ccsim.run(path, replications=4, reproducible=True)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("one") / "one.yaml"
    path.write_text(ONE)
    return ccsim.run(path, replications=2)


def test_cells_of_two_dimensions_add_up_to_those_of_one(two):
    found = {(one.measure, tuple(one.cell.items())): one.value for one in two.arm.estimates}
    for kind in ("channel", "queue", "day"):
        parts = {cell: value for (name, cell), value in found.items() if name == "offered" and len(cell) == 2}
        for (name, cell), value in found.items():
            if name == "offered" and [key for key, _ in cell] == [kind]:
                assert sum(part for of, part in parts.items() if of[0] == cell[0]) == pytest.approx(value)


def test_days_are_dates_counted_from_the_window(two, tmp_path):
    """The run begins on Friday the sixth, and the first day is warm-up."""
    sheet = by_sheet(two.arm, ("day", "interval"), "")

    assert sheet.columns[:2] == ("Day", "Interval from")
    assert {row[0] for row in sheet.rows} == {"Sat 2026-03-07", "Sun 2026-03-08"}
    table, *_ = write_tables(two, tmp_path)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert {(row["day"], row["date"]) for row in rows} == {("", ""), ("0", "2026-03-07"), ("1", "2026-03-08")}


def test_without_a_date_days_are_numbered(one):
    sheet = by_sheet(one.arm, ("day", "interval"), "")

    assert [row[:2] for row in sheet.rows[:2]] == [("day 0", "00:00"), ("day 0", "00:30")]


def test_of_a_single_channel_the_intervals_are_shown_as_its_own(one):
    sheet = by_sheet(one.arm, ("channel", "interval"), "")

    assert len(sheet.rows) == 8
    assert {row[0] for row in sheet.rows} == {"phone"}


def test_every_channel_has_its_own_rows(two):
    sheet = by_sheet(two.arm, ("channel", "interval"), "")
    level = sheet.columns.index("Service level")

    assert {row[:2] for row in sheet.rows} == {(c, f"{h:02d}:00") for c in ("phone", "chat") for h in range(8, 12)}
    assert all(row[level].startswith("100.") for row in sheet.rows if row[0] == "chat")
    assert not all(row[level].startswith("100.") for row in sheet.rows if row[0] == "phone")


def test_the_first_figures_tell_channels_apart(two):
    (service, *_) = headline(two)
    names = [row[0] for row in service.rows]

    assert names[names.index("Service level") :][:3] == ["Service level", "  phone", "  chat"]


def test_of_one_live_channel_the_service_level_is_not_said_twice(one):
    assert not [row for sheet in headline(one) for row in sheet.rows if row[0].startswith("  ")]


def test_the_page_has_the_day_by_channel_queue_and_day(two):
    titles = [sheet.title for sheet in grids(two.arm)]

    assert "two-channels, service level by channel and interval" in titles
    assert "two-channels, occupancy by day and interval" in titles
    text = page(two, reproducible=True)
    assert all(title in text for title in titles)
    assert "Sun 2026-03-08" in text


def test_other_kinds_are_refused_with_those_that_there_are():
    with pytest.raises(InputError, match=r"write one of channel, .*channel,interval.*queue,interval"):
        by_keys(["chanel,interval"])
    with pytest.raises(InputError, match="no such results"):
        by_keys(["interval,interval"])
    assert by_keys(["interval,day", "need type"]) == [("day", "interval"), ("need_type",)]


def test_waits_that_the_end_of_the_run_cuts_off_are_said(tmp_path):
    """Nobody is there in the second hour: whoever calls then waits until the run ends."""
    path = tmp_path / "cut.yaml"
    path.write_text(
        ONE.replace("staffing: {agents: 5}", 'staffing: {from: "00:00", every: 2h, agents: [5, 0]}')
        + "shift_end: finish\n"
    )

    assert any("still waiting when the run ended" in text for text in warnings(ccsim.run(path, replications=2)))
    path.write_text(ONE)
    assert not any("still waiting" in text for text in warnings(ccsim.run(path, replications=2)))
