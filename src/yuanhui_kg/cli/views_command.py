"""The command ``views``: the saved views, one of them, and how it stands in a URL."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from . import output
from .commands import setting, settings
from .export_command import view_of


@click.command()
@click.argument("view", required=False, metavar="[FILE|NAME]")
@click.option("--url", is_flag=True, help="Print it as the parameter view of a URL holds it.")
@setting("views", type=click.Path(path_type=Path), metavar="DIR")
@setting("max_view_bytes")
def views(view: str | None, url: bool, **flags: Any) -> int:
    """List the saved views; print one, in full or as a URL holds it. - reads it from standard input.

    \b
    Example:
      yuanhui-kg views
      yuanhui-kg views medical-devices --url
    """
    from ..errors import UsageError
    from ..views import encoded, load

    asked = settings(flags)
    if view is None:
        if url:
            raise UsageError("--url needs a view.", "Name one, or a file.")
        for name, found in load(asked.view_folder, asked.max_view_bytes).items():
            output.show(f"{name}\t{found.title[output.language()]}")
        return 0
    document = view_of(asked, view).document
    if url:
        print(encoded(document))
    else:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        print()
    return 0
