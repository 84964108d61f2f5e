"""The commands: each parses its arguments, calls the library and prints."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from .. import __version__
from ..errors import DataError, NotFoundError, UsageError
from ..settings import ENVIRONMENT_PREFIX, LOG_FORMATS, LOG_LEVELS, RELATIONS, Settings
from . import output

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..frames import Answer
    from ..store import Reader
    from ..validate import Report
    from ..verify import Verification

Command = TypeVar("Command", bound=Callable[..., Any])

#: Jobs that need the index of relations.
INDEXED: Final = ("neighbours", "paths", "subgraph", "common", "analytics")

_CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_FILE: Final = click.Path(path_type=Path)
_OUTPUT: Final = click.Path(path_type=Path, dir_okay=False)


def setting(name: str, *flags: str, **options: Any) -> Callable[[Command], Command]:
    """A flag for a setting, with the setting's own description; not given, the environment or the default holds."""
    field = next(f for f in dataclasses.fields(Settings) if f.name == name)
    text = field.metadata["help"]
    options.setdefault("help", f"{text[:1].upper()}{text[1:]}. [env {ENVIRONMENT_PREFIX}{name.upper()}]")
    if str(field.type) == "bool":
        options.update(is_flag=True)
    elif "tuple" in str(field.type):
        options = {"type": str, "multiple": True} | options
    elif "Path" in str(field.type):
        options = {"type": click.Path(path_type=Path, file_okay=False), "metavar": "DIR"} | options
    else:
        options = {"type": {"int": int, "float": float, "str": str}[str(field.type)]} | options
    return click.option(*(flags or (f"--{name.replace('_', '-')}",)), name, default=None, **options)


def settings(flags: dict[str, Any]) -> Settings:
    return Settings.load(flags)


@click.group(context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="yuanhui-kg")
@click.option("-v", "--verbose", count=True, help="Say more on standard error; twice for still more.")
@click.pass_context
def cli(context: click.Context, verbose: int) -> None:
    """Reports on a region as a knowledge graph: query it, cite it, check it, serve it.

    \b
    Example:
      yuanhui-kg serve
      yuanhui-kg query figures
    """
    level = [logging.WARNING, logging.INFO, logging.DEBUG][min(verbose, 2)]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# --- serve --------------------------------------------------------------------------------------------------------------


@cli.command()
@setting("host")
@setting("port")
@setting("store")
@setting("endpoint", metavar="URL")
@setting("endpoint_refresh")
@setting("endpoint_index")
@setting("empty")
@setting("writable")
@setting("token_file", type=_FILE, metavar="FILE")
@setting("validate_writes")
@setting("write_timeout")
@setting("max_update_bytes")
@setting("max_upload_bytes")
@setting("union_default_graph")
@setting("query_timeout", "--timeout")
@setting("http_processes")
@setting("workers")
@setting("worker_memory")
@setting("queue")
@setting("queue_timeout")
@setting("max_query_bytes")
@setting("max_query_nesting")
@setting("max_answer_bytes")
@setting("allow_service", metavar="URL")
@setting("service_timeout")
@setting("max_service_bytes")
@setting("max_service_rows")
@setting("max_service_requests")
@setting("relations", type=click.Choice(RELATIONS))
@setting("max_nodes")
@setting("max_picture_nodes")
@setting("views", type=click.Path(path_type=Path), metavar="DIR")
@setting("max_view_bytes")
@setting("max_paths")
@setting("max_path_steps")
@setting("exact_betweenness")
@setting("cache_bytes")
@setting("public_url", metavar="URL")
@setting("compress_from")
@setting("body_timeout")
@setting("shutdown_timeout")
@setting("log_format", type=click.Choice(LOG_FORMATS))
@setting("log_level", type=click.Choice(LOG_LEVELS))
@setting("log_queries")
def serve(**flags: Any) -> int:
    """Serve the graph over HTTP: SPARQL, neighbours, entities, search and pages.

    A new store starts with the ontology and the graph that come with the package, unless --empty. Ctrl-C ends it.

    \b
    Example:
      yuanhui-kg serve --port 8080
      yuanhui-kg serve --store ./store --timeout 10
      YUANHUI_KG_TOKEN=… yuanhui-kg serve --store ./store --writable
    """
    from ..service import server

    verbose = click.get_current_context().find_root().params["verbose"]
    if verbose and flags["log_level"] is None:
        flags["log_level"] = LOG_LEVELS[max(0, 2 - verbose)]
    server.serve(settings(flags))
    return 0


