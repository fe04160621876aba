"""The list of sources."""

from ccsim.theory.sources import _source_of, sources


def test_every_formula_names_its_source():
    listed = sources()

    assert [name for name, source in listed.items() if not source] == []
    assert "Zeltyn & Mandelbaum (2005)" in listed["erlang.answer_erlang_a"]
    assert "model.md" in listed["pressure.break_even_rushing_harm"]


def test_what_a_module_only_uses_is_not_listed_under_it():
    assert "retrials.answer_erlang_a" not in sources()
    assert "erlang._within" not in sources()


def test_a_source_over_two_lines_is_one_line():
    assert (
        _source_of("A law.\n\n    Notes\n    -----\n    Source: Palm (1957),\n    Tele.\n\n    Examples\n")
        == "Palm (1957), Tele."
    )


def test_no_source_is_an_empty_line():
    assert _source_of("A law.") == ""
