"""Loading tables of customers, contracts, decisions …: each row typed and accepted, or refused with line and reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from billing_jobs.errors import BillingError
from billing_jobs.formats.countries import country_code
from billing_jobs.formats.languages import language_code
from billing_jobs.formats.mail_addresses import fault_of, fault_of_list
from billing_jobs.formats.payer_names import payer_key
from billing_jobs.intake.crm.kinds import Kind
from billing_jobs.intake.engine import Engine, FileRefused, copy_to_parquet, identifier, literal
from billing_jobs.intake.faults import refusal_of
from billing_jobs.intake.outcome import LOADED, Outcome, write_intake, write_rejects
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.read_records import Shape, format_of, read_records
from billing_jobs.intake.reading.received import Delivery, Places, received_file
from billing_jobs.intake.reading.sheets import sheet_as_csv
from billing_jobs.intake.reading.written_as import shape_by
from billing_jobs.intake.record_sql import PLACE, Naming, find_problem, found_in, json_of, typed
from billing_jobs.streams import KEYS

# How a column that no file gives is made of the text of one that it does (`Kind.made_of`).
_MADE: dict[str, Callable[[str], str | None]] = {
    "payer_key": payer_key,
    "name_key": payer_key,
    "country": lambda given: country_code(given) or None,
    "locale": lambda given: language_code(given) or None,
    "email_problem": lambda given: fault_of(given) or None,
    "cc_problem": lambda given: fault_of_list(given) or None,
}


_MADE_AT_ONCE = 20_000
# What a row of a kind says the existence of.
_TOLD_OF = {
    "contracts": {"contract_id": "contract_id"},
    "contract_changes": {"contract_id": "contract_id"},
    "one_off_charges": {"charge_id": "charge_id"},
}


def load_table(
    con: Engine, places: Places, delivery: Delivery, *, kind: Kind, profile: Profile | None = None
) -> Outcome:
    """Read the file into the lake. FileRefused if it cannot be read at all."""
    read_table(con, received_file(places, delivery), kind=kind, scratch=places.scratch, profile=profile)
    _add_made_columns(con, kind)
    copy_to_parquet(con, _accepted(kind, delivery), table_path(places.lake, kind, delivery.file_id))
    con.execute(
        "create or replace temp table refused as select line_no, problem, coalesce(raw, "
        f"array_to_string(fields, ',')) as raw, null::date as event_date, {found_in(kind.given)} as found, "
        f"{_key_text(kind)} as row_key from typed where problem is not null"
    )
    write_rejects(con, places.lake, delivery)
    accepted, rejected = con.execute(
        "select count(*) filter (where problem is null), count(problem) from typed"
    ).fetchone() or (0, 0)
    write_intake(
        con, places.lake, delivery, state=LOADED, counts=[{"rows_accepted": accepted, "rows_rejected": rejected}]
    )
    return Outcome(LOADED, accepted=accepted, rejected=rejected)


def _key_text(kind: Kind) -> str:
    """The SQL of what a row of the kind is known by, as its file says it."""
    return f"concat_ws('|', {', '.join(identifier(f'given_{column}') for column in KEYS[kind.name])})"


def write_keys(
    con: Engine, places: Places, delivery: Delivery, *, kind: Kind, profiles: Sequence[Profile] = ()
) -> None:
    """The contracts or one-off charges that a file told of which a person took back: what was billed of them is
    credited and not missed.

    Nothing where the file cannot be read, or lies nowhere any more: that may be why it was taken back.
    """
    of_kind = _TOLD_OF.get(kind.name, {})
    if not of_kind:
        return
    if not any(_can_be_read(con, places, delivery, kind, profile) for profile in profiles or [Profile("", kind.name)]):
        return
    keys = ", ".join(f"{of_kind.get(name, 'null')}::varchar as {name}" for name in ("contract_id", "charge_id"))
    query = (
        f"select distinct {literal(delivery.file_name)} as file_name, {keys}, "
        f"cast({literal(delivery.received_at.isoformat())} as timestamptz) as received_at "
        "from typed where problem is null order by all"
    )
    copy_to_parquet(con, query, places.lake / "withdrawn" / f"{delivery.file_id}.parquet")


def _can_be_read(con: Engine, places: Places, delivery: Delivery, kind: Kind, profile: Profile) -> bool:
    try:
        read_table(con, received_file(places, delivery), kind=kind, scratch=places.scratch, profile=profile)
    except Exception as error:
        if refusal_of(error) is None and not isinstance(error, BillingError):
            raise
        return False
    return True


def table_path(lake: Path, kind: Kind, file_id: str) -> Path:
    folder = lake / "decisions" if kind.name == "decisions" else lake / "crm" / kind.name
    return folder / f"{file_id}.parquet"


def read_table(con: Engine, path: Path, *, kind: Kind, scratch: Path, profile: Profile | None = None) -> None:
    """Fill the temporary table `typed`: every given column with its type, `problem` (null if there is none),
    raw and fields."""
    said = profile or Profile("", kind.name)
    names, file_format = _read_fields(con, path, kind, said, scratch)
    naming = _naming_of(kind, said, names)
    texts = {column: naming.text_of(column) for column in kind.given}
    if said.id:
        texts[KEYS[kind.name][0]] = _made_id(naming, said)
    missing = [column for column in kind.required if texts[column] is None]
    if missing and file_format != "jsonl":
        raise FileRefused("missing_column", f"the columns {', '.join(kind.required)}", found=f"no {', '.join(missing)}")
    given = ", ".join(
        f"{text or 'cast(null as varchar)'} as {identifier(f'given_{column}')}" for column, text in texts.items()
    )
    extra = json_of({name: naming.field(name) for name in naming.unused(kind.given)})
    con.execute(
        f"create or replace temp table given as select line_no, raw, fields, fault, {given}, nullif({extra}, "
        f"'{{}}') as extra from records"
    )
    columns = ", ".join(
        f"{typed(column, of, date_format=said.date_format)} as {identifier(column)}"
        for column, of in kind.given.items()
    )
    problem = find_problem(kind.given, required=kind.required, allowed=kind.allowed, acted_on=kind.acted_on)
    one_of = " and ".join(f"{identifier(column)} is null" for column in kind.one_of)
    also = literal(f"{'|'.join(kind.one_of[:1])}|missing|a value in {' or '.join(kind.one_of)}")
    con.execute(
        "create or replace temp table typed as "
        f"select *, coalesce({problem}, {f'case when {one_of} then {also} end' if one_of else 'null'}) as problem "
        f"from (select *, {columns} from given)"
    )


def _read_fields(con: Engine, path: Path, kind: Kind, said: Profile, scratch: Path) -> tuple[list[str], str]:
    """Fill `records`; the names of the file's fields, and its format."""
    file_format = format_of(path.name)
    if file_format is None:
        raise FileRefused("unknown_format", "a name that ends in .csv, .csv.gz, .jsonl, .jsonl.gz, .parquet or .xlsx")
    if file_format == "xlsx":
        path, file_format = sheet_as_csv(path, path.with_suffix(".csv")), "csv"
        said = replace(said, encoding="utf-8", delimiter=",")
    shape = Shape() if file_format == "parquet" else shape_by(said, path, kind.file_columns)
    return read_records(con, path, kind=file_format, shape=shape, scratch=scratch), file_format


