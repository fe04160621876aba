"""How far the work is."""

import sys

from ccsim.cli import progress


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self):
        return self.now


def test_without_a_terminal_there_is_a_line_every_ten_seconds_and_none_before(capsys):
    clock = Clock()
    advance = progress._lines(clock)
    for second in range(26):
        clock.now = 100.0 + second
        advance(second, 50)

    # 10 of 50 after 10 s is 1 per s, so 40 s are left; 20 of 50 after 20 s leaves 30 s
    assert capsys.readouterr().err.splitlines() == [
        "10 of 50 replications, 1 per s, about 40 s left",
        "20 of 50 replications, 1 per s, about 30 s left",
    ]


def test_nothing_done_yet_promises_no_end():
    assert progress.pace(0, 50, elapsed=10.0) == "0 of 50 replications"


def test_progress_never_stands_on_stdout(capsys):
    with progress.progress_on_stderr() as advance:
        advance(1, 2)

    assert capsys.readouterr().out == ""


def test_on_a_terminal_there_is_a_bar_with_what_is_done(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress_on_stderr() as advance:
        advance(1, 2)

    told = capsys.readouterr()
    assert "1 of 2 replications" in told.err
    assert told.out == ""
