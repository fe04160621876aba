"""Sweeps: the same results on every way to them, and nothing lost when they are stopped."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from source_tree import ROOT

import ccsim
from ccsim.errors import LedgerError, RunError
from ccsim.report.study_tables import write_results
from ccsim.study import playing, sweep, workers
from ccsim.study.agenda import agenda_of
from ccsim.study.store import FILE, Store
from ccsim.study.sweep import forecast, merge

TINY = """\
name: tiny
calendar: {length: 30min}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
customers: {patience: {exponential: {mean: 3min}}}
agents: [{name: team, skills: [calls], staffing: {agents: 4}}]
handling: {talk: {exponential: {mean: 3min}}}
arms:
  now: {}
  gated: {channels: {phone: {gate: {levels: 2, solves: 50%}}}}
study: {replications: 4, seed: 7}
"""
STUDY = """\
name: small
scenario: tiny.yaml
arms: all
factors: {needs.volume.per_hour: {from: 40, to: 80, step: 10}}
measures: [service_level, asa, wait_p90, offered]
by: [channel, interval]
"""


@pytest.fixture
def study(tmp_path):
    """Path of a study of ten points with four replications each."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def table(result, folder):
    """The bytes of results.csv."""
    return write_results(result, Path(folder))[0].read_bytes()


def command(study, out, *words):
    """The command as a process of its own, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "sweep", str(study), "--out", str(out), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "dumb"},
    )


def kill(process):
    """The command and its workers, without a chance to say anything."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def n_kept(out):
    """How many replications a folder's ledger holds; 0 while it is being made."""
    try:
        store = Store(Path(out) / FILE)
    except LedgerError:
        return 0
    try:
        return store.left_alone("")
    finally:
        store.close()


def test_a_points_estimates_are_those_of_a_run_of_its_scenario(study, tmp_path):
    result = ccsim.sweep(study)
    alone = ccsim.load_scenario(tmp_path / "tiny.yaml", arm="gated").with_("needs.volume.per_hour", 70)

    point = result.points[8]
    found = {(one.measure, str(one.cell)): one for one in ccsim.run(alone).arm.estimates}

    assert point.point.settings == ("gated", "70")
    assert point.estimates == tuple(found[one.measure, str(one.cell)] for one in point.estimates)
    assert {key for one in point.estimates for key in one.cell} == {"channel", "interval"}


def test_differences_are_those_of_a_comparison(study, tmp_path):
    result = ccsim.sweep(study)
    compared = ccsim.compare(tmp_path / "tiny.yaml", sets=["needs.volume.per_hour=70"])

    by_hand = {one.measure: one for one in compared.differences if one.cell == {}}
    found = {one.measure: one for settings, one in result.differences if settings == ("70",)}

    assert found == {measure: by_hand[measure] for measure in found}
    assert set(found) == {"service_level", "asa", "wait_p90", "offered"}


def test_every_way_gives_the_same_table_to_the_last_byte(study, tmp_path):
    one = table(ccsim.sweep(study, out=tmp_path / "one"), tmp_path / "one")
    kept = table(ccsim.sweep(study, out=tmp_path / "one"), tmp_path / "again")
    two = table(ccsim.sweep(study, out=tmp_path / "two", jobs=2), tmp_path / "two")
    for n in (1, 2, 3):
        ccsim.sweep(study, out=tmp_path / f"shard-{n}", shard=(n, 3))
    shards = [file.read_bytes() for n in (1, 2, 3) for file in sorted((tmp_path / f"shard-{n}").iterdir())]
    merged = merge([tmp_path / f"shard-{n}" for n in (1, 2, 3)], out=tmp_path / "merged")

    assert one == kept == two == table(merged, tmp_path / "merged")
    assert [file.read_bytes() for n in (1, 2, 3) for file in sorted((tmp_path / f"shard-{n}").iterdir())] == shards
    assert not any(point.reason for point in merged.points)
    assert len(one.splitlines()) == 1 + sum(len(point.estimates) for point in merged.points)


