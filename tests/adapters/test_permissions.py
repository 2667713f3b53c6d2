"""A home is its owner's; a group that is named may read what is published and reported."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters import lock, permissions
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.published import publish
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home


def mode_of(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture(autouse=True)
def an_open_machine() -> None:
    """Whatever the machine's own umask is: the one that lets everybody read."""
    os.umask(0o022)


def write(home: Home) -> None:
    with engine.connect(home.candidate, read_only=False) as con:
        con.execute("create table if not exists invoices as select 1 as number")
    publish.publish(home)
    replace_bytes(home.reports / "data_docs" / "a.html", b"a")
    sending.append(home, {"mail_key": "m1", "phase": "intent"})


def test_what_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "above" / "home")
    with lock.hold(home):
        write(home)
        with lock.hold(home):
            pass
        (home.root / "later").write_text("x")
    found = {path: mode_of(path) for path in (home.root, *home.root.rglob("*")) if not path.is_symlink()}
    assert len(found) > 8
    assert {path for path, mode in found.items() if mode != ("0o700" if path.is_dir() else "0o600")} == set()
    (tmp_path / "after").write_text("x")
    assert mode_of(tmp_path / "after") == "0o644"


def test_a_group_may_read_what_is_published_and_reported_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(permissions.READERS, str(os.getgid()))
    home = Home(tmp_path / "home")
    for _ in range(2):
        with lock.hold(home):
            write(home)
            assert mode_of(home.published_database) == "0o640"
            assert mode_of(home.published / "parquet" / "current" / "invoices.parquet") == "0o640"
    assert mode_of(home.root) == "0o710"
    shared = [
        path for top in (home.published, home.reports) for path in (top, *top.rglob("*")) if not path.is_symlink()
    ]
    assert {mode_of(path) for path in shared if path.is_dir()} == {"0o750"}
    assert {mode_of(path) for path in shared if path.is_file()} == {"0o640"}
    assert {path.stat().st_gid for path in shared} == {os.getgid()}
    assert (mode_of(home.ledger), mode_of(home.sending_log), mode_of(home.candidate)) == ("0o700", "0o600", "0o600")


def test_modes_that_the_owner_gave_stay(tmp_path: Path) -> None:
    """Other systems deliver into landing/: who lets them in is the owner."""
    home = Home(tmp_path / "home")
    home.landing.mkdir(parents=True)
    for path in (home.root, home.landing):
        path.chmod(0o2775)
    with lock.hold(home):
        write(home)
    assert {mode_of(home.root), mode_of(home.landing)} == {"0o2775"}


def test_a_group_that_does_not_exist_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(permissions.READERS, "no_such_group_here")
    with pytest.raises(UsageError, match="this machine has no group no_such_group_here"), lock.hold(Home(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_group_that_is_not_ones_own_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object, **_named: object) -> None:
        raise PermissionError

    monkeypatch.setenv(permissions.READERS, str(os.getgid() + 1))
    monkeypatch.setattr(os, "chown", refused)
    with pytest.raises(UsageError, match="it has to be one of its members"), lock.hold(Home(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_another_user_put_there_is_told_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home, chmod = Home(tmp_path / "home"), Path.chmod
    with lock.hold(home):
        write(home)
    (home.reports / "theirs.html").write_text("x")

    def refused(path: Path, mode: int) -> None:
        if path.name == "theirs.html":
            raise PermissionError
        chmod(path, mode)

    monkeypatch.setenv(permissions.READERS, str(os.getgid()))
    monkeypatch.setattr(Path, "chmod", refused)
    with lock.hold(home):
        pass
    assert [record.message for record in caplog.records] == [
        f"{home.reports / 'theirs.html'} belongs to another user and could not be given to the readers."
    ]
    assert mode_of(home.reports / "data_docs" / "a.html") == "0o640"
