"""The commands about studies: what they print, write and refuse."""

import csv
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import ANY

import pytest

from ccsim import provenance
from ccsim.cli.faults import ExitCode
from ccsim.errors import ClusterLost
from ccsim.study import playing, sweep

STUDY = """\
name: small
question: Do more calls hurt?
scenario: tiny.yaml
arms: all
factors: {needs.volume.per_hour: [40, 60]}
measures: [service_level, asa]
"""


@pytest.fixture
def study(desk):
    """The desk with small.yaml on it: four points of two replications."""
    (desk / "small.yaml").write_text(STUDY, encoding="utf-8")
    return desk


def test_a_sweep_prints_its_points_and_what_differs(study, ccsim):
    done = ccsim("sweep", "small.yaml")

    assert done.code == ExitCode.FINE
    assert done.out.startswith("small\nDo more calls hurt?\ngrid of 2 x 2, 4 points\n2 replications of each point")
    assert "roster: every point has 2.0 scheduled hours" in done.out
    assert "gated − now" in done.out
    assert not Path("ledger.sqlite").exists()


def test_out_holds_ledger_tables_and_the_object_that_json_prints(study, ccsim):
    done = ccsim("sweep", "small.yaml", "--out", "out", "--json", "--reproducible")

    assert sorted(path.name for path in Path("out").iterdir()) == [
        "differences.csv", "ledger.sqlite", "report.html", "results.csv", "study.json",
    ]  # fmt: skip
    told = done.object()
    assert json.loads(Path("out/study.json").read_text(encoding="utf-8")) == told
    assert told["command"] == "sweep"
    assert told["factors"] == ["arms", "needs.volume.per_hour"]
    assert told["points"][3]["settings"] == {"arms": "gated", "needs.volume.per_hour": "60"}
    with Path("out/results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    values = [one["value"] for point in told["points"] for one in point["estimates"]]
    assert [float(row["value"]) for row in rows] == values
    assert rows[-1] | {"point": "4", "arms": "gated", "needs.volume.per_hour": "60", "measure": "asa"} == rows[-1]


def test_reproducible_results_are_the_same_bytes_whatever_the_number_of_processes(study, ccsim):
    for jobs in ("1", "2"):
        ccsim("sweep", "small.yaml", "--out", jobs, "--jobs", jobs, "--reproducible")

    for name in ("results.csv", "differences.csv", "study.json", "report.html"):
        assert Path("1", name).read_bytes() == Path("2", name).read_bytes()


def test_the_same_command_again_plays_nothing_and_says_so(study, ccsim):
    ccsim("sweep", "small.yaml", "--out", "out")

    assert "8 replications were kept already, 0 played now" in ccsim("sweep", "small.yaml", "--out", "out").err


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(study, ccsim):
    done = ccsim("sweep", "small.yaml", "--out", "out", "--dry-run")

    assert done.code == ExitCode.FINE
    assert [line.partition(":")[0] for line in done.out.splitlines()[-5:]] == [
        "points", "replications to play", "expected contacts", "time", "disk",
    ]  # fmt: skip
    assert "points: 4\nreplications to play: 8\n" in done.out
    assert ccsim("sweep", "small.yaml", "--dry-run", "--json").object()["forecast"]["replications"] == 8
    assert not Path("out").exists()


def test_shards_are_merged(study, ccsim):
    whole = ccsim("sweep", "small.yaml", "--json", "--reproducible").object()
    for shard in ("1/2", "2/2"):
        ccsim("sweep", "small.yaml", "--out", shard[0], "--shard", shard)

    done = ccsim("merge", "1", "2", "--out", "out", "--json", "--reproducible")

    assert done.code == ExitCode.FINE
    assert done.object()["points"] == whole["points"]
    assert done.object()["differences"] == whole["differences"]


def test_a_failed_point_ends_with_5_and_is_told_with_its_reason(study, ccsim, monkeypatch):
    def play(plans, seeds, replications, **how):
        raise MemoryError("no room")
        yield

    monkeypatch.setattr(playing, "play", play)
    done = ccsim("sweep", "small.yaml", "--out", "out", "--json")

    assert done.code == ExitCode.POINTS_FAILED
    assert "point 1 (arms now, needs.volume.per_hour 40) failed: replication 0: MemoryError: no room" in done.err
    assert [point["failed"] for point in done.object()["points"]] == ["replication 0: MemoryError: no room"] * 4
    assert Path("out/results.csv").read_text(encoding="utf-8").count("\n") == 1 + 4 * 2


def test_mistakes_of_study_and_scenario_end_with_3(study, ccsim):
    Path("small.yaml").write_text(STUDY.replace("[40, 60]", "[-40, sixty]"), encoding="utf-8")

    done = ccsim("sweep", "small.yaml", "--out", "out", "--json")

    assert done.code == ExitCode.INVALID
    assert [(error["file"], error["line"], error["value"]) for error in done.object()["errors"]] == [
        ("small.yaml", 5, "-40"), ("small.yaml", 5, "sixty"),
    ]  # fmt: skip
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "words", [["--shard", "3/2"], ["--shard", "half"], ["--jobs", "0"], ["--jobs", "2", "--cluster", "tcp://a:1"]]
)
def test_wrong_usage_ends_with_2(study, ccsim, words):
    assert ccsim("sweep", "small.yaml", *words).code == ExitCode.USAGE


