"""Which accounts are missing is told when the catalog is read, once, and not on the first close."""

from __future__ import annotations

from pathlib import Path

from billing_jobs import seeds
from tests.intake.deliveries import CATALOG, deliver, new_home, take_in

ACCOUNT = "  - {{role: {role}, account: '1', name: {{ja: 口座, en: Account}}}}\n"


def accounts(*roles: str) -> str:
    return "accounts:\n" + "".join(ACCOUNT.format(role=role) for role in roles)


def told(messages: tuple[str, ...]) -> list[str]:
    return [message.split(":")[1] for message in messages if message.startswith("catalog: no account")]


def test_roles_without_an_account_are_told_when_the_catalog_comes_and_not_again(tmp_path: Path) -> None:
    home, roles = (
        new_home(tmp_path),
        [role for role in seeds.names("posting_roles", "role") if role != "opening_balance"],
    )
    deliver(home, "catalog/company.yml", CATALOG + accounts(*roles[:-2]))
    assert told(take_in(home, 1).messages) == [f" no account is named for {', '.join(roles[-2:])}"]
    deliver(home, "crm/customers.csv", "customer_id,name\nC1,One\n")
    assert told(take_in(home, 2).messages) == []
    deliver(home, "catalog/company.yml", CATALOG + accounts(*roles))
    assert told(take_in(home, 3).messages) == []


def test_a_home_without_a_catalog_is_told_nothing_of_accounts(tmp_path: Path) -> None:
    assert told(take_in(new_home(tmp_path), 1).messages) == []
