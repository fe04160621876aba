"""What the planner writes: a file, checked, as one frozen tree.

Takes: a YAML file (or a mapping) in the planner's words; with replay, a CSV of calls.
Gives: `Scenario`, seconds and shares inside, or `ScenarioError` with every problem at its place.
Rule: the only pydantic room; no numpy; a section left out is a module switched off.
Read by: plan.compile, study, cli.
Start here: model.py for the tree, load.py for files, readings.py for what shorthand means.
Source: docs/model.md, which says what each field does.
"""
