"""Where things lie. Machine matters come from `BILLING_*` variables; business settings live in the catalog."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def project_dir(package: Path = PACKAGE) -> Path:
    """The folder that holds `dbt_project/`, `expectations/`, `dags/` and `ops/`: what `BILLING_PROJECT_DIR` names, else
    inside the package where it was installed from a wheel, else the checkout that the package lies in."""
    if given := os.environ.get("BILLING_PROJECT_DIR"):
        return Path(given)
    inside = package / "project"
    return inside if inside.is_dir() else package.parents[1]


def is_checkout(project: Path) -> bool:
    """Whether the folder is the repository, and not its parts inside an installed package."""
    return (project / "pyproject.toml").is_file()


def cache_dir(project: Path) -> Path:
    """Where what is derived from the installation is kept; it may be thrown away, and need not be writable.

    What `BILLING_CACHE_DIR` names, else `.cache/` of a checkout that this user may write to, else the user's cache
    folder (XDG Base Directory Specification): the installation is only read.
    """
    if given := os.environ.get("BILLING_CACHE_DIR"):
        return Path(given)
    if is_checkout(project) and os.access(project, os.W_OK):
        return project / ".cache"
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "billing"
    try:
        return Path.home() / ".cache" / "billing"
    except RuntimeError:  # a user without a home folder
        return project / ".cache"


PROJECT_DIR = project_dir()
DBT_PROJECT_DIR = PROJECT_DIR / "dbt_project"
EXPECTATIONS_DIR = PROJECT_DIR / "expectations"
CACHE_DIR = cache_dir(PROJECT_DIR)


@dataclass(frozen=True)
class Home:
    """One company's folder.

    `landing`, `ledger` and `documents` are precious; everything else can be rebuilt from them.
    """

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        return cls(Path(os.environ.get("BILLING_HOME", "data")).resolve())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def intake_log(self) -> Path:
        return self.landing / "intake.jsonl"

    @property
    def erasures_log(self) -> Path:
        """One line a file that personal data was taken out of; without the data."""
        return self.landing / "erasures.jsonl"

    @property
    def erasure_mark(self) -> Path:
        """There while what was built or published before an erasure still is; says which: `built` or `published`."""
        return self.root / ".erasure"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def sending_log(self) -> Path:
        return self.ledger / "sending.jsonl"

    @property
    def sending_reserve(self) -> Path:
        """Room kept beside the log of mails while mails go out; a killed run leaves it behind, the next takes it."""
        return self.ledger / ".sending.reserve"

    @property
    def paper_log(self) -> Path:
        """One line a rendered document: number, path, sha256, size, rendered_at; append-only."""
        return self.ledger / "papers.jsonl"

    @property
    def proven(self) -> Path:
        """What is kept of a ledger that held, so that a night need not read all of it again; may be thrown away."""
        return self.root / ".proven.json"

    @property
    def went_out(self) -> Path:
        """How papers and mails looked when the ledger knew all of them; may be thrown away."""
        return self.root / ".went_out.json"

    @property
    def seal_log(self) -> Path:
        """One line a night that changed anything: what stood at its end; append-only."""
        return self.ledger / "seals.jsonl"

    @property
    def anchored(self) -> Path:
        """The hash of the last seal that was put on record outside the home."""
        return self.root / ".anchored"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        return self.root / "candidate.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def published_database(self) -> Path:
        return self.published / "billing.duckdb"

    @property
    def preview_database(self) -> Path:
        """What the next night would do; every preview replaces it."""
        return self.published / "preview.duckdb"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def preview_report(self) -> Path:
        return self.reports / "preview"

    def preview_room(self, number: int) -> Home:
        """The copy that a preview works in: one for each process, by its number, gone when it ends."""
        return Home(self.root / f".preview-{number}")

    @property
    def views(self) -> Path:
        return self.root / "views"

    @property
    def questions(self) -> Path:
        """Drafts that a person was asked about; may be thrown away: what is not answered is asked again."""
        return self.root / "questions"

    @property
    def simulations(self) -> Path:
        return self.root / "simulations"

    @property
    def lock_file(self) -> Path:
        return self.root / ".lock"
