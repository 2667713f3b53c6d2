"""Whether everything that is installed may be shipped with a product under Apache-2.0.

    python -m ops.licences

`pip-licenses` asks twice: every package has a licence of the list (of a package with several, one that we may choose),
and none names a licence that would bind who ships it, but for the packages named here, with the reason.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

# As packages write them. The MPL binds its own files, which nobody here changes.
ALLOWED = (
    "MIT", "MIT License", "MIT-0", "MIT OR Apache-2.0", "MIT AND PSF-2.0", "MPL-2.0 AND MIT",
    "Apache-2.0", "Apache Software License", "Apache-2.0 OR BSD-2-Clause", "Apache-2.0 OR BSD-3-Clause",
    "Apache-2.0 AND CNRI-Python", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "3-Clause BSD License",
    "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", "0BSD", "ISC", "ISC License (ISCL)", "PSF-2.0",
    "Python Software Foundation License", "Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0", "OFL-1.1",
    "The Unlicense (Unlicense)", "Public Domain", "Artistic License",
)  # fmt: skip
BINDING = (
    "GPL",
    "General Public",
    "Affero",
    "SSPL",
    "Commons Clause",
    "Non-Commercial",
    "NonCommercial",
    "Proprietary",
)
# The package itself, and those whose metadata say less than their licence does.
UNNAMED = {
    "billing-jobs": "this one",
    "psycopg2-binary": "LGPL; of the extra `postgres`, loaded as it comes, neither changed nor shipped",
    "sqruff": "Apache-2.0 by its repository, no field in its metadata; a tool, not shipped",
}
CHOSEN = {
    "text-unidecode": "Artistic License or GPL, as one likes: the first; Airflow asks for it through python-slugify",
}


def faults(packages: Sequence[str] = ()) -> list[str]:
    """What `pip-licenses` says against what is installed, or against these packages; nothing where all may be
    shipped."""
    only = ["--packages", *packages] if packages else []
    questions = (
        ["--ignore-packages", *UNNAMED, "--allow-only", ";".join(ALLOWED)],
        ["--ignore-packages", *UNNAMED, *CHOSEN, "--partial-match", "--fail-on", ";".join(BINDING)],
    )
    asked = [
        subprocess.run(
            [sys.executable, "-m", "piplicenses", *only, *question], capture_output=True, text=True, check=False
        )
        for question in questions
    ]
    return [(ended.stderr or ended.stdout).strip().splitlines()[-1] for ended in asked if ended.returncode]


def main() -> None:
    found = faults()
    print("\n".join(found) or "every licence may be shipped")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
