"""The main job on real data that nobody made for us: what is billed must be what plain loops over the same files
say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.settings import Home
from examples import expected, real

DATA = real.data_folder()
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"the real data are not here ({DATA}); set BILLING_REAL_DATA to the folder that holds them",
)

Billed = Callable[[str], Home]


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Billed:
    """A home by the name of its example, its nights run once a session."""
    homes: dict[str, Home] = {}

    def by_name(name: str) -> Home:
        if name not in homes:
            homes[name] = Home(tmp_path_factory.mktemp(name))
            real.bill(next(example for example in real.ALL if example.name == name), DATA, homes[name])
        return homes[name]

    return by_name


def test_every_token_of_28185_real_calls_is_counted(billed: Billed) -> None:
    have = real.billed(billed("llm_api"), real.TOKENS)
    assert have == expected.token_sums(DATA)
    assert have == {
        "conversation input_tokens": Decimal(22361870), "conversation output_tokens": Decimal(4088665),
        "code input_tokens": Decimal(18059974), "code output_tokens": Decimal(245896),
    }  # fmt: skip


def test_tokens_are_billed_by_graduated_prices_as_small_as_they_are(billed: Billed) -> None:
    assert real.billed(billed("llm_api"), real.PRICED_LINES) == expected.token_bills(DATA)


def test_a_real_time_of_use_tariff_gives_one_line_a_month(billed: Billed) -> None:
    home = billed("electricity")
    have = real.billed(home, real.MONTH_LINES)
    assert have == expected.electricity_bills(DATA)
    assert [have[month] for month in sorted(have)] == [
        Decimal(text) for text in ("4.57", "25.75", "24.20", "22.66", "12.70")
    ]
    assert real.billed(home, "select 'lines', count(*) from invoice_lines") == {"lines": 5}
    assert real.billed(home, "select 'kWh', sum(quantity) from usage_daily") == {"kWh": Decimal("1209.42")}


def test_cloud_costs_agree_with_the_source_for_each_sub_account(billed: Billed) -> None:
    have, want = real.billed(billed("focus"), real.SUB_ACCOUNTS), expected.cloud_costs(DATA)
    assert have.keys() == want.keys()
    assert max(abs(have[name] - want[name]) for name in want) <= Decimal("0.00000001")
    assert len(want) == 73


def test_the_one_row_without_a_price_is_refused_and_says_why(billed: Billed) -> None:
    home = billed("focus")
    refused = real.billed(home, "select file_name || ':' || line_no, message from rejected_rows")
    assert len(refused) == 1
    (message,) = refused.values()
    assert "unit_price" in str(message) or "ListUnitPrice" in str(message)
    assert real.billed(home, "select 'rated', sum(events_rated) from usage_accounting") == {"rated": 999}


def test_the_reference_figures_come_from_the_files_and_not_from_the_platform() -> None:
    source = Path(expected.__file__).read_text(encoding="utf-8")
    assert "billing_jobs" not in source
    assert "duckdb" not in source
