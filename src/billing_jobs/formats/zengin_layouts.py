"""Layout of the deposit notice (type 01, 200 bytes) of the Japanese Bankers Association: name, first byte (from 1),
length.

Source: 一般社団法人 全国銀行協会, 全銀協パーソナル・コンピュータ用標準通信プロトコル(ベーシック手順)
適用業務およびレコード・フォーマット, edition of December 2019 (令和元年12月), 振込入金通知. Forms A and B are of that
layout; B differs from A from byte 129 on.
"""

from __future__ import annotations

RECORD_LENGTH = 200
DEPOSIT_NOTICE = "01"

Layout = dict[str, tuple[int, int]]

HEADER: Layout = {
    "record_type": (1, 1), "business_type": (2, 2), "code_set": (4, 1), "created_on": (5, 6), "from": (11, 6),
    "until": (17, 6),
    "bank_code": (23, 4), "bank_name": (27, 15), "branch_code": (42, 3), "branch_name": (45, 15),
    "account_type": (60, 1), "account_number": (61, 7),
    "account_name": (68, 40),
}  # fmt: skip
DATA_A: Layout = {
    "record_type": (1, 1), "inquiry_number": (2, 6), "booked_on": (8, 6), "value_on": (14, 6), "amount": (20, 10),
    "other_bank_cheques": (30, 10),
    "remitter_code": (40, 10), "remitter_name": (50, 48), "from_bank": (98, 15), "from_branch": (113, 15),
    "cancel_mark": (128, 1), "edi_text": (129, 20),
}  # fmt: skip
DATA_B: Layout = {**DATA_A, "second_amount": (129, 12), "second_cheques": (141, 12), "edi_text": (153, 20)}
TRAILER: Layout = {
    "record_type": (1, 1),
    "count": (2, 6),
    "total": (8, 12),
    "cancelled_count": (20, 6),
    "cancelled_total": (26, 12),
}
END: Layout = {"record_type": (1, 1)}


def is_form_b(record: bytes) -> bool:
    """The layout marks no form: in form B bytes 129 to 152 are two amounts, hence all digits."""
    return record[128:152].isdigit()


def field(record: bytes, layout: Layout, name: str) -> str:
    """One field as text without its padding; cut by bytes, as one character is one byte of JIS X 0201."""
    first, length = layout[name]
    return record[first - 1 : first - 1 + length].decode("cp932", errors="replace").strip()
