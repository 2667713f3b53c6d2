"""The same jobs as the DAGs' tasks, from a shell."""

from billing_jobs.cli import rejects_command  # adds its command
from billing_jobs.cli.commands import cli, main

__all__ = ["cli", "main", "rejects_command"]