# --- query --------------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("query")
@click.option("-f", "--format", "format", metavar="F", help="table, csv, tsv, json, xml, ttl, nt, … or a media type.")
@click.option("-o", "--output", "path", type=_OUTPUT, help="File to write; its extension decides the format.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Give a variable a value.")
@setting("store")
@setting("endpoint", metavar="URL")
@setting("union_default_graph")
@setting("allow_service", metavar="URL")
@setting("service_timeout")
@setting("query_timeout", "--timeout")
def query(query: str, format: str | None, path: Path | None, params: tuple[str, ...], **flags: Any) -> int:
    """Answer a SPARQL query: its text, a file, the id of a saved query, or - for standard input.

    Prints a table on a terminal; otherwise CSV for solutions and Turtle for triples. CSV and TSV hold values as they are, as SPARQL
    has it: for a spreadsheet, which takes =1+1 for a formula, write them with export FILE.csv --query.

    \b
    Example:
      yuanhui-kg query figures
      yuanhui-kg query "SELECT * WHERE { ?s ?p ?o } LIMIT 5" --format json
      yuanhui-kg query statements -o statements.csv
      yuanhui-kg query joined.rq --allow-service https://other.example.org/sparql
    """
    asked = settings(flags)
    text, bindings = _query(query, params, asked)
    format = format or (output.extension(path) if path else None)
    table = format == output.TABLE or (format is None and output.on_terminal())
    results_type, graph_type = _types(format, table)
    parameters: dict[str, Any] = {
        "query": text,
        "default_graphs": [],
        "named_graphs": [],
        "results_type": results_type,
        "graph_type": graph_type,
        "bindings": bindings,
    }
    with job_answer(asked, "sparql", parameters) as answer:
        tell_open(answer.head)
        if table and answer.head["kind"] != "graph":
            output.print_solutions(json.loads(answer.read()))
        else:
            with output.destination(path) as stream:
                for piece in answer:
                    stream.write(piece)
    return 0


def _types(format: str | None, table: bool) -> tuple[str | None, str | None]:
    if table:
        return "application/sparql-results+json", "text/turtle"
    return output.answer_types(format) if format else ("text/csv", "text/turtle")


def _query(argument: str, params: Sequence[str], asked: Settings) -> tuple[str, dict[str, str]]:
    """The text that the command's argument means, and its bindings as N-Triples terms."""
    from .. import catalog
    from ..screening import decode

    values = dict([_pair(param) for param in params])
    if argument in catalog.ids(asked.queries):
        saved = catalog.find(asked.queries, argument)
        return saved.text, saved.bindings(values)
    if argument == "-":
        text = decode(sys.stdin.buffer.read())
    elif _is_text(argument):
        text = argument
    else:
        return _query_file(Path(argument), values, asked)
    return text, _guessed(values)


def _is_text(argument: str) -> bool:
    """Whether an argument is a query's text rather than a name: no query is without blank and brace."""
    return "{" in argument or (any(c.isspace() for c in argument) and not Path(argument).exists())


