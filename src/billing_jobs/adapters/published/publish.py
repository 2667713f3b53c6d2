"""From the warehouse to the candidate that is checked, and from the candidate to the copies that people read.

Each swap is one rename.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, quoted, sql_text
from billing_jobs.adapters.permissions import share_with_readers
from billing_jobs.adapters.published import meanings, personal, sent_mails
from billing_jobs.adapters.warehouse import dbt
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.settings import Home
from billing_jobs.whole_files import flush, put_in_place

VERSIONS_KEPT = 2


def make_candidate(home: Home, *, made_from: dict[str, str], is_complete: bool = True) -> int:
    """Copy marts (schema main) and proposals (schema jobs) out of the warehouse into `candidate.duckdb`; returns the
    number of tables.

    Views become tables: the candidate stands alone, wherever it is moved. What tables and columns mean stands in it as
    comments, and goes with each copy. `jobs.candidate` keeps whether its tables fit
    together, and the hashes of the facts and mails they were made from.
    """
    relations = dbt.published_relations(home.root)
    temporary = _beside(home.candidate)
    with engine.connect(temporary, read_only=False) as con:
        con.execute(f"set file_search_path = {sql_text(folder_for_engine(home.root))}")
        con.execute(f"attach {sql_text(in_folder(home.warehouse))} as warehouse (read_only)")
        con.execute("create schema if not exists jobs")
        hashes = ", ".join(f"{sql_text(found)} as {name}" for name, found in made_from.items())
        con.execute(f"create table jobs.candidate as select {is_complete} as is_complete, {hashes}")
        for relation in relations:
            name = f'"{relation.schema}"."{relation.table}"'
            con.execute(f"create table {name} as select * from warehouse.{name}")
        if is_complete:  # one that is not is never published
            meanings.comment(con, meanings.of_relations(relations))
    put_in_place(temporary, home.candidate)
    return len(relations)


def publish(home: Home, *, with_personal: bool = True) -> int:
    """Put the candidate where analysts read: the database by rename, then the Parquet copy by its pointer; returns the
    number of tables.

    Of an erasure since the last publication no older Parquet copy is left, whoever may be reading it; nor, where
    personal columns are left out (`with_personal`), one that has them.
    """
    is_after_erasure = home.erasure_mark.exists() and home.erasure_mark.read_text(encoding="utf-8") == "published"
    home.published.mkdir(parents=True, exist_ok=True)
    temporary = _beside(home.published_database)
    if with_personal:
        shutil.copyfile(home.candidate, temporary)
    else:
        _copy_without_personal(home.candidate, temporary)
    sent_mails.fill(home, temporary)
    share_with_readers(home, temporary)
    put_in_place(temporary, home.published_database)
    count = _publish_parquet(
        home, keeps_earlier=lambda folder: not is_after_erasure and (with_personal or not _names_people(folder))
    )
    if is_after_erasure:
        home.erasure_mark.unlink()
    return count


def publish_mails(home: Home) -> bool:
    """Show the mails that went out since the tables were published: one table is made anew, and swapped in like the
    whole. Whether there was anything to show.

    Of the Parquet copy its one file is replaced: a reader has it as it was or as it is, beside tables that are as they
    were.
    """
    if not home.published_database.exists() or sent_mails.are_shown(home, home.published_database):
        return False
    temporary = _beside(home.published_database)
    shutil.copyfile(home.published_database, temporary)
    sent_mails.fill(home, temporary)
    _replace_parquet(home, temporary)
    share_with_readers(home, temporary)  # the database last: by it the next look knows that all is shown
    put_in_place(temporary, home.published_database)
    return True


def _replace_parquet(home: Home, database: Path) -> None:
    path = (home.published / "parquet" / "current" / sent_mails.PARQUET).resolve()
    if path.exists():
        beside = _beside(path)
        with engine.connect(database) as con:
            _copy_table(con, "main", sent_mails.TABLE, beside, meanings.in_database(con))
        share_with_readers(home, beside)
        put_in_place(beside, path)


def _copy_without_personal(candidate: Path, target: Path) -> None:
    """The tables anew: a database keeps the freed pages of a column that is dropped."""
    with engine.connect(target, read_only=False) as con:
        con.execute(f"attach {sql_text(in_folder(candidate))} as candidate (read_only)")
        for schema, table in list(personal.tables_of(con, "candidate")):
            left_out = personal.in_table(con, schema, table, database="candidate")
            columns = f"* exclude ({', '.join(map(quoted, left_out))})" if left_out else "*"
            con.execute(f"create schema if not exists {quoted(schema)}")
            con.execute(
                f"create table {quoted(schema)}.{quoted(table)} as "
                f"select {columns} from candidate.{quoted(schema)}.{quoted(table)}"
            )
        meanings.comment(con, meanings.in_database(con, "candidate"))


def _names_people(folder: Path) -> bool:
    """Whether a Parquet copy has personal columns."""
    with engine.connect() as con:
        return any(
            name in personal.NAMES
            for path in folder.rglob("*.parquet")
            for name, *_ in con.execute("describe from read_parquet(?)", [str(in_folder(path))]).fetchall()
        )


def _publish_parquet(home: Home, *, keeps_earlier: Callable[[Path], bool]) -> int:
    root = home.published / "parquet"
    root.mkdir(exist_ok=True)
    versions = sorted(int(folder.name) for folder in root.iterdir() if folder.name.isdigit())
    folder = root / f"{versions[-1] + 1 if versions else 1:06d}"
    with engine.connect(home.published_database) as con:
        count = _copy_tables(con, folder)
    share_with_readers(home, root)
    for path in sorted(folder.rglob("*"), reverse=True):
        flush(path)
    flush(folder)
    pointer = root / f".current.{os.getpid()}"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(folder.name)
    _remove_folder_in_place_of_pointer(root / "current")
    pointer.replace(root / "current")
    flush(root)
    kept = versions[len(versions) + 1 - VERSIONS_KEPT :]
    for version in versions:
        if version not in kept or not keeps_earlier(root / f"{version:06d}"):
            shutil.rmtree(root / f"{version:06d}")
    return count


def _remove_folder_in_place_of_pointer(current: Path) -> None:
    """A home that was copied without links, as backups do, has a folder there."""
    if current.is_dir() and not current.is_symlink():
        shutil.rmtree(current)


def _copy_tables(con: Connection, folder: Path) -> int:
    tables = con.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() order by all"
    ).fetchall()
    said = meanings.in_database(con)
    for schema, table in tables:
        path = folder / f"{table}.parquet" if schema == "main" else folder / schema / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy_table(con, schema, table, path, said)
    return len(tables)


def _copy_table(con: Connection, schema: str, table: str, path: Path, said: meanings.Meanings) -> None:
    metadata = meanings.parquet_metadata(said[schema, table])
    con.execute(f'copy "{schema}"."{table}" to {sql_text(in_folder(path))} (format parquet{metadata})')


def _beside(path: Path) -> Path:
    """An unused temporary name in the same folder, so that the rename stays within one file system.

    What a run that broke off left under such a name goes: it is as large as all tables, and its run may have broken off
    because the disk was full.
    """
    for left in path.parent.glob(f".{path.stem}.*.part*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    return path.with_name(f".{path.stem}.{os.getpid()}.part")
