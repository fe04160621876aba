"""The SimPy engine: written to be read.

Takes: a `Plan`, its potential needs, a seed and a replication number.
Gives: rows for the log.
Rule: stories only wait for the clock; decisions and steps are plain functions that finish within the instant.
Read by: engine/run.py.
Start here: stories.py, then joining.py and next_work.py.
Source: engine/contract.py.
"""
