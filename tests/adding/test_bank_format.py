"""A layout of bank files is added with the files that docs/adding.md says and no other: to a copy of the code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import billing_jobs
from billing_jobs.settings import PROJECT_DIR

ADDED = Path(__file__).parent / "bank_format" / "slip_lines.py"
SLIP = "20261001;11000;ヤマダ ショウテン\nno day;1;A\n20261002;5500;スズキ ハナコ\n"
SCRIPT = """
    import json, sys
    from pathlib import Path
    from billing_jobs.formats.bank_formats import BANK_FORMATS
    from tests.intake.deliveries import deliver, lake, new_home, take_in

    home = new_home(Path(sys.argv[1]))
    profile = {"source": "slips", "kind": "payments", "format": "slip_lines", "account": "slips-1"}
    deliver(home, "catalog/sources/slips.yml", json.dumps(profile))
    deliver(home, "payments/slips/a.txt", sys.stdin.buffer.read())
    take_in(home)
    payments, slip = lake(home, "payments", order="line_no"), home.landing / "payments/slips/a.txt"
    deposits = [[str(row["booked_on"]), int(row["amount"]), row["payer_key"]] for row in payments]
    refused = [[row["file_name"], row["line_no"], row["reason_code"]] for row in lake(home, "rejects", order="line_no")]
    without = BANK_FORMATS["slip_lines"].redact(slip.read_bytes(), {3}).decode("utf-8")
    print(json.dumps({"deposits": deposits, "refused": refused, "without": without}))
"""


def with_the_layout(folder: Path) -> Path:
    """The code with the module of the layout and its row in the table of layouts."""
    source = folder / "src"
    shutil.copytree(Path(billing_jobs.__file__).parent, source / "billing_jobs")
    shutil.copy(ADDED, source / "billing_jobs" / "formats")
    table = source / "billing_jobs" / "formats" / "bank_formats.py"
    whole = table.read_text("utf-8")
    row, imported = "BANK_FORMATS = {", "from billing_jobs.formats.zengin_deposits import read_zengin_deposits\n"
    assert whole.count(row) == whole.count(imported) == 1
    whole = whole.replace(row, row + '"slip_lines": BankFormat(read_slip_lines, redact_slip_lines), ')
    more = "from billing_jobs.formats.slip_lines import read_slip_lines, redact_slip_lines\n"
    table.write_text(whole.replace(imported, more + imported), "utf-8")
    return source


def test_a_file_of_it_is_read_and_refused_line_by_line_and_a_payer_can_be_taken_out(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{with_the_layout(tmp_path)}{os.pathsep}{PROJECT_DIR}"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path)],
        input=SLIP.encode("utf-8"),
        capture_output=True,
        check=True,
        env={**environment, "BILLING_PROJECT_DIR": str(PROJECT_DIR)},
        cwd=tmp_path,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["deposits"] == [["2026-10-01", 11000, "ヤマダシヨウテン"], ["2026-10-02", 5500, "スズキハナコ"]]
    assert said["refused"] == [["payments/slips/a.txt", 2, "not_a_slip"]]
    assert said["without"] == SLIP.replace("スズキ ハナコ", "")
