"""The command line: what a planner types, and what comes back.

Takes: words on the command line.
Gives: tables or one JSON object on stdout; progress, notes and warnings on stderr; an exit code.
Rule: the only room that prints; it computes nothing; heavy rooms are imported inside commands, so that --help is quick.
Read by: the planner.
Start here: app.py for the list of commands; running.py for run and compare; contract.py for the JSON, reading.py back.
"""
