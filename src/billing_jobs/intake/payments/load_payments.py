"""Loading a bank's file: read by its format, given an id that the same movement has in any file, refused or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from billing_jobs.engine_paths import in_folder
from billing_jobs.formats.bank_formats import BANK_FORMATS
from billing_jobs.formats.deposits import BadLine, Deposit, Reading
from billing_jobs.formats.payer_names import payer_key
from billing_jobs.formats.profile_csv import CsvRules, read_profile_csv
from billing_jobs.intake.engine import Engine, FileRefused, literal, stage_rows, write_rows
from billing_jobs.intake.erasures_log import erased_lines
from billing_jobs.intake.faults import refusal_of
from billing_jobs.intake.outcome import LOADED, Outcome, write_intake, write_rejects
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.hygiene import read_bytes
from billing_jobs.intake.reading.received import Delivery, Places, received_file
from billing_jobs.intake.reading.sheets import ENDING, sheet_as_csv
from billing_jobs.records import make_id, make_plain_id
from billing_jobs.streams import PAYMENTS

_FIELDS = tuple(field.name for field in fields(Deposit))
_REFUSED = {
    "line_no": "bigint", "problem": "varchar", "raw": "varchar", "event_date": "date",
    "found": "varchar", "row_key": "varchar",
}  # fmt: skip
IDENTITY = ("account", "booked_on", "currency", "direction", "reference", "bank_transaction_id", "remitter_name")


def load_payments(con: Engine, places: Places, delivery: Delivery, *, profile: Profile) -> Outcome:
    """Bring one file's deposits into the lake. FileRefused if this profile cannot read it; then nothing is written."""
    content, profile = readable(received_file(places, delivery), profile)
    deposits, bad = read_deposits(content, delivery, profile)
    for line in bad:
        if line.is_whole_file:
            raise FileRefused(line.reason_code, line.expected, line_no=line.line_no)
    target = places.lake / "payments" / f"{delivery.file_id}.parquet"
    target.unlink(missing_ok=True)
    known = _known_ids(con, places.lake, delivery)
    erased = erased_lines(places.erasures_log).get(delivery.file_name, {})
    read = deposit_rows(deposits, delivery, profile, known=erased, was_allocated=places.was_allocated)
    new = (row for row in read if row["payment_id"] not in known)
    accepted = write_rows(con, target, columns=PAYMENTS, rows=new)
    stage_rows(con, "refused", columns=_REFUSED, rows=map(_refused_row, bad))
    write_rejects(con, places.lake, delivery)
    duplicates = len(deposits) - accepted
    write_intake(
        con,
        places.lake,
        delivery,
        state=LOADED,
        counts=[{"rows_accepted": accepted, "rows_rejected": len(bad), "rows_duplicate": duplicates}],
    )
    return Outcome(LOADED, accepted=accepted, rejected=len(bad), duplicate=duplicates)


def readable(path: Path, profile: Profile) -> tuple[bytes, Profile]:
    """The bytes that the profile's format reads, and the profile by which to read them: of a spreadsheet the CSV that
    it stands for. FileRefused where the file is broken or beyond a limit."""
    if not path.name.endswith(ENDING) or profile.format in BANK_FORMATS:
        return read_bytes(path), profile
    as_csv = sheet_as_csv(path, path.with_suffix(".csv"), most="bank_rows")
    return read_bytes(as_csv), replace(profile, encoding="utf-8", delimiter=",")


def read_deposits(content: bytes, delivery: Delivery, profile: Profile) -> Reading:
    """The deposits of a file by the format of its profile.

    FileRefused when the reader breaks on it: one file never stops the night.
    """
    try:
        if profile.format in BANK_FORMATS:
            return BANK_FORMATS[profile.format].read(content, received_on=delivery.received_at.date())
        return read_profile_csv(content, rules=csv_rules_of(profile))
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def csv_rules_of(profile: Profile) -> CsvRules:
    """What the profile says about the source's CSV."""
    return CsvRules(
        columns=profile.columns,
        constants={name: str(value) for name, value in profile.constants.items()},
        encoding=profile.encoding,
        delimiter=profile.delimiter,
        header_line=profile.header_line,
        date_format=profile.date_format,
        currency=profile.currency,
        account=profile.account,
        sign_column=profile.sign.get("column", ""),
        sign_out=tuple(profile.sign.get("out", ())),
    )


def deposit_rows(
    deposits: list[Deposit],
    delivery: Delivery,
    profile: Profile,
    *,
    known: Mapping[int, str],
    was_allocated: Callable[[str], bool] = lambda _payment_id: False,
) -> Iterator[dict[str, Any]]:
    """Deposits as lake rows, one by one. Equal movements of one file are told apart by their order, which a longer
    statement repeats.

    known: ids of deposits by line, made before the payer was taken out of it. was_allocated: whether the ledger knows
    a deposit by this id.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    # The profile names the account as people know it; a notice for several accounts keeps the bank's numbers.
    named = profile.account if len({deposit.account for deposit in deposits}) == 1 else ""
    for deposit in deposits:
        row = {name: getattr(deposit, name) for name in _FIELDS} | {"account": named or deposit.account}
        key = (delivery.source, f"{deposit.amount.normalize():f}", *(row[name] for name in IDENTITY))
        seen[key] += deposit.line_no not in known
        made = {
            "payment_id": known.get(deposit.line_no) or _id_of(key, seen[key], was_allocated),
            "payer_key": payer_key(deposit.remitter_name),
            "received_at": delivery.rows_received_at,
        }
        yield row | made | {"source": delivery.source, "file_name": delivery.file_name}


def _id_of(key: tuple[object, ...], ordinal: int, was_allocated: Callable[[str], bool]) -> str:
    """Of a key of so many parts only a `|` inside one can make two keys one text: what has none keeps its plain id (a
    backslash is the yen sign of many banks), and so does what was allocated under it (decision 027)."""
    plain = make_plain_id(*key, ordinal)
    return plain if not any("|" in str(part) for part in key) or was_allocated(plain) else make_id(*key, ordinal)


def _known_ids(con: Engine, lake: Path, delivery: Delivery) -> set[str]:
    """Ids of the source in the lake: an overlapping statement brings them again."""
    pattern = in_folder(lake / "payments" / "*.parquet")
    return {
        key
        for (key,) in con.execute(
            f"select payment_id from read_parquet({literal(pattern)}) where source = ?", [delivery.source]
        ).fetchall()
    }


def _refused_row(line: BadLine) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "problem": f"{line.column_name}|{line.reason_code}|{line.expected}",
        "raw": line.raw,
        "found": line.found or None,
    }
