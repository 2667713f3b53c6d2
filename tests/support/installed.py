"""The package as others have it: the wheel is built, and installed beside the packages that it declares and no others.

Those come from this environment, linked one by one, so that nothing is fetched; the package itself comes from the
wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from billing_jobs.settings import PROJECT_DIR


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder), ".")
    [wheel] = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path, *, extras: tuple[str, ...] = ()) -> Path:
    """A virtual environment in `folder` with the wheel and what it declares; the path of its `billing`."""
    _uv("venv", "--python", sys.executable, str(folder))
    python = folder / "bin" / "python"
    _uv("pip", "install", "--no-deps", "--offline", "--python", str(python), str(wheel))
    [packages] = folder.glob("lib/python*/site-packages")
    for entry in sorted({entry for found in _declared("billing-jobs", extras) for entry in _entries(found)}):
        (packages / entry).symlink_to(Path(sysconfig.get_path("purelib")) / entry)
    return folder / "bin" / "billing"


def environment(cache: Path) -> dict[str, str]:
    """Of a machine that knows nothing of this checkout."""
    ours = ("BILLING_", "AIRFLOW", "PYTHONPATH", "VIRTUAL_ENV", "SENDGRID_")
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**foreign, "XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}


def _uv(*arguments: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "uv"), *arguments],
        cwd=PROJECT_DIR, env={**os.environ, "UV_LINK_MODE": "copy"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _declared(name: str, extras: tuple[str, ...]) -> list[Distribution]:
    """What the package asks for, and what that asks for, as far as it is for this machine."""
    seen: dict[tuple[str, str], Distribution] = {}
    asked = [(name, extra) for extra in ("", *extras)]
    while asked:
        package, extra = asked.pop()
        if (package, extra) in seen:
            continue
        try:
            found = seen[package, extra] = distribution(package)
        except PackageNotFoundError:
            continue  # an extra of a package may ask for what is not locked for this machine
        for requirement in map(Requirement, found.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                asked += [(requirement.name, wanted) for wanted in ("", *requirement.extras)]
    return [found for (package, _), found in seen.items() if package != name]


def _entries(found: Distribution) -> set[str]:
    """Its files and folders side by side with others' in site-packages."""
    return {path.parts[0] for path in found.files or () if path.parts[0] not in ("..", "__pycache__")}
