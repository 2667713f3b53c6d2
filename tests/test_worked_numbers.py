"""Where each worked number is proven, through the real models. The numbers of golden.json stand in
tests/support/golden.json.

| golden.json | proven by |
| --- | --- |
| rev_31_jan15_feb14 | dbt/revenue/test_schedule.py: a month from the 15th falls into two months by days |
| rev_365_year | dbt/revenue/test_schedule.py: a year is earned by its 365 days |
| rev_100_jan15_feb14 | dbt/revenue/test_schedule.py: cumulative rounding loses no unit |
| rev_90_3mo | dbt/revenue/test_schedule.py: three months in advance are earned by days |
| refund_full_feb1, refund_partial_9_feb1 | dbt/revenue/test_journal.py: a full refund, a partial refund (what a closed
month earned is taken back in the next one) | | upgrade_90_120_apr21 | scenarios/worked_examples_of_the_yen (all four
figures); dbt/pricing/test_charges.py, dbt/revenue/test_schedule.py | | downgrade_90_30_apr21 |
scenarios/worked_examples_of_the_yen | | tax: 60,000 at 10 %, 40,000 at 8 % | scenarios/worked_examples_of_the_yen |
| tax: 3 x 1,005 and 3 x 335 | dbt/invoicing/test_documents.py; scenarios/tax_inclusive_prices_that_round |
| corporate_number | here: the number of the seller in all examples is the worked one. A seller's number is printed as
it is entered | | late_interest | not offered: the platform reminds of what is overdue and charges no interest on it |
| era | formats/test_japanese_dates.py |
| anchor_31 | dbt/contracts/test_fifty_years.py: months from the 31st come back to it after fifty years |
| dst | dbt/pricing/test_intervals.py: a level over a day has as many hours as the day |
| terms | dbt/invoicing/test_documents.py: terms give the due date that the calendar says |

Numbers that other systems got wrong, as far as they were told:

| what went wrong elsewhere | proven by |
| --- | --- |
| part of a period over 42 days in place of 91 | dbt/pricing/test_charges.py: the days of the nominal billing period
divide | | monthly from the 29th to 31st, from 30 January | dbt/contracts/test_billing_periods.py, test_fifty_years.py:
every anchor, every interval, no overlap and no gap | | two price changes in one cycle, one dropped |
scenarios/plan_and_price_change_on_one_day, upgrade_then_downgrade_in_one_billing_period | | 10,000 free, 8,000 used on
either side of a price change | scenarios/rounded_usage_and_free_units (K3) | | 81 rounded lines drift by 2 cents |
dbt/invoicing/test_documents.py: tax is spread over 81 lines and never drifts | | 1,300,000 won do not fit; 10^12 yen,
prices of 10^-9 | dbt/pricing/test_edges.py | | an event of .1 seconds read as .0999; a border in milliseconds |
dbt/pricing/test_edges.py: a time band holds from its first microsecond | | a duplicate guard that knew no zone |
scenarios/a_tokyo_month_is_not_a_utc_month, night_of_a_customer_in_new_york |
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.golden import GOLDEN, worked

HERE = Path(__file__).parent
WITHOUT_A_MODEL = {"corporate_number", "late_interest"}


def check_digit(base: str) -> int:
    """Of a corporate number's twelve digits: 9 less the remainder by nine of their sum,
    every second one doubled from the right."""
    return 9 - sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(base))) % 9


def test_every_worked_number_is_used_by_a_test_or_a_story() -> None:
    texts = [
        path.read_text(encoding="utf-8")
        for path in HERE.rglob("*")
        if path.suffix in (".py", ".yml") and path != Path(__file__)
    ]
    used = {
        name
        for name in GOLDEN
        if any(
            re.search(rf"\b{name}\b", text)
            for text in texts
            if name not in ("tax", "terms", "era", "dst") or f'worked("{name}")' in text
        )
    }
    assert used | WITHOUT_A_MODEL == GOLDEN.keys()


def test_every_test_named_here_is_there() -> None:
    named = re.findall(r"(?:dbt|formats|scenarios)/[\w/]+(?:\.py)?", __doc__ or "")
    assert len(named) > 15
    assert [name for name in named if not (HERE / name).exists()] == []


def test_the_seller_of_the_stories_has_the_worked_registration_number() -> None:
    base, full = worked("corporate_number")["base"], worked("corporate_number")["full"]
    assert f"{check_digit(base)}{base}" == full
    company = (HERE / "scenarios" / "catalog" / "company.yml").read_text(encoding="utf-8")
    assert f"registration_number: T{full}" in company
