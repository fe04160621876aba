"""The page: self-contained, escaped, honest, the same bytes, and never half written."""

import base64
import csv
import hashlib
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fake_results import arm, compare_result, difference, estimate, run_result

from ccsim.metrics.definitions import MEASURES
from ccsim.report import page as page_module
from ccsim.report import prose
from ccsim.report.page import page, write_page, write_tables
from ccsim.study.results import Assumption

EVIL = '<script>alert("x")</script>'
VOID = {"meta", "link", "br", "hr", "img", "input"}


@cache
def run_page():
    return page(run_result())


@cache
def compare_page():
    return page(compare_result())


class Outline(HTMLParser):
    """Elements of a page, and whether each is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.faults, self.headings = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((self.getpos(), tag))


def outline(text):
    parser = Outline()
    parser.feed(text)
    return parser


def plain(text):
    """The words of a page, without its pictures, style and script."""
    text = re.sub(r"<(style|script|svg).*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("make", [run_page, compare_page])
def test_a_page_is_well_formed_with_one_main_one_title_and_no_leap_in_headings(make):
    found = outline(make())
    tags = [tag for tag, _ in found.seen]

    assert (found.faults, found.open) == ([], [])
    assert [tags.count(tag) for tag in ("html", "main", "h1", "title")] == [1, 1, 1, 1]
    assert all(after <= before + 1 for before, after in zip(found.headings, found.headings[1:], strict=False))
    assert dict(found.seen)["html"] == {"lang": "en"}


@pytest.mark.parametrize("make", [run_page, compare_page])
def test_a_page_needs_no_network_and_runs_its_own_script_alone(make):
    found = outline(make())

    assert not {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in found.seen}
    assert [attrs for tag, attrs in found.seen if tag == "script"] == [{}]
    assert not [name for _, attrs in found.seen for name in attrs if name.startswith("on")]
    links = [value for _, attrs in found.seen for name, value in attrs.items() if name in ("href", "src", "xlink:href")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "@import" not in make()


def test_the_policy_of_a_page_lets_its_script_run_and_no_other():
    (script,) = re.findall(r"<script>(.*?)</script>", run_page(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'" in run_page()


@pytest.mark.parametrize("make", [run_page, compare_page])
def test_names_on_the_page_are_unique_and_links_find_them(make):
    found = outline(make())
    names = [attrs["id"] for _, attrs in found.seen if "id" in attrs]
    links = [attrs["href"][1:] for tag, attrs in found.seen if tag == "a"]

    assert len(names) == len(set(names))
    assert set(links) <= set(names)


def test_every_table_has_a_caption_and_every_picture_a_description():
    found = outline(compare_page())
    tags = [tag for tag, _ in found.seen]

    assert tags.count("caption") == tags.count("table") > 10
    pictures = [attrs for tag, attrs in found.seen if tag == "svg"]
    assert len(pictures) == 6
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 40 for attrs in pictures)


def test_the_title_is_the_question_and_without_one_the_scenario():
    assert "<h1>Does open access pay?</h1>" in compare_page()
    assert "<h1>cast-the-net</h1>" in page(compare_result(question=""))


def test_what_somebody_typed_is_escaped_everywhere():
    one = arm(EVIL)
    poisoned = replace(
        one,
        warnings=(EVIL,),
        assumptions=tuple(
            replace(field, path=EVIL, value=EVIL + str(k), origin=EVIL) for k, field in enumerate(one.assumptions)
        ),
        targets=tuple(replace(target, text=EVIL) for target in one.targets),
        formula=replace(one.formula, leaves_out=(EVIL,), note=EVIL),
        staffing=((EVIL, one.staffing[0][1]), one.staffing[1]),
        estimates=(
            *one.estimates,
            estimate("asa", 1.0, cell={"queue": EVIL}),
            estimate("asa", 1.0, cell={"queue": "b"}),
        ),
    )
    compared = compare_result(names=(EVIL, "open"))
    run = run_result(
        arm=poisoned,
        scenario=EVIL,
        question=EVIL,
        service_level=EVIL,
        currency=EVIL,
        made_by={"ccsim": EVIL, "command": EVIL, "digest": EVIL},
    )
    comparison = replace(
        compared,
        levelling=EVIL,
        made_at={"host": EVIL},
        arms=(replace(poisoned, name=EVIL), compared.arms[1]),
    )
    pages = [page(run), page(comparison)]

    for text in pages:
        assert "&lt;script&gt;" in text
        assert EVIL not in text
        assert text.count("<script") == 1
        assert outline(text).faults == []


def test_the_answer_of_a_comparison_has_numbers_and_the_levelling_on_its_first_screen():
    result = compare_result()
    others = [gap for gap in result.differences if gap.measure != "service_level"]
    sure = difference("service_level", -0.04, 0.012, arm="open", baseline="contain")
    first_screen, _, _ = page(replace(result, differences=(sure, *others))).partition("<nav")
    text = plain(first_screen)

    assert re.search(r"[\d.]+ % against [\d.]+ %, [+−][\d.]+ points ± [\d.]+", text)
    assert "What became of the needs, and what it took" in text
    assert "every arm has the same 6,720 scheduled hours" in text


def test_no_winner_is_declared_where_every_interval_covers_zero():
    gaps = tuple(
        difference(name, 0.0, 1.0, arm="open", baseline="contain")
        for name in MEASURES
        if not name.startswith("effort_")
    )
    text = page(compare_result(differences=gaps))

    assert not re.search(r"\b(wins?|winner|best|superior|beats?)\b", plain(text), re.IGNORECASE)
    assert not re.search(r"<td[^>]*>(better|worse)</td>", text)
    assert 'class="sure"' not in text


def test_chance_findings_are_announced_in_their_number():
    """One in twenty at 95 %."""
    result = compare_result()
    n = len({gap.measure for gap in result.differences})
    found = re.search(r"The tables show (\d+) differences; .* about ([\d.]+) of them", plain(page(result)))

    assert 0 < int(found[1]) <= n
    assert float(found[2]) == pytest.approx(0.05 * int(found[1]), abs=0.051)


def test_a_run_answers_with_numbers_and_its_targets():
    text = plain(run_page())

    assert "Service level is 81.2 % ± 1.6" in text
    assert "The target “service level at least 75 %” is met: 81.2 % ± 1.6, with " in text


def test_a_missed_target_says_so():
    result = run_result()
    missed = replace(result.arm, targets=tuple(replace(one, verdict="missed") for one in result.arm.targets))

    assert "is missed: 81.2 %" in plain(page(replace(result, arm=missed)))


def test_every_measure_in_the_tables_is_defined():
    text = run_page()
    defined = text[text.index('aria-label="Definitions of the measures shown"') :]

    for measure in ("asa", "cost_per_need", "time_to_detect", "fcr_true", "effort_gate"):
        assert f"<td>{measure}</td>" in defined
        assert MEASURES[measure].words.replace("'", "&#39;") in defined
    assert "<td>answered within 20s / (offered − abandoned within 20s)</td>" in defined


def test_what_the_formula_leaves_out_is_said_once_where_arms_agree():
    text = plain(compare_page())

    assert text.count("Erlang A leaves out: redials; the gate; changes of load within the day.") == 1


def test_a_formula_without_an_answer_says_why():
    result = run_result()
    silent = replace(result.arm, formula=replace(result.arm.formula, lines=(), note="the replay has no rate"))

    assert "No textbook formula has an answer here. the replay has no rate." in plain(page(replace(result, arm=silent)))


def test_assumptions_show_value_role_origin_and_where_arms_differ():
    text = plain(compare_page())

    assert "needs.volume.per_day 1200 world scenarios/cast-the-net.yaml:9" in text
    assert re.search(r"Where the arms differ .*channels\.phone\.gate\.levels 2 5 lever", text)


def test_levelling_and_pairing_are_stated():
    assert "roster: every arm has the same 6,720 scheduled hours." in plain(compare_page())
    assert "differences are not paired" in plain(page(compare_result(paired=False)))


def test_warnings_are_shown_once_and_name_the_arm_that_has_them():
    result = compare_result()
    second = replace(result.arms[1], warnings=(*result.arms[1].warnings, "Load above capacity."))
    text = page(replace(result, arms=(result.arms[0], second)))

    assert text.count("<li>3.1 % of needs were open at the horizon.</li>") == 1
    assert "<li>open: Load above capacity.</li>" in text


def test_the_headings_of_stress_are_all_there():
    headings = re.findall(r"<dt>([\w ]+)</dt>", run_page())

    assert headings[:6] == ["Objectives", "Logic", "Data", "Experimentation", "Implementation", "Code access"]


def test_provenance_says_how_to_repeat_it_and_reproducible_leaves_out_when_and_where():
    full, bare = run_page(), page(run_result(), reproducible=True)

    assert "ccsim compare scenarios/cast-the-net.yaml" in full
    assert all(made in full for made in ("2026-01-05T09:00:00", "desk", "41.2 s"))
    assert not any(made in bare for made in ("2026-01-05T09:00:00", "desk", "41.2 s"))


def test_equal_results_give_equal_bytes():
    elsewhere = run_result(made_at={"date": "2030-01-01T00:00:00+00:00", "host": "other", "duration": 1.0})

    assert page(run_result(), reproducible=True) == page(elsewhere, reproducible=True)


def test_one_replication_still_makes_a_page():
    text = plain(page(run_result(replications=1)))

    assert "Service level is 81.2 %: " in text
    assert "1 replication, seed 1" in text


def test_a_result_with_hardly_anything_still_makes_a_page():
    bare = replace(
        arm("bare"), estimates=(estimate("asa", None),), staffing=(), waits=(), assumptions=(), targets=(), warnings=()
    )
    found = outline(page(run_result(arm=bare)))

    assert found.faults == []
    assert "svg" not in {tag for tag, _ in found.seen}


def test_the_page_is_written_into_a_new_folder_and_leaves_nothing_beside_it(tmp_path):
    written = write_page(run_result(), tmp_path / "new" / "folder")

    assert written == tmp_path / "new" / "folder" / "report.html"
    assert [path.name for path in written.parent.iterdir()] == ["report.html"]
    assert written.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_page_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    old = write_page(run_result(), tmp_path)
    before = old.read_bytes()

    def refuse(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_page(compare_result(), tmp_path)

    assert old.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_tables_hold_every_number_to_its_last_digit(tmp_path):
    result = compare_result()

    estimates, differences = write_tables(result, tmp_path)

    with estimates.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(one.estimates) for one in result.arms)
    first = result.arms[0].estimates[0]
    assert (rows[0]["arm"], rows[0]["measure"], float(rows[0]["low"])) == ("contain", first.measure, first.low)
    assert {row["interval"] for row in rows} > {"", "08:00"}
    with differences.open(encoding="utf-8", newline="") as file:
        gaps = list(csv.DictReader(file))
    assert [float(gap["value"]) for gap in gaps] == [gap.value for gap in result.differences]


def test_a_run_has_no_table_of_differences(tmp_path):
    assert [path.name for path in write_tables(run_result(), tmp_path)] == ["estimates.csv"]


def test_what_was_not_observed_is_an_empty_field(tmp_path):
    written = write_tables(run_result(arm=replace(arm("a"), estimates=(estimate("asa", None),))), tmp_path)[0]

    assert written.read_text(encoding="utf-8").splitlines()[1] == "a,asa,,,,,,,,,,,,,,,0.95,20,s,ratio,"


def test_a_name_that_a_spreadsheet_would_run_is_made_plain(tmp_path):
    written = write_tables(run_result(arm=arm("=1+1")), tmp_path)[0]

    assert written.read_text(encoding="utf-8").splitlines()[1].startswith("'=1+1,")


def test_the_room_draws_nothing_until_a_page_is_asked_for():
    """The terminal's tables must not load matplotlib."""
    import subprocess
    import sys

    code = "import sys, ccsim.report.tables, ccsim.report.shown; sys.exit('matplotlib' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(page_module.__file__).parents[2]).returncode
        == 0
    )