def _naming_of(kind: Kind, said: Profile, names: list[str]) -> Naming:
    """What a profile calls otherwise, where the file does so: one with the platform's own names is read as well."""
    there = {column: name for column, name in said.columns.items() if name in names or name.startswith(PLACE)}
    own = {kind.given_as.get(column, column): column for column in kind.given}
    columns = {own.get(column, column): name for column, name in there.items()}
    return Naming(names, columns={**kind.given_as, **columns}, constants=said.constants, null_values=said.null_values)


def _made_id(naming: Naming, said: Profile) -> str:
    """The recipe of an id made of columns: md5 of their texts, trimmed, with the character U+001F between them."""
    parts = ", ".join(f"coalesce({naming.text_of(name) or naming.field(name)}, '')" for name in said.id["from"])
    return f"md5(concat_ws(chr(31), {parts}))"


def _add_made_columns(con: Engine, kind: Kind) -> None:
    """For each column that is made of another, a table `made_<column>` of every value that was given and what it
    becomes."""
    for column, source in kind.made_of.items():
        given = con.execute(
            f"select distinct {identifier(source)} from typed where {identifier(source)} is not null"
        ).fetchall()
        table = identifier(f"made_{column}")
        con.execute(f"create or replace temp table {table} (given varchar, made varchar)")
        for begin in range(0, len(given), _MADE_AT_ONCE):
            pairs = [[value, _MADE[column](value)] for (value,) in given[begin : begin + _MADE_AT_ONCE]]
            con.execute(
                f"insert into {table} select pair[1], pair[2] from (select unnest(cast(? as varchar[][])) as pair)",
                [pairs],
            )


def _accepted(kind: Kind, delivery: Delivery) -> str:
    made = {
        **{column: f"{identifier(f'made_{column}')}.made" for column in kind.made_of},
        "extra": "typed.extra",
        "line_no": "typed.line_no",
        "file_name": literal(delivery.file_name),
        "received_at": f"cast({literal(delivery.rows_received_at.isoformat())} as timestamptz)",
    }
    columns = ", ".join(
        f"cast({made.get(name, f'typed.{identifier(name)}')} as {of}) as {identifier(name)}"
        for name, of in kind.columns.items()
    )
    tables = {identifier(f"made_{column}"): identifier(source) for column, source in kind.made_of.items()}
    joined = " ".join(f"left join {table} on {table}.given = typed.{source}" for table, source in tables.items())
    return f"select {columns} from typed {joined} where typed.problem is null order by typed.line_no"
