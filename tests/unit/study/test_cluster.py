"""Sweeps on a cluster: real schedulers and workers, the same table, and nothing lost when they die."""

import signal
import sys
from pathlib import Path

import pytest
from clusters import cluster

import ccsim
from ccsim.errors import ClusterError, ClusterLost, InputError
from ccsim.plan.compile import compile_plan
from ccsim.report.study_tables import write_results
from ccsim.study import cluster as clusters
from ccsim.study.agenda import agenda_of
from ccsim.study.store import FILE, PointKey, Store
from ccsim.study.sweep import merge

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

STUDY = """\
name: small
scenario: tiny.yaml
arms: all
factors: {needs.volume.per_hour: {from: 20, to: 60, step: 10}}
measures: [service_level, asa, offered]
by: [interval]
"""
# before a worker works: one point is played otherwise
PLAYS = """
from ccsim.study import playing


def play(plans, seeds, replications, *, real=playing.play, **how):
    if plans[0].digest == "{digest}":
        {what}
    return real(plans, seeds, replications, **how)


playing.play = play
"""
FAILS = "raise ValueError('the floor collapsed')"
ARMS = "arms: {one: {}, two: {agents.g.staffing.agents: 3}}\n"


@pytest.fixture
def study(tiny, tmp_path):
    """A study of ten points with four replications each."""
    tiny(ARMS)
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as there:
        yield there


def table(result, folder):
    """The bytes of results.csv."""
    return write_results(result, Path(folder))[0].read_bytes()


def digests(study):
    """The digest of each point's scenario."""
    return [point.digest for point in agenda_of(study)[0].points]


def n_kept(out):
    """How many replications a folder's ledger holds."""
    store = Store(Path(out) / FILE)
    try:
        return store.left_alone("")
    finally:
        store.close()


def once(n, act):
    """A progress that acts when so many replications are done, and remembers how far it got."""

    def advance(done, *_):
        advance.done = done
        if done >= n and not advance.acted:
            advance.acted = True
            act()

    advance.acted, advance.done = False, 0
    return advance


def test_two_workers_give_the_same_table_to_the_last_byte(study, tmp_path, two_workers):
    here = ccsim.sweep(study, out=tmp_path / "here")
    there = ccsim.sweep(study, out=tmp_path / "there", cluster=two_workers.address, engine="reference")

    assert (there.n_played, there.n_kept) == (40, 0)
    assert table(there, tmp_path / "there") == table(here, tmp_path / "here")
    assert ccsim.sweep(study, out=tmp_path / "there", cluster=two_workers.address).n_kept == 40


@pytest.mark.slow
def test_two_hundred_points_give_the_same_table_on_every_way(study, tmp_path, two_workers):
    study.write_text(STUDY.replace("step: 10", "points: 100"), encoding="utf-8")
    expected = table(ccsim.sweep(study), tmp_path / "one")
    for n in (1, 2, 3):
        ccsim.sweep(study, out=tmp_path / f"part-{n}", shard=(n, 3))
    ways = {
        "two": ccsim.sweep(study, jobs=2),
        "merged": merge([tmp_path / f"part-{n}" for n in (1, 2, 3)], out=tmp_path / "all"),
        "cluster": ccsim.sweep(study, cluster=two_workers.address),
    }

    assert len(ways["merged"].points) == 200
    assert {way: table(result, tmp_path / way) == expected for way, result in ways.items()} == dict.fromkeys(ways, True)


def test_a_worker_killed_in_the_middle_loses_nothing(study, tmp_path):
    expected = table(ccsim.sweep(study, replications=20), tmp_path)
    with cluster(tmp_path) as there:
        kill = once(20, lambda: there.workers[0].send_signal(signal.SIGKILL))

        result = ccsim.sweep(
            study, out=tmp_path / "out", replications=20, cluster=there.address, engine="reference", progress=kill
        )

    assert kill.acted
    assert there.workers[0].returncode == -signal.SIGKILL
    assert table(result, tmp_path / "out") == expected
    assert result.n_played == 200


