from __future__ import annotations

import pytest

from billing_jobs.formats.mail_addresses import NO_ADDRESS, SEVERAL, addresses_of, fault_of, fault_of_list

USABLE = [
    "taro@example.jp", "a..b@docomo.ne.jp", "a.@ezweb.ne.jp", ".a-_+x@docomo.ne.jp", "a+b@x.co.jp",
    "O'Neil@example.com", "a@例え.jp", (
        " "
        "a@x.jp "
    ), "A@X.JP",
    "x" * 64 + "@a.jp",
]  # fmt: skip
UNUSABLE = [
    "なし", "-", "nashi", "@", "a@", "@x.jp", "...@x.jp", "taro＠example.jp", "Taro <t@y.jp>", "a b@x.jp", "a@x",
    "a@localhost", "a@[1.2.3.4]", "日本@x.jp", "a@b@c.jp",
    "a\u200b@x.jp", "a@x..jp", "a@x.jp.", "a\udc80@x.jp", "a@x.jp\n\nBcc: b@x.jp", "x" * 65 + "@a.jp",
    "a" + "." * 80 + "b@docomo.ne.jp", (
        '"a '
        'b"@x.jp'
    ), "mailto:a@x.jp",
]  # fmt: skip


@pytest.mark.parametrize("address", USABLE, ids=ascii)
def test_what_a_mail_can_be_addressed_to(address: str) -> None:
    assert (fault_of(address), addresses_of(address)) == ("", ([address.strip()], 0))


@pytest.mark.parametrize("address", UNUSABLE, ids=ascii)
def test_what_no_mail_can_be_addressed_to(address: str) -> None:
    assert fault_of(address) == NO_ADDRESS
    assert fault_of_list(address) == NO_ADDRESS
    assert address not in addresses_of(address)[0]


@pytest.mark.parametrize("mark", [",", ";", "、", "，", "；", " ", "\u3000", "\n", ", "])
def test_two_addresses_in_one_field_are_named_and_in_a_list_they_are_two(mark: str) -> None:
    assert fault_of(f"a@b.jp{mark}c@d.jp") == SEVERAL
    assert addresses_of(f"a@b.jp{mark}c@d.jp") == (["a@b.jp", "c@d.jp"], 0)


def test_a_list_keeps_its_usable_entries_each_once() -> None:
    assert addresses_of("a@b.jp、 Taro <t@y.jp>; A@B.JP, -, c@d.jp") == (["A@B.JP", "c@d.jp"], 2)
    assert (addresses_of(None), addresses_of(" ; "), fault_of(None), fault_of("")) == (([], 0), ([], 0), "", "")
