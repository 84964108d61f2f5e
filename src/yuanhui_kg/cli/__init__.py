"""The command ``yuanhui-kg``.

Commands call the library and print what it returns; nothing else in the package prints. Modules that take long to
import (rdflib, pySHACL, the HTTP server) are imported by the command that needs them, so that help is instant.

Exit codes: 0 done; 1 an error, told in one sentence on standard error, or a check that failed; 2 wrong usage (``diff``: 1 differences, 2 an error);
130 ended by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ..errors import NotAcceptableError, NotFoundError, UsageError, YuanhuiError
from ..translating import translated
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
from .terminal import guarded, open_closed
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
    open_closed()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; its exit code. Errors are told on standard error."""
    with guarded():
        try:
            return _run(arguments)
        except click.ClickException as error:
            _tell_usage(error)
            return error.exit_code
        except YuanhuiError as error:
            output.tell_error(error)
            return 2 if _is_usage(error) else 1
        except (click.Abort, KeyboardInterrupt):
            return INTERRUPTED
        except OSError as error:
            if not isinstance(error, BrokenPipeError):  # whoever read our output has had enough
                logging.getLogger(__name__).debug("where it failed", exc_info=error)
                output.tell_error(_in_a_sentence(error))
            _abandon_output()
            return 1


def _run(arguments: Sequence[str]) -> int:
    code: Any = cli.main(list(arguments), prog_name="yuanhui-kg", standalone_mode=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _is_usage(error: YuanhuiError) -> bool:
    """Whether the command was given wrongly, rather than asked for something that cannot be had."""
    return isinstance(error, UsageError) and not isinstance(error, NotFoundError | NotAcceptableError)


def _tell_usage(error: click.ClickException) -> None:
    """As click does, in Chinese where the user's locale is and the catalogue has the sentence."""
    told = translated(error.format_message()) if output.language() == "zh" else None
    if told is None:
        error.show()
        return
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage().replace("Usage:", "用法：", 1), err=True)
        click.echo(f"用 {error.ctx.command_path} -h 查看说明。\n", err=True)
    output.show(f"错误：{told}", aside=True)


def _in_a_sentence(error: OSError) -> YuanhuiError:
    """What a file, a folder or a device did not do that nobody expected to fail."""
    if error.errno == errno.EBADF:
        return YuanhuiError("Standard output is closed.", "Open it, or name a file to write.")
    reason = error.strerror or str(error)
    about = f"{error.filename} cannot be used: {reason}." if error.filename else f"Input or output failed: {reason}."
    return YuanhuiError(about, "Check the paths, their permissions and the space.")


def _abandon_output() -> None:
    """Let what is left of the output go nowhere: Python would complain when it flushes it."""
    with contextlib.suppress(OSError, ValueError):  # a stream of a test has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
