"""A desk to type at: an empty folder with a small scenario, and the command itself."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ccsim.cli.app import app

TINY = """\
# Half an hour of one queue, quick to play.
name: tiny
question: Is anybody there?
calendar: {length: 30min}
needs:
  volume: {per_hour: 60}
  types: [{name: calls}]
customers:
  patience: {exponential: {mean: 3min}}
agents:
  - {name: team, skills: [calls], staffing: {agents: 4}}
handling: {talk: {exponential: {mean: 3min}}}
service_level: {within: 20s, base: offered}
arms:
  now: {}
  gated: {channels: {phone: {gate: {levels: 2, solves: 50%}}}}
study: {replications: 2, seed: 7}
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder, made the current one, with tiny.yaml in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def ccsim():
    """The command in this process: exit code, stdout, stderr, and stdout read as JSON."""

    def call(*words):
        done = CliRunner().invoke(app, [str(word) for word in words], prog_name="ccsim")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return SimpleNamespace(
            code=done.exit_code, out=done.stdout, err=done.stderr, object=lambda: json.loads(done.stdout)
        )

    return call