def test_a_scheduler_killed_in_the_middle_loses_nothing_that_had_arrived(study, tmp_path):
    expected = table(ccsim.sweep(study, replications=20), tmp_path)
    how = {"out": tmp_path / "out", "replications": 20, "engine": "reference"}
    with cluster(tmp_path) as there:
        kill = once(20, there.scheduler.kill)

        with pytest.raises(ClusterLost, match=r"the scheduler at tcp://.* is gone"):
            ccsim.sweep(study, cluster=there.address, progress=kill, **how)

    assert n_kept(tmp_path / "out") == kill.done
    assert 20 <= kill.done < 200
    result = ccsim.sweep(study, **how)
    assert (result.n_kept, result.n_played) == (kill.done, 200 - kill.done)
    assert table(result, tmp_path / "out") == expected


def test_a_failing_point_has_its_reason_and_the_others_are_played(study, tmp_path):
    with cluster(tmp_path, n_workers=1, script=PLAYS.format(digest=digests(study)[2], what=FAILS)) as there:
        result = ccsim.sweep(study, out=tmp_path / "out", cluster=there.address, engine="reference")

    assert [point.point.number for point in result.points if point.reason] == [3]
    assert result.points[2].reason.endswith(": ValueError: the floor collapsed")
    assert result.n_played == 36


@pytest.mark.slow
def test_a_point_that_kills_its_workers_is_given_up_and_its_neighbours_are_not(study, tmp_path, monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    script = PLAYS.format(digest=digests(study)[2], what="__import__('os')._exit(1)")
    with cluster(tmp_path, script=script, nanny=True) as there:
        result = ccsim.sweep(study, out=tmp_path / "out", cluster=there.address, engine="reference")

    assert [point.reason for point in result.points] == [*[""] * 2, clusters.KILLED, *[""] * 7]
    assert result.n_played == 36


def test_workers_of_another_version_are_refused_before_anything_is_played(study, tmp_path):
    script = "from ccsim.study import store\n\nstore.version_of_numbers = lambda: '0.2.0-other'\n"
    with (
        cluster(tmp_path, n_workers=1, script=script) as there,
        pytest.raises(ClusterError, match=r"the ccsim that asks, 0\.1\S+, .* tcp://\S+ has 0\.2\.0-other"),
    ):
        ccsim.sweep(study, out=tmp_path / "out", cluster=there.address)

    assert n_kept(tmp_path / "out") == 0


def test_a_worker_of_another_version_that_comes_later_is_refused(study):
    agenda, worlds = agenda_of(study)
    plan = compile_plan(worlds.scenario(1))

    with pytest.raises(ClusterError, match="a worker that came later has"):
        clusters.play_checked(plan, PointKey(plan.digest, agenda.seed, "0.2.0-other"), (0,), "reference", ())


def test_a_scheduler_that_does_not_answer_or_has_no_workers_is_told(study, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "ANSWERS_WITHIN", 0.5)
    monkeypatch.setattr(clusters, "COME_WITHIN", 0.5)

    with pytest.raises(ClusterError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9 .*start one with: dask"):
        ccsim.sweep(study, cluster="tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match="no scheduler answers at carrier://pigeon"):
        ccsim.sweep(study, cluster="carrier://pigeon")
    with (
        cluster(tmp_path, n_workers=0) as there,
        pytest.raises(ClusterError, match="has no workers; start some with: dask worker tcp"),
    ):
        ccsim.sweep(study, cluster=there.address)


@pytest.mark.slow
def test_a_cluster_whose_workers_all_leave_is_given_up(study, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(clusters, "WORKERS_GONE", 0.3)
    with cluster(tmp_path, n_workers=1) as there:
        kill = once(4, there.workers[0].kill)

        with pytest.raises(ClusterLost, match="has had no workers for 0 s"):
            ccsim.sweep(
                study, out=tmp_path / "out", replications=20, cluster=there.address, engine="reference", progress=kill
            )

    assert n_kept(tmp_path / "out") == kill.done >= 4


def test_without_the_extra_the_way_out_is_told(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(InputError, match=r"pip install 'ccsim\[cluster\]'"):
        ccsim.sweep(study, cluster="tcp://127.0.0.1:9")
