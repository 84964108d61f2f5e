"""Settings: where things are and how much a visitor may ask for.

Each setting is looked up as flag, then environment variable ``YUANHUI_KG_<NAME>``, then default.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from .errors import UsageError

ENVIRONMENT_PREFIX = "YUANHUI_KG_"
MIB = 1024 * 1024
LOG_FORMATS = ("text", "json")
RELATIONS = ("auto", "declared", "all")
LOG_LEVELS = ("debug", "info", "warning", "error")
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/?")


def _resources() -> Path:
    """The folder that holds ``ontology``, ``data`` and ``queries``: inside the wheel, or the checkout's top."""
    packaged = Path(__file__).parent / "resources"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def _workers() -> int:
    return max(4, os.cpu_count() or 1)


def _http_processes() -> int:
    return min(4, os.cpu_count() or 1)


def _worker_memory() -> int:
    """Half of the machine's memory shared by the workers, but at least 512 MiB and at most 4 GiB each."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(512 * MIB, min(4096 * MIB, total // (2 * (_workers() + _express(_workers())))))


def _express(workers: int) -> int:
    return max(1, workers // 2)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Sizes are in bytes, times in seconds."""

    host: str = field(default="127.0.0.1", metadata={"help": "address to listen on"})
    port: int = field(default=8000, metadata={"help": "port to listen on; 0 takes a free one"})
    store: Path | None = field(
        default=None, metadata={"help": "folder of a store on disk; without it the store is in memory"}
    )
    endpoint: str = field(
        default="",
        metadata={"help": "URL of a SPARQL 1.1 server that is read in place of a store; its answers are not ours"},
    )
    endpoint_refresh: float = field(
        default=300.0, metadata={"help": "time after which what was read from the endpoint is read again"}
    )
    endpoint_index: int = field(
        default=1_000_000, metadata={"help": "most triples of an endpoint that neighbours and search are indexed from"}
    )
    empty: bool = field(
        default=False, metadata={"help": "start a new store without the ontology and the article's graph"}
    )
    writable: bool = field(
        default=False, metadata={"help": "take updates and uploads from who has the token; needs a store on disk"}
    )
    token_file: Path | None = field(
        default=None, metadata={"help": "file with the token for writing, in place of YUANHUI_KG_TOKEN"}
    )
    validate_writes: bool = field(
        default=False, metadata={"help": "refuse a change after which the data would break the SHACL shapes"}
    )
    write_timeout: float = field(default=60.0, metadata={"help": "longest time an update or an upload may take"})
    max_update_bytes: int = field(default=16 * MIB, metadata={"help": "longest text of an update"})
    max_upload_bytes: int = field(
        default=256 * MIB, metadata={"help": "largest upload of RDF, once it is decompressed"}
    )
    union_default_graph: bool = field(
        default=False,
        metadata={
            "help": "let a query without GRAPH see all named graphs as well; a triple that several hold counts in each"
        },
    )
    query_timeout: float = field(
        default=30.0, metadata={"help": "longest time a query may take; clients may ask for less"}
    )
    max_query_bytes: int = field(default=MIB, metadata={"help": "longest query text that is read"})
    max_query_nesting: int = field(default=100, metadata={"help": "deepest nesting of brackets in a query"})
    max_answer_bytes: int = field(default=256 * MIB, metadata={"help": "largest answer that is produced"})
    allow_service: tuple[str, ...] = field(
        default=(), metadata={"help": "endpoint or host that queries may call with SERVICE; may be given several times"}
    )
    service_timeout: float = field(default=10.0, metadata={"help": "longest time that one SERVICE may take"})
    max_service_bytes: int = field(
        default=16 * MIB, metadata={"help": "most that the services of one query may answer together"}
    )
    max_service_rows: int = field(
        default=50_000, metadata={"help": "most rows that the services of one query may answer together"}
    )
    max_service_requests: int = field(
        default=50, metadata={"help": "most requests to other services that one query may cause"}
    )
    relations: str = field(
        default="auto",
        metadata={
            "help": "which triples between two resources are relations: declared (sub-properties of yho:relatedTo), all "
            "(but types and annotations), or auto (declared in a default graph that declares any, all elsewhere)"
        },
    )
    max_nodes: int = field(default=10_000, metadata={"help": "most nodes that a neighbour query returns"})
    max_picture_nodes: int = field(
        default=600, metadata={"help": "most things in an exported picture or page, with five times as many relations"}
    )
    max_view_bytes: int = field(
        default=64 * 1024, metadata={"help": "longest saved view that is read, from a file or unpacked from a URL"}
    )
    views: Path | None = field(
        default=None, metadata={"help": "folder of saved views, in place of those that come along with the data"}
    )
    max_paths: int = field(default=1000, metadata={"help": "most paths between two things that are returned"})
    max_path_steps: int = field(
        default=2_000_000, metadata={"help": "most steps that a search for paths looks at before it tells what it has"}
    )
    exact_betweenness: int = field(
        default=20_000_000,
        metadata={"help": "things times relations up to which betweenness is exact; beyond, it is sampled"},
    )
    http_processes: int = field(default_factory=_http_processes, metadata={"help": "how many processes speak HTTP"})
    workers: int = field(default_factory=_workers, metadata={"help": "how many queries are evaluated at once"})
    worker_memory: int = field(
        default_factory=_worker_memory, metadata={"help": "memory that evaluating one query may take beside the store"}
    )
    queue: int = field(default=256, metadata={"help": "how many requests may wait for a worker"})
    queue_timeout: float = field(default=5.0, metadata={"help": "longest time that a request waits for a worker"})
    cache_bytes: int = field(default=64 * MIB, metadata={"help": "memory for remembered answers; 0 switches it off"})
    public_url: str = field(
        default="", metadata={"help": "address under which clients reach the service, such as https://kg.example.org"}
    )
    compress_from: int = field(
        default=1024, metadata={"help": "smallest answer that is sent compressed where a client takes that; 0: none"}
    )
    body_timeout: float = field(
        default=15.0, metadata={"help": "time that a request's body may take; large ones get more, at 16 KiB a second"}
    )
    shutdown_timeout: float = field(
        default=5.0, metadata={"help": "how long running queries may go on once the service is told to stop"}
    )
    log_format: str = field(default="text", metadata={"help": "form of the log on standard error: text or json"})
    log_level: str = field(default="warning", metadata={"help": "least that is logged: debug, info, warning or error"})
    log_queries: bool = field(default=False, metadata={"help": "log the text of queries too"})
    resources: Path = field(default_factory=_resources, metadata={"help": "folder with ontology, data and queries"})

    def __post_init__(self) -> None:
        for name in (
            "query_timeout",
            "max_query_bytes",
            "max_query_nesting",
            "max_answer_bytes",
            "max_picture_nodes",
            "max_view_bytes",
            "workers",
            "http_processes",
            "write_timeout",
            "max_update_bytes",
            "max_upload_bytes",
            "endpoint_refresh",
            "service_timeout",
            "max_service_bytes",
            "max_service_rows",
            "max_service_requests",
        ):
            if getattr(self, name) <= 0:
                raise UsageError(f"Setting {name} must be greater than 0, not {getattr(self, name)}.")
        if self.endpoint and (self.store is not None or self.empty or self.union_default_graph):
            raise UsageError(
                "An endpoint is read in place of a store (--store, --empty, --union-default-graph).",
                "Name one of them; what the default graph holds is the endpoint's own setting.",
            )
        if self.endpoint and self.allow_service:
            raise UsageError(
                "SERVICE is not called from here where an endpoint is read (--endpoint, --allow-service).",
                "Name one of them.",
            )
        if self.writable and self.store is None:
            raise UsageError("Writing (--writable) needs a store on disk.", "Name its folder: --store DIR.")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"Setting port must be between 0 and 65535, not {self.port}.")
        for name, options in (("log_format", LOG_FORMATS), ("log_level", LOG_LEVELS), ("relations", RELATIONS)):
            if getattr(self, name) not in options:
                raise UsageError(f"Setting {name} is {getattr(self, name)!r}; it takes one of {', '.join(options)}.")
        if self.public_url and not _ORIGIN.fullmatch(self.public_url):
            raise UsageError(
                f"Setting public_url is {self.public_url!r}.",
                "It takes scheme and host without a path, such as https://kg.example.org.",
            )

    @classmethod
    def load(cls, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from flags (``None`` means not given), then the environment, then defaults.

        Raises :class:`UsageError` naming the setting that cannot be read.
        """
        values: dict[str, Any] = {}
        for f in fields(cls):
            text = environment.get(ENVIRONMENT_PREFIX + f.name.upper())
            if text:  # an empty one is as good as none: the folder "" would be the current one
                values[f.name] = _parse(f.name, str(f.type), text)
        values.update({name: value for name, value in (flags or {}).items() if value is not None and value != ()})
        return replace(cls(), **values)

    def to_json(self) -> str:
        """These settings for another process, to be read by :meth:`from_json`."""
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, default=str)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        values = json.loads(text)
        for name in ("store", "token_file", "views", "resources"):
            values[name] = values[name] and Path(values[name])
        values["allow_service"] = tuple(values["allow_service"])
        return cls(**values)

    @property
    def express(self) -> int:
        """How many queries beside ``workers`` may be evaluated at once for an instant, so that light ones get through."""
        return _express(self.workers)

    @property
    def ontology_files(self) -> tuple[Path, ...]:
        return tuple(sorted((self.resources / "ontology").glob("*.ttl")))

    @property
    def graph_files(self) -> tuple[Path, ...]:
        """The files of the default graph: ontology, article's graph. Shapes are rules about it, not part of it."""
        if self.empty:
            return ()
        return (*self.ontology_files, *sorted((self.resources / "data").glob("*.ttl")))

    @property
    def link_files(self) -> tuple[Path, ...]:
        """Reviewed links to other data sets. Apart from the graph: what reasons over that must not see them."""
        return () if self.empty else tuple(sorted((self.resources / "data" / "links").glob("*.ttl")))

    @property
    def served_files(self) -> tuple[Path, ...]:
        """What a new store starts with, all in the default graph: ontology, article's graph, reviewed links."""
        return (*self.graph_files, *self.link_files)

    @property
    def shape_files(self) -> tuple[Path, ...]:
        return tuple(sorted((self.resources / "ontology" / "shapes").glob("*.ttl")))

    @property
    def context_file(self) -> Path:
        """The published JSON-LD context."""
        return self.resources / "ontology" / "context.jsonld"

    @property
    def queries(self) -> Path:
        return self.resources / "queries"

    @property
    def view_folder(self) -> Path:
        """The folder of saved views."""
        return self.views or self.resources / "views"

    @property
    def rules(self) -> Path:
        """The folder of the rules by which figures are checked."""
        return self.queries / "rules"


def _parse(name: str, kind: str, text: str) -> Any:
    try:
        if "Path" in kind:
            return Path(text)
        if "tuple" in kind:
            return tuple(text.split())
        if kind == "bool":
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]
        return {"int": int, "float": float, "str": str}[kind](text)
    except (KeyError, ValueError):
        raise UsageError(
            f"Environment variable {ENVIRONMENT_PREFIX}{name.upper()} is {text!r}, which is no {kind}."
        ) from None