def test_what_is_kept_is_not_played_again_even_by_another_study(study, tmp_path, monkeypatch):
    ccsim.sweep(study, out=tmp_path / "out", replications=2)
    played = []
    real = playing.play_rows
    monkeypatch.setattr(sweep, "play_rows", lambda *words: played.append(words[2]) or real(*words))

    more = ccsim.sweep(study, out=tmp_path / "out", replications=3)
    study.write_text(STUDY.replace("[service_level, asa, wait_p90, offered]", "[abandonment]"), encoding="utf-8")
    other = ccsim.sweep(study, out=tmp_path / "out", replications=3)

    assert (more.n_played, more.n_kept) == (10, 20)
    assert (other.n_played, other.n_kept) == (0, 30)
    assert played == [(2,)] * 10


def test_a_sweep_that_begins_anew_forgets_what_was_kept(study, tmp_path):
    ccsim.sweep(study, out=tmp_path / "out")

    assert ccsim.sweep(study, out=tmp_path / "out", fresh=True).n_played == 40


def test_independent_seeds_leave_nothing_paired(study):
    study.write_text(f"{STUDY}seeds: independent\n", encoding="utf-8")

    result = ccsim.sweep(study, replications=2)

    assert result.differences == ()
    assert len({point.point.seed for point in result.points}) == 10


def test_two_points_with_one_scenario_are_played_once(study):
    text = STUDY.replace("arms: all\n", "").replace("{from: 40, to: 80, step: 10}", "[40, 40.0]")
    study.write_text(text, encoding="utf-8")

    result = ccsim.sweep(study)

    assert [point.point.settings for point in result.points] == [("40",), ("40.0",)]
    assert result.n_played == 4
    assert result.points[0].estimates == result.points[1].estimates


def test_a_failing_point_has_its_reason_and_the_others_are_played(study, tmp_path, monkeypatch):
    real, agenda = playing.play, agenda_of(study)[0]

    def play(plans, seeds, replications, **how):
        if plans[0].digest in (agenda.points[4].digest, agenda.points[9].digest):
            raise RunError("the floor collapsed")
        return real(plans, seeds, replications, **how)

    monkeypatch.setattr(playing, "play", play)
    broken = ccsim.sweep(study, out=tmp_path / "out")
    monkeypatch.undo()
    healed = ccsim.sweep(study, out=tmp_path / "out")

    assert [point.point.number for point in broken.points if point.reason] == [5, 10]
    assert (broken.n_played, healed.n_kept) == (32, 32)
    assert broken.points[4].reason == "replication 0: RunError: the floor collapsed"
    assert broken.points[4].estimates == ()
    assert all(point.estimates for point in broken.points if not point.reason)
    assert healed.n_played == 8
    assert not any(point.reason for point in healed.points)


def test_a_dead_worker_is_replaced_and_nothing_is_lost(study, tmp_path):
    expected = table(ccsim.sweep(study, replications=30), tmp_path)
    process = command(study, tmp_path / "out", "--jobs", "2", "--replications", "30", "--engine", "reference")
    killed = 0
    while process.poll() is None and killed < 1:
        time.sleep(0.05)
        for child in _children(process.pid):
            if n_kept(tmp_path / "out") > 30 and killed < 1 and _is_worker(child):
                os.kill(child, signal.SIGKILL)
                killed += 1
                break
    told = process.communicate()[1]

    assert process.returncode == 0, told
    assert killed > 0
    assert (tmp_path / "out" / "results.csv").read_bytes() == expected


def test_a_stretch_that_a_dead_worker_can_no_longer_be_given_is_played_all_the_same(study, monkeypatch):
    real = sweep._tasks

    def tasks(*words, **how):
        for number, task in enumerate(real(*words, **how)):
            if number == 2:
                executor = workers._executor(2)
                for process in list(executor._processes.values()):
                    os.kill(process.pid, signal.SIGKILL)
                while executor._flags.broken is None:
                    time.sleep(0.01)
            yield task

    monkeypatch.setattr(sweep, "_tasks", tasks)
    result = ccsim.sweep(study, jobs=2)

    assert not any(point.reason for point in result.points)
    assert result.n_played == 40


def test_a_sweep_killed_and_continued_gives_the_same_table(study, tmp_path):
    _killed_and_continued(study, tmp_path, n_kills=2, replications=150)


