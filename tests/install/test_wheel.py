"""The wheel, installed outside the checkout into a folder that nobody may write to, runs a company."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.adapters.warehouse import dbt_manifest
from billing_jobs.settings import DBT_PROJECT_DIR, PROJECT_DIR, Home, cache_dir, project_dir
from tests.support import installed, small_company

NIGHT = date(2026, 1, 31)
MOMENT = "2026-02-01T02:00:00+09:00"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def billing(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an installation without Airflow, whose folders and files are read-only."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    command = installed.install(wheel, venv)
    for path in [venv, *venv.rglob("*")]:
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    return command


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the commands are called: of the checkout nothing is in reach."""
    return tmp_path


def call(billing: Path, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [billing, "--home", "home", "--now", MOMENT, *arguments],
        cwd=place, env=installed.environment(place / "cache"), capture_output=True, text=True, check=False,
    )  # fmt: skip


def looks(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every own file and folder, with its size and when it was written. (Root may write where nobody may.)"""
    own = [path for path in folder.rglob("*") if not path.is_symlink()]
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in own}


def test_a_night_from_a_read_only_installation(billing: Path, place: Path) -> None:
    before = looks(billing.parents[1])
    assert call(billing, place, "init").returncode == 0
    small_company.move_in(place / "home" / "landing")
    night = call(billing, place, "nightly", "--as-of", str(NIGHT))
    # Without a key nothing is mailed, which is said; everything else is done.
    assert "SENDGRID_API_KEY is not set and" in night.stderr
    assert night.returncode == 2, night.stderr
    assert looks(billing.parents[1]) == before
    assert list((place / "cache" / "billing" / "dbt").glob("*.msgpack"))
    home = Home(place / "home")
    with connect(home.published_database) as con:
        numbers = [row["document_number"] for row in rows(con, "select document_number from invoices")]
    assert numbers
    assert {path.stem.partition("_")[0] for path in home.documents.rglob("*.pdf")} >= set(numbers)


def test_the_package_that_runs_is_that_of_the_wheel(billing: Path, place: Path) -> None:
    code = "import billing_jobs.settings as s; print(s.__file__, s.PROJECT_DIR, s.CACHE_DIR)"
    said = subprocess.run(
        [billing.parent / "python", "-c", code],
        cwd=place, env=installed.environment(place / "cache"), capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert all(Path(path).is_relative_to(billing.parents[1]) for path in said[:2])
    assert said[2] == str(place / "cache" / "billing")


def test_airflow_is_an_extra_and_what_to_install_is_said(billing: Path, place: Path) -> None:
    assert "is not a home of billing" in call(billing, place, "airflow").stderr
    assert call(billing, place, "init").returncode == 0
    ended = call(billing, place, "airflow")
    assert (ended.returncode, "pip install 'billing-jobs[airflow]'" in ended.stderr) == (2, True)


def test_the_wheel_holds_every_file_that_a_night_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, endings in {
        "dbt_project": ("sql", "yml", "csv", "md"),
        "expectations": ("yml",),
        "dags": ("py",),
    }.items():
        files = [path for ending in endings for path in (PROJECT_DIR / folder).rglob(f"*.{ending}")]
        read = {path.relative_to(PROJECT_DIR) for path in files if not {"target", "logs"} & set(path.parts)}
        assert len(read) > 3
        assert not {f"billing_jobs/project/{path}" for path in read} - held
    assert not [name for name in held if re.search(r"/(target|logs|__pycache__|tests/(support|install))/|\.pyc$", name)]


def test_a_cache_that_cannot_be_written_costs_a_parse_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(dbt_manifest, "CACHE_DIR", tmp_path / "file" / "dbt")
    monkeypatch.setattr(dbt_manifest, "_parsed", {})
    monkeypatch.setattr(dbt_manifest, "_kept_compiled", set())
    places = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    where = [*places, "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")]
    assert dbt_manifest.load(DBT_PROJECT_DIR, [*where, "--log-level", "none", "--log-level-file", "none"]).nodes
    dbt_manifest.keep_compiled(DBT_PROJECT_DIR)
    assert "BILLING_CACHE_DIR names another folder" in caplog.text


def test_what_lies_inside_the_package_is_found_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BILLING_PROJECT_DIR", raising=False)
    package = tmp_path / "src" / "billing_jobs"
    package.mkdir(parents=True)
    assert project_dir(package) == tmp_path
    (package / "project").mkdir()
    assert project_dir(package) == package / "project"
    monkeypatch.setenv("BILLING_PROJECT_DIR", str(tmp_path / "given"))
    assert project_dir(package) == tmp_path / "given"


def test_caches_lie_in_a_checkout_or_with_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILLING_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    assert cache_dir(tmp_path) == tmp_path / "user" / "billing"  # no checkout
    (tmp_path / "pyproject.toml").touch()
    assert cache_dir(tmp_path) == tmp_path / ".cache"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert cache_dir(tmp_path) == tmp_path / "user" / "billing"
    monkeypatch.setenv("BILLING_CACHE_DIR", str(tmp_path / "given"))
    assert cache_dir(tmp_path) == tmp_path / "given"


@pytest.mark.parametrize(
    ("extra", "lock"), [("airflow", "requirements.lock"), ("postgres", "requirements-postgres.lock")]
)
def test_every_extra_is_locked_with_hashes(extra: str, lock: str) -> None:
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [Requirement(text) for text in project["optional-dependencies"][extra]]
    locked = dict(
        re.findall(r"^([\w.-]+)==([^ ;\\]+).*\\\n +--hash=", (PROJECT_DIR / lock).read_text("utf-8"), re.MULTILINE)
    )
    assert asked
    assert all(requirement.specifier.contains(locked.get(requirement.name, "0")) for requirement in asked)
