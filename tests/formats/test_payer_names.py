from __future__ import annotations

import pytest

from billing_jobs.formats.payer_names import payer_key

SAME = [
    [
        "ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ",
        "ヤマダショウテン（カ",
        "カブシキガイシャ　ヤマダショウテン",
        "株式会社やまだしょうてん",
        "振込 ｶ)ﾔﾏﾀﾞ ｼﾖｳﾃﾝ 123456",
        "フリコミ*ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ",
    ],
    ["ｲｼﾔ ﾋﾞﾖｳｲﾝ(ｲ", "ｲ)ｲｼﾔﾋﾞﾖｳｲﾝ", "イリョウホウジン イシヤビョウイン"],
    ["ｺ-ﾋ- ﾔ", "コーヒーヤ", "コ－ヒ―ヤ", "コヒヤ"],
    ["Acme, Inc.", "ＡＣＭＥ　ＩＮＣ", "acme inc"],
    ["ﾔﾏﾀﾞ(ｶ)ﾄｳｷﾖｳｼﾃﾝ", "ヤマダトウキョウシテン"],
]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_ways_to_write_a_name_have_one_key(names: list[str]) -> None:
    assert len({payer_key(name) for name in names}) == 1
    assert payer_key(names[0]) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("ﾊﾔｼ ﾀﾛｳ", "ﾊﾔｼ ｼﾞﾛｳ"), ("ｶﾜｻｷ", "ﾜｻｷ"), ("ﾄﾞｲ ﾋﾛｼ", "ﾄｲ ﾋﾛｼ"), ("山田", "ヤマダ")]
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert payer_key(one) != payer_key(other)


def test_an_abbreviation_without_its_bracket_is_part_of_the_name() -> None:
    assert payer_key("ｶﾄｳ") == "カトウ"


@pytest.mark.parametrize("name", [None, "", "  ", "()"])
def test_nothing_has_the_empty_key(name: str | None) -> None:
    assert payer_key(name) == ""


def test_a_key_is_its_own_key() -> None:
    for names in SAME:
        assert payer_key(payer_key(names[0])) == payer_key(names[0])