@pytest.mark.slow
def test_two_hundred_points_killed_at_twenty_moments_and_continued(study, tmp_path):
    text = STUDY.replace("step: 10", "points: 100")
    study.write_text(text, encoding="utf-8")

    _killed_and_continued(study, tmp_path, n_kills=20, replications=20)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(study, tmp_path):
    process = command(study, tmp_path / "out", "--jobs", "2", "--replications", "400", "--engine", "reference")
    while process.poll() is None and n_kept(tmp_path / "out") < 20:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=60)[1]

    assert process.returncode == 130, told
    assert "of 4000 replications are kept; go on with: ccsim sweep" in told
    assert f"--out {tmp_path / 'out'}" in told
    assert n_kept(tmp_path / "out") >= 20


def test_shards_of_different_studies_are_not_merged(study, tmp_path):
    ccsim.sweep(study, out=tmp_path / "a", shard=(1, 2))
    ccsim.sweep(study, out=tmp_path / "b", shard=(2, 2), replications=3)

    with pytest.raises(LedgerError, match=r"no shard of the same study .* they differ in replications"):
        merge([tmp_path / "a", tmp_path / "b"], out=tmp_path / "c")
    with pytest.raises(LedgerError, match="there is no such ledger"):
        merge([tmp_path / "a", tmp_path / "nowhere"], out=tmp_path / "c")


def test_a_shard_of_another_version_is_not_merged(study, tmp_path, monkeypatch):
    ccsim.sweep(study, out=tmp_path / "a", shard=(1, 2))
    monkeypatch.setattr(sweep, "version_of_numbers", lambda: "0.2.0-other")

    with pytest.raises(LedgerError, match="are of another version of ccsim"):
        merge([tmp_path / "a"], out=tmp_path / "c")
    assert ccsim.sweep(study, out=tmp_path / "a", shard=(1, 2)).n_left_alone == 20


def test_a_missing_shard_leaves_its_points_without_numbers_and_says_so(study, tmp_path):
    ccsim.sweep(study, out=tmp_path / "a", shard=(1, 2))

    result = merge([tmp_path / "a"], out=tmp_path / "c")

    assert [point.reason for point in result.points] == ["", "4 of 4 replications are missing"] * 5


def test_shards_that_overlap_are_merged_where_they_agree(study, tmp_path):
    whole = ccsim.sweep(study, out=tmp_path / "a")
    ccsim.sweep(study, out=tmp_path / "b", shard=(1, 2))

    merged = merge([tmp_path / "a", tmp_path / "b"], out=tmp_path / "c")

    assert merged.points == whole.points


def test_a_forecast_is_near_the_truth_and_writes_nothing(study, tmp_path):
    agenda, worlds = agenda_of(study)

    taken = forecast(agenda, worlds, out=tmp_path / "out")
    ccsim.sweep(study, out=tmp_path / "out")
    left = forecast(agenda, worlds, out=tmp_path / "out")

    assert (taken.n_points, taken.n_replications) == (10, 40)
    assert 900 < taken.contacts < 1500
    assert taken.seconds > 0.0
    assert 0.2 < taken.bytes / (tmp_path / "out" / FILE).stat().st_size < 2.0
    assert left.n_replications == 0


def _killed_and_continued(study, tmp_path, *, n_kills, replications):
    """A study whose command is killed at random moments until it is done, against one that ran through."""
    whole = ccsim.sweep(study, replications=replications)
    expected, total = table(whole, tmp_path), len(whole.points) * replications
    out, chance, states = tmp_path / "out", random.Random(5), []
    words = ("--jobs", "2", "--replications", str(replications), "--engine", "reference")
    for n in range(1, n_kills + 1):
        process, wanted = command(study, out, *words), n_kept(out) + chance.randrange(total // (2 * n_kills))
        until = time.monotonic() + 60.0
        # every third is killed whenever it may be, the others once they have kept something
        while process.poll() is None and n % 3 and n_kept(out) <= wanted:
            assert time.monotonic() < until
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.2 if n % 3 else 5.0))
        kill(process)
        states.append(n_kept(out))
    assert any(0 < kept < total for kept in states), states
    process = command(study, out, *words)
    told = process.communicate()[1]

    assert process.returncode == 0, told
    assert (out / "results.csv").read_bytes() == expected


def _children(pid):
    """Processes that this one has started."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    except OSError:
        return []


def _is_worker(pid):
    """Whether a process is one of loky's workers, not its keeper of shared things."""
    try:
        return b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
