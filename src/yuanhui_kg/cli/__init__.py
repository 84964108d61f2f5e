"""The command ``yuanhui-kg``.

Commands call the library and print what it returns; nothing else in the package prints. Modules that take long to
import (rdflib, pySHACL, the HTTP server) are imported by the command that needs them, so that help is instant.

Exit codes: 0 done; 1 an error, told in one sentence on standard error, or a check that failed; 2 wrong usage (``diff``: 1 differences, 2 an error);
130 ended by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ..errors import NotAcceptableError, NotFoundError, UsageError, YuanhuiError
from . import output
from .check_command import check
from .cite_command import cite
from .commands import cli
from .compare_command import compare
from .coverage_command import coverage
from .dataset_command import dataset
from .diff_command import diff
from .export_command import export
from .extract_command import evaluate, extract
from .format_command import format_files
from .graph_commands import analyse, common, neighbours, path, subgraph
from .link_command import link, publish_links
from .merge_command import merge
from .revise_commands import correct, retract
from .views_command import views

INTERRUPTED = 130

cli.add_command(check)
cli.add_command(cite)
cli.add_command(compare)
cli.add_command(correct)
cli.add_command(coverage)
cli.add_command(dataset)
cli.add_command(diff)
cli.add_command(evaluate)
cli.add_command(export)
cli.add_command(extract)
cli.add_command(format_files)
cli.add_command(link)
cli.add_command(merge)
cli.add_command(publish_links)
cli.add_command(retract)
cli.add_command(views)
for command in (analyse, common, neighbours, path, subgraph):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line on the process's arguments and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; its exit code. Errors are told on standard error."""
    try:
        code: Any = cli.main(list(arguments), prog_name="yuanhui-kg", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except YuanhuiError as error:
        _tell(error)
        return 2 if _is_usage(error) else 1
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough. Python would complain when it flushes what is left: let it go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def _is_usage(error: YuanhuiError) -> bool:
    """Whether the command was given wrongly, rather than asked for something that cannot be had."""
    return isinstance(error, UsageError) and not isinstance(error, NotFoundError | NotAcceptableError)


def _tell(error: YuanhuiError) -> None:
    if output.language() == "zh":
        from ..service.translating import translated

        told = [translated(text) for text in (error.message, error.hint) if text]
        if None not in told:  # else English: half a sentence in each language helps nobody
            click.echo(f"错误：{output.visible(''.join(filter(None, told)))}", err=True)
            return
    click.echo(f"Error: {output.visible(str(error))}", err=True)
