"""Results as a planner reads them: tables, pictures, one self-contained page.

Takes: `RunResult` or `CompareResult`.
Gives: `Sheet` rows, SVG pictures, `report.html`, `estimates.csv`, `differences.csv`, a workbook.
Rule: a number never stands without its interval; no winner where an interval covers zero; what is typed is escaped.
Read by: cli.
Start here: shown.py for what is shown, tables.py for the rows, page.py for the page.
Source: docs/model.md, section on what every report prints.
"""