def test_another_process_gives_the_same_bytes():
    """Python's hash seed and the layout solver's addresses differ from process to process."""
    import hashlib
    import os
    import subprocess
    import sys

    folders = os.pathsep.join(str(Path(__file__).parents[up]) for up in (2, 3))
    code = (
        "import hashlib, fake_results; from ccsim.report.page import page;"
        "print(hashlib.sha256(page(fake_results.compare_result()).encode()).hexdigest())"
    )
    expected = hashlib.sha256(compare_page().encode()).hexdigest()

    for seed in ("1", "2"):
        settings = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": folders}
        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=settings)
        assert told.stdout.strip() == expected


def test_the_answer_of_a_comparison_gives_the_deciding_differences_with_their_intervals():
    text = plain(compare_page())
    answer = text[text.index("The answer") : text.index("Each interval holds")]

    assert "open − contain" in answer
    assert re.search(r"Service level ↑ .* [+−][\d.]+ points ± [\d.]+", answer)
    assert "Cost per resolution ↓" in answer


def test_a_number_stays_on_one_line_with_its_unit():
    assert "95\N{NO-BREAK SPACE}% intervals.</p>" in compare_page()


def assumptions_with_sources():
    """Two arms that differ in one assumption and share four values."""
    shared = (
        Assumption("needs.volume.per_day", "350", "s.yaml:1", "world", "seen", "call data", "300", "400", "", "", 0.25),
        Assumption("shrinkage", "30%", "s.yaml:2", "lever", "assumption", "", "25%", "35%", "", "shrinkage", 0.29),
        Assumption("coding.when_not", "50%", "s.yaml:3", "world", "assumption", "", "10%", "80%", "", "", 0.875),
        Assumption("handling.talk", "5min", "s.yaml:4", "world"),
    )
    moved = [
        Assumption("agents.a.speed_cut", value, "s.yaml:5", "lever", "assumption", "a guess", "0%", "20%", "or more")
        for value in ("0%", "10%")
    ]
    result = compare_result()
    arms = [replace(one, assumptions=(*shared, move)) for one, move in zip(result.arms, moved)]
    return replace(result, arms=tuple(arms))


def test_assumptions_come_first_the_widest_on_top_and_marks_are_counted():
    differing, shared = prose.assumption_sheets(assumptions_with_sources())

    assert differing.rows == (
        ("agents.a.speed_cut", "0%", "10%", "assumption", "0% to 20%", "a guess; or more", "lever"),
    )
    assert [row[0] for row in shared.rows] == [
        *("coding.when_not", "shrinkage", "needs.volume.per_day", "handling.talk"),
    ]
    assert shared.columns == ("Field", "Value", "Mark", "Plausible", "Source", "Role", "Set by")
    assert shared.rows[3][2:5] == ("no source", "", "")
    assert shared.notes[0].startswith(
        "Of 5 values that were set: 1 seen in their source, 3 assumptions that nobody measured, 1 without a source."
    )


def test_without_sources_the_table_of_assumptions_has_no_column_for_them():
    _, shared = prose.assumption_sheets(compare_result())

    assert shared.columns == ("Field", "Value", "Role", "Set by")
