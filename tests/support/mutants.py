"""Rules about money, broken on purpose: the test that holds a rule must turn red.

    python -m tests.support.mutants [NAME ...] [--together] [--jobs N]

NAME is a part of a rule, of its file or of its test; without one the whole table `tests/mutants.yaml` is tried. The
project is copied to a temporary folder (the tree that this runs from is never changed), a rule is broken in the copy,
its test is run there by this interpreter, and the copy is mended again. Each rule is answered by one line:

    red     its test failed, or the build stopped: somebody would notice
    GREEN   its test passed: nobody would notice
    broken  the test could not be run, or the broken rule cannot be read as SQL or Python: this proves nothing
    gone    the text stands not exactly once in its file: the table is out of date

Exit code: 0 when all are red, 1 when one is not, 2 when nothing has such a name. That the tests are green while no
rule is broken is for the suite to say (`make test`).

A rule takes as long as its test, half a minute or more. `--together` breaks many at once where no two have the same
test: the tests of one folder share their build, so this is much faster. It is less sure, since a test may be red
because of a neighbour's rule: so what the test said is printed too, and what cannot be told then is tried alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from xml.etree import ElementTree

import click
import yaml

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "mutants.yaml"
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".airflow", "__pycache__", ".*cache", ".hypothesis", "target", "logs", "data", "build"
)
# What dbt, the engine and Python say of something that they cannot read or bind.
UNREADABLE = re.compile(
    r"Compilation Error|(?:Parser|Binder|Catalog|Syntax|Name|Import|Attribute|ModuleNotFound) ?Error|cannot be parsed"
)
STOPPED = re.compile(r"Fails: |BuildFailed")
SAYS = {"rule", "find", "put", "test"}


@dataclass(frozen=True)
class Mutant:
    """A rule in plain words, the text of `file` that holds it, what breaks it, and the test that must notice."""

    rule: str
    file: str
    find: str
    put: str
    test: str

    def has(self, name: str) -> bool:
        """Whether the name is a part of the rule, its file or its test."""
        return any(name.casefold() in part.casefold() for part in (self.rule, self.file, self.test))

    def text_count(self, root: Path) -> int:
        """How often the text stands in its file; it must be once."""
        path = root / self.file
        return path.read_text("utf-8").count(self.find) if path.is_file() else 0

    def stands_clear_of(self, other: Mutant) -> bool:
        """Whether the two can be broken at once: another test of the same folder, and another text."""
        ours, theirs = (str(Path(one.test.partition("::")[0]).parent) for one in (self, other))
        if ours != theirs or self.test.startswith(other.test) or other.test.startswith(self.test):
            return False
        if self.file != other.file:
            return True
        whole = (ROOT / self.file).read_text("utf-8")
        at, there = whole.find(self.find), whole.find(other.find)
        return at + len(self.find) <= there or there + len(other.find) <= at


@dataclass(frozen=True)
class Answer:
    """What was seen of a mutant (red, GREEN, broken, gone), and why; of a red one what its test said."""

    seen: str
    why: str = ""


def read_table(path: Path = TABLE) -> list[Mutant]:
    """The mutants of the table: file of tests -> file of rules -> rules.

    Raises ValueError when a rule does not say what it must, or stands twice.
    """
    found = []
    for test, files in yaml.safe_load(path.read_text("utf-8")).items():
        for file, rules in files.items():
            for rule in rules:
                if set(rule) != SAYS:
                    raise ValueError(f"{rule.get('rule')}: a rule says {sorted(SAYS)}, this one {sorted(rule)}")
                found.append(Mutant(**{**rule, "file": file, "test": f"{test}::{rule['test']}"}))
    twice = {mutant.rule for mutant in found if sum(other.rule == mutant.rule for other in found) > 1}
    if twice:
        raise ValueError(f"stands twice: {sorted(twice)}")
    return found


def groups_of(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """As few groups as come of putting each mutant to the first group all of which it stands clear of."""
    groups: list[list[Mutant]] = []
    for mutant in mutants:
        for group in groups:
            if all(mutant.stands_clear_of(other) for other in group):
                group.append(mutant)
                break
        else:
            groups.append([mutant])
    return groups


def copy_project(target: Path) -> Path:
    """A copy whose code and dbt project are the ones that its tests use. Raises RuntimeError when they are not."""
    shutil.copytree(ROOT, target, ignore=NOT_COPIED)
    asked = (
        "import billing_jobs, tests; from billing_jobs.settings import PROJECT_DIR; "
        "print(billing_jobs.__file__, tests.__file__, PROJECT_DIR)"
    )
    said = _python(target, "-c", asked).stdout.split()
    if len(said) != 3 or not all(Path(path).is_relative_to(target) for path in said):
        raise RuntimeError(f"The copy's own code would not be tested: {said}")
    return target


def try_out(mutants: Sequence[Mutant], copy: Path) -> dict[Mutant, Answer]:
    """Break the rules in the copy, run their tests and mend the copy: what was seen of each."""
    answers = {
        mutant: Answer("gone", f"the text stands {mutant.text_count(copy)} times in {mutant.file}")
        for mutant in mutants
        if mutant.text_count(copy) != 1
    }
    tried = [mutant for mutant in mutants if mutant not in answers]
    if not tried:
        return answers
    whole = {mutant.file: (copy / mutant.file).read_text("utf-8") for mutant in tried}
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    try:
        for mutant in tried:
            path = copy / mutant.file
            path.write_text(path.read_text("utf-8").replace(mutant.find, mutant.put), "utf-8")
        ran = _python(
            copy,
            "-m",
            "pytest",
            *(mutant.test for mutant in tried),
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
        )
    finally:
        for file, text in whole.items():
            (copy / file).write_text(text, "utf-8")
    if ran.returncode not in (0, 1) or not report.exists():
        return answers | dict.fromkeys(
            tried, Answer("broken", f"pytest ended with {ran.returncode}: {ran.stdout[-300:]}")
        )
    cases = _cases_by_test(report)
    return answers | {
        mutant: judge([case for test in _tests_of(mutant, cases) for case in cases[test]]) for mutant in tried
    }


def judge(cases: Sequence[ElementTree.Element]) -> Answer:
    """What the cases of one test, as a JUnit report has them, say of its mutant."""
    failures = [one.text or "" for case in cases for one in case.findall("failure")]
    errors = [one.text or "" for case in cases for one in case.findall("error")]
    unreadable = next((found[0] for text in (*failures, *errors) if (found := UNREADABLE.search(text))), None)
    if unreadable or not cases:
        return Answer("broken", unreadable or "its test did not run")
    if failures or any(STOPPED.search(text) for text in errors):
        said = [line[1:].strip() for text in failures for line in text.splitlines() if line.startswith("E ")]
        return Answer("red", next(filter(None, said), ""))
    return Answer("broken", errors[0][-300:]) if errors else Answer("GREEN")


def _cases_by_test(report: Path) -> dict[str, list[ElementTree.Element]]:
    cases = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        cases[f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"].append(case)
    return cases


def _tests_of(mutant: Mutant, tests: Iterator[str] | dict[str, list[ElementTree.Element]]) -> list[str]:
    return [test for test in tests if test == mutant.test or test.startswith(f"{mutant.test}[")]


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in a copy of the project, with the copy's code before the installed one."""
    own = {
        "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}",
        "BILLING_PROJECT_DIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


@contextmanager
def _copies(count: int) -> Iterator[SimpleQueue[Path]]:
    with tempfile.TemporaryDirectory() as folder:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            free.put(copy_project(Path(folder) / f"copy{number}"))
        yield free


@click.command(help=__doc__)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--together", is_flag=True, help="Break many rules at once.")
@click.option("--jobs", default=1, show_default=True, help="How many copies are worked on side by side.")
def main(names: tuple[str, ...], together: bool, jobs: int) -> None:
    mutants = [mutant for mutant in read_table() if not names or any(mutant.has(name) for name in names)]
    if not mutants:
        raise click.UsageError(f"no rule, file or test of {TABLE.name} has {' or '.join(names)} in it")
    seen: list[str] = []
    with _copies(jobs) as free, ThreadPoolExecutor(jobs) as pool:

        def look(group: list[Mutant]) -> list[Mutant]:
            """Those of the group of which nothing can be told while others are broken too."""
            copy = free.get()
            try:
                answers = try_out(group, copy)
            finally:
                free.put(copy)
            left = [mutant for mutant, answer in answers.items() if answer.seen == "broken" and len(group) > 1]
            for mutant, answer in answers.items():
                if mutant not in left:
                    seen.append(answer.seen)
                    why = f"\n        {answer.why[:300]}" if answer.seen != "red" or len(group) > 1 else ""
                    click.echo(f"{answer.seen:<7} {mutant.rule}{why}")
            return left

        groups = groups_of(mutants) if together else [[mutant] for mutant in mutants]
        alone = [mutant for left in pool.map(look, groups) for mutant in left]
        list(pool.map(look, [[mutant] for mutant in alone]))
    counts = ", ".join(f"{seen.count(said)} {said}" for said in ("red", "GREEN", "broken", "gone") if said in seen)
    click.echo(f"{len(seen)} rules: {counts}")
    raise SystemExit(0 if set(seen) == {"red"} else 1)


if __name__ == "__main__":
    main()