def test_a_foreign_file_in_the_ledgers_place_is_refused_and_left(study, ccsim):
    Path("out").mkdir()
    Path("out/ledger.sqlite").write_text("mine", encoding="utf-8")

    for words in ((), ("--fresh", "--yes")):
        done = ccsim("sweep", "small.yaml", "--out", "out", *words)
        assert done.code == ExitCode.INVALID
        assert "not a ledger of ccsim; it is left as it is" in done.err
    assert Path("out/ledger.sqlite").read_text(encoding="utf-8") == "mine"


def test_fresh_asks_first(study, ccsim):
    ccsim("sweep", "small.yaml", "--out", "out")

    assert ccsim("sweep", "small.yaml", "--out", "out", "--fresh").code == ExitCode.USAGE
    done = ccsim("sweep", "small.yaml", "--out", "out", "--fresh", "--yes")
    assert done.code == ExitCode.FINE
    assert "kept already" not in done.err


def test_fresh_asks_on_a_terminal(study, ccsim, monkeypatch):
    from ccsim.cli import sweeping

    ccsim("sweep", "small.yaml", "--out", "out")
    monkeypatch.setattr(sweeping, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))

    done = ccsim("sweep", "small.yaml", "--out", "out", "--fresh")

    assert "Delete out/ledger.sqlite and begin anew?" in done.err
    assert done.code != ExitCode.FINE


def test_a_clock_set_back_in_the_middle_changes_nothing(study, ccsim, monkeypatch):
    class Clock(datetime):
        now_ = datetime(2026, 1, 5, 9, tzinfo=UTC)

        @classmethod
        def now(cls, zone=None):
            cls.now_ -= timedelta(hours=1)
            return cls.now_

    first = ccsim("sweep", "small.yaml", "--out", "out", "-n", 1, "--json").object()
    monkeypatch.setattr(sys.modules["time"], "time", lambda: 0.0)
    monkeypatch.setattr(sweep, "datetime", Clock)
    monkeypatch.setattr(provenance, "datetime", Clock)

    again = ccsim("sweep", "small.yaml", "--out", "out", "-n", 1, "--json").object()
    more = ccsim("sweep", "small.yaml", "--out", "out", "--json").object()

    assert again["provenance"].pop("made_at") == {
        "date": "2026-01-05T08:00:00+00:00", "host": ANY, "duration": 0.0,
    }  # fmt: skip
    first["provenance"].pop("made_at")
    assert again == first
    assert {one["n"] for point in more["points"] for one in point["estimates"]} == {2}


