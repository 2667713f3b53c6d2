"""`make chaos`: disturb the work at every one of its own acts, run it again, and compare with an undisturbed run.

    python -m tests.chaos --seed 1 [--most 60] [--parts "files in,papers and mails"]

Prints one line a part, every trial that left something wrong, two company-years beside the oracle, and how often each
rare branch of `marks.yml` was gone through. Exit code 1 when a trial left something wrong, a year drifts or, with all
parts, a rare branch was never gone through.
"""

from __future__ import annotations

import sys
import time

import click

from tests.chaos.marks import Marks, read_marks


@click.command(help=__doc__)
@click.option("--seed", default=1, show_default=True, help="what is drawn: kinds of faults, acts above --most, answers")
@click.option("--most", default=60, show_default=True, help="acts of a part that are disturbed")
@click.option("--of-nights", default=24, show_default=True, help="the same of the quick steps of the whole night")
@click.option("--hostile", default=100, show_default=True, help="hostile files")
@click.option("--mixed", default=15, show_default=True, help="mail services that do one thing after the other")
@click.option("--two", default=2, show_default=True, help="pairs of a part's work at once")
@click.option("--parts", default="", help="only these, with commas between them")
@click.option("--year-customers", default=100, show_default=True, help="customers of each company-year")
@click.option("--year-nights", default=15, show_default=True, help="its nights; 0 plays no year")
@click.option("--processes", default=2, show_default=True)
def main(*, seed: int, parts: str, year_customers: int, year_nights: int, processes: int, **sizes: int) -> None:
    marks, began = Marks(read_marks()), time.monotonic()
    marks.install()  # before anything of the product is imported
    from tests.chaos import campaign, years

    names = parts.split(",") if parts else list(campaign.PARTS)
    failed = 0
    for name in names:
        lines, wrong = campaign.play_part(name, campaign.Sizes(**sizes), seed, processes)
        click.echo("\n".join(lines))
        failed += wrong
    if year_nights and not parts:
        lines, drifting = years.play_years(seed, year_customers, year_nights)
        click.echo("\n".join(lines))
        failed += drifting
    click.echo(f"rare branches, and how often they were gone through ({time.monotonic() - began:.0f} s in all):")
    for name, count in marks.counted().items():
        click.echo(f"  {count:6} {name}")
    never = 0 if parts else sum(count == 0 for count in marks.counted().values())
    if failed or never:
        click.echo(f"{failed} trials or years left something wrong, {never} rare branches were never gone through")
        sys.exit(1)


if __name__ == "__main__":
    main()