def _query_file(path: Path, values: dict[str, str], asked: Settings) -> tuple[str, dict[str, str]]:
    from .. import catalog

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFoundError(
            f"{str(path)!r} is neither a file nor the id of a saved query.",
            f"Saved queries: {', '.join(catalog.ids(asked.queries)) or 'none'}.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "A query is a text file in UTF-8.") from None
    if catalog.has_header(text):
        saved = catalog.read(path)
        return saved.text, saved.bindings(values)
    return text, _guessed(values)


def _pair(param: str) -> tuple[str, str]:
    name, equals, value = param.partition("=")
    if not equals or not name:
        raise UsageError(f"--param {param!r} is not of the form NAME=VALUE.", "For instance: --param year=2020.")
    return name.lstrip("?$"), value


def _guessed(values: dict[str, str]) -> dict[str, str]:
    from .. import catalog

    try:
        return {name: catalog.guessed_term(value) for name, value in values.items()}
    except ValueError as error:
        raise UsageError(f"--param: {error}.") from None


# --- stats ---------------------------------------------------------------------------------------------------------------


@cli.command()
@click.option("--format", "format", type=click.Choice(["table", "json"]), help="Table on a terminal, else JSON.")
@setting("store")
@setting("endpoint", metavar="URL")
def stats(format: str | None, **flags: Any) -> int:
    """Count what the graph holds: triples, entities by class, statements by modality, figures by kind.

    \b
    Example:
      yuanhui-kg stats
      yuanhui-kg stats --store ./store --format json
    """
    found = json_job(settings(flags), "stats", {})
    if format == "json" or (format is None and not output.on_terminal()):
        print_json(found)
    else:
        _print_stats(found)
    return 0


def _print_stats(found: dict[str, Any]) -> None:
    """The totals as one table, then a table for each way in which they are broken down."""
    totals = {name: value["total"] if isinstance(value, dict) else value for name, value in found.items()}
    rows = [[name, f"{total:,}"] for name, total in totals.items() if isinstance(total, int)]
    output.print_table(["", "number"], rows, numbers=[1])
    named = [[graph["iri"] or "default graph", f"{graph['triples']:,}"] for graph in found["graphs"]]
    if len(named) > 1:
        output.print_table(["graph", "triples"], named, numbers=[1])
    for name, value in found.items():
        for breakdown, counts in value.items() if isinstance(value, dict) else ():
            if breakdown.startswith("by_") and counts:
                output.print_table([f"{name} {breakdown.replace('_', ' ')}", "number"], _counted(counts), numbers=[1])


def _counted(counts: list[dict[str, Any]]) -> Iterator[list[str]]:
    """Rows of a breakdown: each item has a count, and what is counted under the other key."""
    from ..terms import label

    for item in counts:
        thing = next(value for key, value in item.items() if key != "count")
        yield [label(thing["label"], output.language(), thing["id"]), f"{item['count']:,}"]


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def job_answer(asked: Settings, job: str, parameters: dict[str, Any]) -> Answer:
    """The answer of one job, evaluated under the deadline in a worker of its own."""
    from ..store import StoreFolder
    from ..workers import Backend

    if asked.store:
        StoreFolder(asked.store).read().close()  # a query of a store that is not there makes none
    with output.progress("Opening the graph …"):
        # One question to a server is asked of that server: indexes are for many.
        backend = Backend.start(asked, indexes=job in INDEXED and not asked.endpoint)
    with backend, output.progress("Evaluating …"):
        return backend.run(job, parameters)


def tell_open(head: Mapping[str, Any]) -> None:
    """Tell what a query's answer leaves open, though it looks whole."""
    for reason in head.get("failed_services", {}).values():
        left_open = output.said("Its part is left open (SERVICE SILENT).")
        output.show(f"{output.said(reason)} {left_open}", aside=True)
    for iri in head.get("missing_graphs", ()):
        output.tell(f"The graph <{iri}> is not in this store and counts as empty.", aside=True)


def json_job(asked: Settings, job: str, parameters: dict[str, Any]) -> Any:
    with job_answer(asked, job, parameters) as answer:
        return json.loads(answer.read())


@contextlib.contextmanager
def _graph(asked: Settings) -> Iterator[ox.Store]:
    """The store on disk, which must be there, or the package's graph in memory. Raises :class:`StoreError`."""
    from ..store import StoreFolder, memory_store

    if asked.endpoint:
        raise UsageError("This command reads files and stores, not an endpoint.", "Leave out --endpoint.")
    if asked.store is None:
        yield memory_store(asked.served_files)
        return
    generation = StoreFolder(asked.store).read()
    try:
        generation.verify()
        yield generation.open()
    finally:
        generation.close()


@contextlib.contextmanager
def _reader(asked: Settings) -> Iterator[Reader]:
    """What reads the endpoint, the store on disk or the package's graph. Raises :class:`StoreError`."""
    if asked.endpoint:
        from ..remote import RemoteReader

        with contextlib.closing(
            RemoteReader.open(asked.endpoint, asked.query_timeout, asked.max_answer_bytes)
        ) as reader:
            yield reader
        return
    from ..store import StoreReader

    with _graph(asked) as store:
        yield StoreReader(store)


# --- load, dump ---------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@setting("store")
@click.option("--graph", metavar="IRI", help="Named graph for the triples; else the default graph.")
@click.option("-f", "--format", "format", metavar="F", help="Syntax of the files, in place of their extensions.")
@setting("empty")
def load(files: tuple[Path, ...], graph: str | None, format: str | None, **flags: Any) -> int:
    """Load RDF files into a store on disk, all of them or, on an error, nothing.

    A new store starts with the ontology and the graph that come with the package, unless --empty.
    Compressed files (.gz) and - for standard input will do.

    \b
    Example:
      yuanhui-kg load more.ttl --store ./store
      yuanhui-kg load other.nt.gz --store ./store --graph https://example.org/other
    """
    from ..store import StoreFolder, load_file

    asked = settings(flags)
    if asked.store is None:
        raise UsageError("A store to load into must be named.", "Give its folder: --store DIR.")
    if Path("-") in files and format is None:
        raise UsageError("The syntax of standard input is not known.", "Give it with --format.")
    syntax = output.needed_rdf_format(format) if format else None

    def change(store: ox.Store) -> tuple[int, int]:
        added = sum(load_file(store, _source(path), graph=graph, format=syntax) for path in files)
        return added, len(store)

    with output.progress(f"Loading into {asked.store} …"):
        added, total = StoreFolder(asked.store).write(change, new=asked.served_files)
    number = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    output.tell(f"Loaded {added:,} new triples from {number} into {asked.store}; {total:,} in all.")
    return 0


def _source(path: Path) -> Path:
    return Path("/dev/stdin") if str(path) == "-" else path


@cli.command()
@click.option("-o", "--output", "path", type=_OUTPUT, help="File to write; its extension decides the format.")
@click.option("-f", "--format", "format", metavar="F", help="ttl, nt, nq, trig, rdf, jsonld, n3 or a media type.")
@click.option("--graph", metavar="IRI", help="Only this named graph.")
@setting("store")
def dump(path: Path | None, format: str | None, graph: str | None, **flags: Any) -> int:
    """Write the graph as RDF: to standard output, or to a file that appears once it is complete.

    Turtle, or TriG where there are named graphs. N-Quads and TriG hold all graphs, other formats the default graph.

    \b
    Example:
      yuanhui-kg dump -o graph.ttl
      yuanhui-kg dump --store ./store --format nq | gzip > all.nq.gz
    """
    asked = settings(flags)
    name = format or (output.extension(path) if path else None)
    syntax = output.needed_rdf_format(name) if name else None
    with _graph(asked) as store:
        _dump(store, path, syntax, graph)
    return 0


@cli.command()
@click.option("-o", "--output", "target", type=_FILE, required=True, metavar="DIR", help="New folder for the backup.")
@setting("store", required=True)
def backup(target: Path, store: Path) -> int:
    """Copy a store on disk as it is now, also while a service reads or writes it. The copy is itself a store.

    \b
    Example:
      yuanhui-kg backup --store ./store -o backups/monday
    """
    from ..store import StoreFolder

    with output.progress(f"Copying {store} …"):
        number = StoreFolder(store).back_up(target)
    output.tell(f"Copied {number:,} triples from {store} to {target}.")
    return 0


@cli.command()
@click.argument("source", type=_FILE, metavar="BACKUP")
@setting("store", required=True)
def restore(source: Path, store: Path) -> int:
    """Put what a backup holds in the place of everything in a store; not while a service writes to it.

    \b
    Example:
      yuanhui-kg restore backups/monday --store ./store
    """
    from ..store import StoreFolder

    with output.progress(f"Copying {source} …"):
        number = StoreFolder(store).restore(source)
    output.tell(f"Restored {number:,} triples from {source} into {store}.")
    return 0


def _dump(store: ox.Store, path: Path | None, syntax: ox.RdfFormat | None, graph: str | None) -> None:
    import pyoxigraph as ox

    from ..namespaces import PREFIXES
    from ..query import holding
    from ..terms import iri_of

    only = ox.NamedNode(iri_of(graph)) if graph else None
    if only and not store.contains_named_graph(only):
        raise NotFoundError(f"The store has no graph <{only.value}>.", "List them with: yuanhui-kg stats --store DIR.")
    named = sum(1 for _ in store.named_graphs())
    syntax = syntax or (ox.RdfFormat.TRIG if named and not only else ox.RdfFormat.TURTLE)
    with output.progress("Writing …"), output.destination(path) as stream:
        source = None if syntax.supports_datasets and not only else only or ox.DefaultGraph()
        with holding(syntax.media_type, stream) as held:
            store.dump(held, syntax, from_graph=source, prefixes=PREFIXES)
    if named and not only and not syntax.supports_datasets:
        output.tell(f"{syntax.name} holds no named graphs: {named} left out; use nq or trig for all.", aside=True)


# --- validate, verify ---------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE…]")
@click.option("-f", "--format", "format", metavar="F", help="Print the SHACL report as RDF: ttl, nt, rdf, jsonld.")
@click.option("-o", "--output", "path", type=_OUTPUT, help="File for the report as RDF.")
@setting("store")
def validate(files: tuple[Path, ...], format: str | None, path: Path | None, **flags: Any) -> int:
    """Check a graph with the project's SHACL shapes: the ontology with FILEs, or with the project's data.

    One line a violation: focus node, path, message. Exit code 1 where there is one.

    \b
    Example:
      yuanhui-kg validate
      yuanhui-kg validate draft.ttl --format ttl
    """
    asked = settings(flags)
    format = format or (output.extension(path) if path else None)
    syntax = output.needed_rdf_format(format) if format else None
    with output.progress("Validating …"):
        report = _report(files, asked)
    if syntax:
        _write_report(report, syntax, path)
    else:
        _print_report(report)
    return 0 if report.conforms else 1


def _report(files: tuple[Path, ...], asked: Settings) -> Report:
    from .. import validate

    shapes = validate.graph_of_files(asked.shape_files)
    if asked.store and not files:
        with _graph(asked) as store:
            data = validate.graph_of_store(store, union=True)
    else:
        data = validate.graph_of_files([*asked.ontology_files, *files] if files else asked.graph_files)
    return validate.validate(data, shapes)


def _write_report(report: Report, syntax: ox.RdfFormat, path: Path | None) -> None:
    import pyoxigraph as ox

    from ..namespaces import PREFIXES
    from ..query import holding

    lines = report.graph.serialize(format="nt", encoding="utf-8")
    triples = (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    with output.destination(path) as stream, holding(syntax.media_type, stream) as held:
        ox.serialize(triples, held, syntax, prefixes=PREFIXES)


def _print_report(report: Report) -> None:
    for violation in report.violations:
        path = re.sub(r"<[^>]*>", lambda iri: _short(iri[0]), violation.path) or "-"
        output.show(f"{_short(violation.focus)}  {path}  {' '.join(violation.message.split())}")
    number = len(report.violations)
    output.tell("Conforms." if not number else "1 violation." if number == 1 else f"{number:,} violations.")


def _short(term: str) -> str:
    from ..terms import id_of

    return id_of(term[1:-1]) if term.startswith("<") else term or "-"


@cli.command()
@click.option("--article", "path", type=_FILE, required=True, metavar="FILE", help="Your copy of the text.")
@click.option("--document", metavar="IRI|ID", help="The text file in the graph, where several could be meant.")
@click.option("--moved", is_flag=True, help="List where each span stands in another copy.")
@setting("store")
@setting("endpoint", metavar="URL")
def verify(path: Path, document: str | None, moved: bool, **flags: Any) -> int:
    """Check every citation against a copy of the article: offsets, digests, length.

    A copy with other line breaks, white space or page furniture is realigned first. One line a problem: what is wrong,
    where, how. Exit code 1 where there is one.

    \b
    Example:
      yuanhui-kg verify --article article.txt
    """
    from ..terms import iri_of
    from ..verify import verify

    asked = settings(flags)
    iri = iri_of(document) if document else None
    with output.progress("Verifying …"), _reader(asked) as reader:
        outcome = verify(reader, path, iri)
    _print_verification(outcome, path, moved)
    return 0 if outcome.ok else 1


def _print_verification(outcome: Verification, path: Path, moved: bool) -> None:
    from ..terms import id_of

    for span in outcome.moved if moved else ():
        output.show(f"moved: {id_of(span.span)} ({span.start}–{span.end}): {span.found_start}–{span.found_end}")
    for addition in outcome.additions:
        if addition.lines:
            output.show(f"added lines: {addition.start}–{addition.end} of the copy")
    for problem in outcome.problems:
        place = f"{id_of(problem.span)} ({problem.start}–{problem.end}): " if problem.span else ""
        output.show(f"{problem.kind}: {place}{problem.message}")
    output.tell(f"{path}: {outcome.spans:,} spans of {id_of(outcome.document)} checked, {_outcome(outcome)}.")


def _outcome(outcome: Verification) -> str:
    number = len(outcome.problems)
    if number:
        return f"{number:,} problem{'' if number == 1 else 's'}"
    if outcome.exact:
        return "all as cited"
    lines = sum(addition.lines for addition in outcome.additions)
    added = f"; {lines:,} insertion{'' if lines == 1 else 's'} of whole lines passed over" if lines else ""
    return f"realigned: another copy, every span unchanged, {len(outcome.moved):,} moved{added}"
