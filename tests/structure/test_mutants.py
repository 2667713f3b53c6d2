"""The table of broken rules stays true: each text stands once in its file, and the test that must notice exists."""

from __future__ import annotations

import ast
from functools import cache
from xml.etree import ElementTree

import pytest

from tests.support.mutants import ROOT, Mutant, groups_of, judge, read_table

MUTANTS = read_table()


@cache
def functions_of(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def has_its_test(mutant: Mutant) -> bool:
    file, _, test = mutant.test.partition("::")
    return test.partition("[")[0] in functions_of(file)


def test_the_text_of_each_rule_stands_exactly_once_in_its_file() -> None:
    assert {mutant.rule: mutant.text_count(ROOT) for mutant in MUTANTS if mutant.text_count(ROOT) != 1} == {}
    assert [mutant.rule for mutant in MUTANTS if mutant.find == mutant.put] == []


def test_the_test_of_each_rule_exists() -> None:
    assert {mutant.rule: mutant.test for mutant in MUTANTS if not has_its_test(mutant)} == {}


def test_no_rule_stands_twice() -> None:
    assert len({mutant.rule for mutant in MUTANTS}) == len(MUTANTS) > 0


def rule(name: str, *, find: str, test: str) -> Mutant:
    return Mutant(name, "Makefile", find, "", f"tests/structure/test_mutants.py::{test}")


def test_broken_together_are_rules_of_other_tests_and_other_texts_only() -> None:
    setup, check = rule("setup", find="setup", test="a"), rule("check", find=".PHONY", test="b")
    same_test, same_text = rule("same test", find=".DEFAULT_GOAL", test="a[1]"), rule("same text", find="etu", test="c")
    assert groups_of([setup, check, same_test, same_text]) == [[setup, check], [same_test, same_text]]


@pytest.mark.parametrize(
    ("case", "seen"),
    [
        ("", "GREEN"),
        ("<failure>assert 1 == 2</failure>", "red"),
        ("<failure>Binder Error: no column</failure>", "broken"),
        ("<error>Fails: 2 keys (charge_id) stand on more than one row.</error>", "red"),
        ("<error>KeyError: 'x'</error>", "broken"),
    ],
)
def test_only_an_assertion_or_a_stopped_build_is_red(case: str, seen: str) -> None:
    assert judge([ElementTree.fromstring(f"<testcase>{case}</testcase>")]).seen == seen


def test_a_test_that_did_not_run_proves_nothing() -> None:
    assert judge([]).seen == "broken"