def test_a_full_disk_leaves_earlier_results_and_says_what_to_do(study, ccsim, monkeypatch):
    ccsim("sweep", "small.yaml", "--out", "out")
    before = Path("out/results.csv").read_bytes()

    def full(self, *words, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = ccsim("sweep", "small.yaml", "--out", "out")

    assert done.code == ExitCode.INVALID
    assert "out/results.csv: No space left on device" in done.err
    assert Path("out/results.csv").read_bytes() == before


def test_a_cluster_that_goes_away_ends_with_5_and_says_how_to_go_on(study, ccsim, monkeypatch):
    def play(tasks, address):
        for task in tasks:
            yield task, *playing.play_rows(*task.arguments)
            raise ClusterLost(f"the scheduler at {address} is gone")

    monkeypatch.setattr(sweep, "play_points_on_cluster", play)
    words = ("sweep", "small.yaml", "--cluster", "tcp://10.0.0.1:8786")
    done = ccsim(*words, "--out", "out")

    assert done.code == ExitCode.POINTS_FAILED
    told = "the scheduler at tcp://10.0.0.1:8786 is gone: 2 of 8 replications are kept; go on with: ccsim sweep"
    assert f"{told} small.yaml --cluster tcp://10.0.0.1:8786 --out out\n" in done.err
    assert "2 replications were kept already, 6 played now" in ccsim("sweep", "small.yaml", "--out", "out").err
    assert "without --out nothing is kept" in ccsim(*words).err


def test_a_cluster_without_its_extra_is_refused_before_anything_is_done(study, ccsim, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    done = ccsim("sweep", "small.yaml", "--cluster", "tcp://10.0.0.1:8786", "--out", "out")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert "pip install 'ccsim[cluster]'" in done.err
    assert not Path("out").exists()


def test_the_schema_of_study_files_is_printed(ccsim):
    assert ccsim("schema", "study").object()["title"] == "StudyFile"
    assert ccsim("schema").object()["title"] == "Scenario"


def test_a_precision_is_told_at_every_point_and_a_bound_that_was_hit_is_a_warning(study, ccsim):
    words = ("sweep", "small.yaml", "--precision", "needs=60%", "--precision", "asa=1s", "--least", 2, "--most", 3)
    dry = ccsim(*words, "--dry-run")
    done = ccsim(*words, "--out", "out", "--json", "--reproducible")

    told = done.object()
    assert "2 to 3 replications of each point" in dry.out
    assert "replications to play: 8 to 12" in dry.out
    assert done.code == ExitCode.FINE
    assert told["measures"] == ["service_level", "asa", "needs"]
    assert told["precision"]["widths"][1] == {"measure": "asa", "half_width": 1.0, "relative": False, "text": "1s"}
    assert told["precision"]["bounds"] == {"least": 2, "most": 3}
    assert told["looks"] == [2, 3]
    assert {point["replications"] for point in told["points"]} <= {2, 3}
    assert told["warnings"] == [line.removeprefix("warning: ") for line in done.err.splitlines() if "warning" in line]
    assert told["warnings"][1].startswith("precision not reached within 3 replications at point 1: ")
    assert "; asa is known to ± " in told["warnings"][1]
    assert told["warnings"][1] in Path("out/report.html").read_text(encoding="utf-8")


def test_the_best_point_is_told_in_the_object_the_table_and_the_page(study, ccsim):
    file = study / "small.yaml"
    more = "select: {measure: service_level, best: largest, indifference: 10pp}\nreplications: {least: 4, most: 40}\n"
    file.write_text(STUDY.replace("arms: all\n", "").replace("[40, 60]", "[40, 90]") + more, encoding="utf-8")

    told = ccsim("sweep", "small.yaml", "--json", "--out", "out", "--reproducible").object()
    shown = ccsim("sweep", "small.yaml").out

    assert (told["selected"]["best"], told["selected"]["is_decided"]) == (1, True)
    assert [one["point"] for one in told["selected"]["standings"]] == [1, 2]
    assert told["selection"]["indifference"]["text"] == "10pp"
    sentence = "Point 1 is selected for the largest service_level: it is the best with 95 % confidence"
    assert sentence in shown
    assert sentence in Path("out/report.html").read_text(encoding="utf-8")
    assert "selected" in shown.split("So it is")[1].splitlines()[1]


def test_parquet_files_stand_beside_the_csv_files(study, ccsim):
    pytest.importorskip("duckdb", reason="the extra `parquet` is not installed")
    for shard in ("1/2", "2/2"):
        ccsim("sweep", "small.yaml", "--out", shard[0], "--shard", shard, "--parquet")

    assert ccsim("merge", "1", "2", "--out", "out", "--parquet").code == ExitCode.FINE
    assert {path.name for path in Path("out").glob("*.parquet")} == {"results.parquet", "differences.parquet"}
    assert Path("1/results.parquet").is_file()


def test_parquet_needs_its_extra_and_a_folder_and_says_so_first(study, ccsim, monkeypatch):
    assert ccsim("sweep", "small.yaml", "--parquet").code == ExitCode.USAGE
    monkeypatch.setitem(sys.modules, "duckdb", None)

    done = ccsim("sweep", "small.yaml", "--out", "out", "--parquet")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert "pip install 'ccsim[parquet]'" in done.err
    assert not Path("out").exists()


def test_a_study_holds_every_point_against_the_targets(study, ccsim):
    path = study / "tiny.yaml"
    aims = "targets: [{measure: gate_entries, at_most: 0}, {measure: resolved_share, at_least: 0%}]\nstudy:"
    path.write_text(path.read_text().replace("study:", aims), encoding="utf-8")

    done = ccsim("sweep", "small.yaml", "--replications", 8, "--out", "out", "--json", "--reproducible")

    told = done.object()
    assert done.code == ExitCode.MISSED
    assert [aim["text"] for aim in told["targets"]] == ["gate entries at most 0", "resolved share at least 0 %"]
    verdicts = [[one["verdict"] for one in point["targets"]] for point in told["points"]]
    assert verdicts == [["met", "met"], ["met", "met"], ["missed", "met"], ["missed", "met"]]
    assert told["points"][3]["targets"][0]["estimate"]["value"] > 0.0
    assert "All 2 targets are met at 2 of 4 points: 1, 2." in done.err
    assert "resolved_share" in told["measures"]
    with Path("out/results.csv").open(encoding="utf-8") as file:
        assert {(row["point"], row["targets"]) for row in csv.DictReader(file)} == {
            ("1", "met"), ("2", "met"), ("3", "missed"), ("4", "missed"),
        }  # fmt: skip
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "gate entries at most 0" in page
    assert "One of them or more is missed at 2 of 4 points: 3, 4." in page
    assert ccsim("report", "out", "--out", "again").code == ExitCode.FINE
    assert Path("again/report.html").read_text(encoding="utf-8") == page


def test_shards_put_together_are_held_against_the_targets_too(study, ccsim):
    path = study / "tiny.yaml"
    path.write_text(path.read_text().replace("study:", "targets: [{measure: needs, at_most: 1}]\nstudy:"))

    codes = [ccsim("sweep", "small.yaml", "--replications", 8, "--shard", f"{k}/2", "--out", k).code for k in (1, 2)]
    done = ccsim("merge", "1", "2", "--out", "both")

    assert [*codes, done.code] == [ExitCode.MISSED] * 3
    assert "It is missed at every point." in done.out
    assert "The target “needs at most 1” is met at no point." in done.out


def test_a_study_without_targets_has_no_column_and_one_written_before_there_were_any_is_read(study, ccsim):
    ccsim("sweep", "small.yaml", "--out", "out")
    file = Path("out/study.json")
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told.pop("targets") == []
    assert [point.pop("targets") for point in told["points"]] == [[]] * 4
    file.write_text(json.dumps(told), encoding="utf-8")
    before = Path("out/results.csv").read_text(encoding="utf-8")

    assert ccsim("report", "out").code == ExitCode.FINE
    assert Path("out/results.csv").read_text(encoding="utf-8") == before
    assert "targets" not in before.splitlines()[0]
