"""The command ``chronicle``: reads arguments, calls the layer that does the work, prints, and sets the exit code.

Exit codes: 0 fine, 1 a finding, 2 usage or environment. Modules below import click and nothing heavy; what a command
needs is imported when it runs, so ``chronicle --help`` answers at once.
"""

from __future__ import annotations

import sys

import click

from chronicle.cli.bench import bench
from chronicle.cli.calibrate import calibrate
from chronicle.cli.check import check
from chronicle.cli.doctor import doctor
from chronicle.cli.history import metrics, mine
from chronicle.cli.importing import importing
from chronicle.cli.init import init
from chronicle.cli.new import new
from chronicle.cli.publish import publish
from chronicle.cli.site import write
from chronicle.cli.verify import verify
from chronicle.errors import ChronicleError
from chronicle.version import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="chronicle")
def cli() -> None:
    """Publish a performance project so that every number is a path back to evidence."""


bench.add_command(calibrate)
for command in (bench, check, doctor, importing, init, metrics, mine, new, publish, verify, write):
    cli.add_command(command)


def main() -> None:
    """Run the command line; an error that the user can mend is one message and an exit code, never a traceback."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as failure:
        failure.show()
        sys.exit(failure.exit_code)
    except ChronicleError as failure:
        click.echo(f"chronicle: {failure}", err=True)
        sys.exit(failure.exit_code)
