"""The other SPARQL services that queries may call with ``SERVICE``: the setting ``allow_service``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlunsplit

from .errors import QueryRefusedError, UsageError
from .exchange import PORTS, checked_url, origin
from .remote import Endpoint, HttpClient

_NAMED: Final = 5  # services that an error lists
_CONNECTED: Final = 8  # services that a process keeps a connection to


@dataclass(frozen=True)
class Services:
    """What may be called: endpoints by the IRI that a query names them by, and hosts of which every address may be.

    :param hosts: triples of scheme, host and port; no scheme stands for both, no port for the scheme's own.
    """

    endpoints: Mapping[str, Endpoint]
    hosts: frozenset[tuple[str, str, int | None]]

    @classmethod
    def read(cls, allowed: Iterable[str]) -> Services:
        """What the setting's values say. Raises :class:`UsageError`.

        ``https://host/path`` is one endpoint, with user, password and dataset in the URL as
        :class:`~yuanhui_kg.remote.Endpoint` reads them; ``https://host/`` and ``host:port`` are a host.
        """
        endpoints: dict[str, Endpoint] = {}
        hosts: set[tuple[str, str, int | None]] = set()
        for value in allowed:
            bare = "://" not in value
            parts = checked_url(f"http://{value}" if bare else value)
            if "*" in parts.netloc:
                raise UsageError(
                    f"{value[:200]!r} stands for many hosts (setting allow_service).", "Name each host or endpoint."
                )
            if parts.path not in ("", "/") or parts.query:
                if bare:
                    raise UsageError(
                        f"{value[:200]!r} names neither a host nor an endpoint (setting allow_service).",
                        f"Write the endpoint's whole address: https://{value[:200]}.",
                    )
                endpoints[_known_as(parts)] = Endpoint.read(value)
            elif parts.username is not None:
                raise UsageError(
                    "A user is named for a whole host (setting allow_service).", "Give the endpoint's whole address."
                )
            else:
                hosts.add(("" if bare else parts.scheme, parts.hostname or "", parts.port))
        return cls(endpoints, frozenset(hosts))

    def find(self, iri: str) -> Endpoint:
        """The endpoint that a query calls by ``iri``. Raises :class:`QueryRefusedError` where it may not be called."""
        try:
            parts = checked_url(iri)
        except UsageError:
            raise self._refused(iri) from None
        known = self.endpoints.get(_known_as(parts))
        if known is not None and parts.username is None:
            return known
        # What stands behind ? would be read as parameters of the request, of an update perhaps.
        if parts.query or parts.username is not None or not self._is_host(parts):
            raise self._refused(iri)
        return Endpoint.read(iri)

    def _is_host(self, parts: SplitResult) -> bool:
        scheme, host, port = origin(parts)
        wanted: set[tuple[str, str, int | None]] = {(scheme, host, port), ("", host, port)}
        if port == PORTS[scheme]:
            wanted |= {(scheme, host, None), ("", host, None)}
        return not wanted.isdisjoint(self.hosts)

    def _refused(self, iri: str) -> QueryRefusedError:
        known = [
            *self.endpoints,
            *(
                f"{scheme or 'http(s)'}://{host}{(port and f':{port}') or ''}/…"
                for scheme, host, port in sorted(self.hosts, key=str)
            ),
        ]
        return QueryRefusedError(
            f"SERVICE <{iri[:200]}> is not among the services that may be called here (setting allow_service).",
            f"Allowed: {', '.join(known[:_NAMED])}{', …' if len(known) > _NAMED else ''}.",
        )


def _known_as(parts: SplitResult) -> str:
    """The URL by which a query names an endpoint: without user and password, the host in small letters."""
    scheme, host, port = origin(parts)
    name = f"[{host}]" if ":" in host else host
    return urlunsplit((scheme, name if port == PORTS[scheme] else f"{name}:{port}", parts.path or "/", parts.query, ""))


class Clients:
    """The clients of one process, by the IRI of the service; the connections of a few are kept.

    :param max_bytes: longest answer that is read.
    """

    def __init__(self, services: Services, max_bytes: int) -> None:
        self._services = services
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, HttpClient] = OrderedDict()

    def __call__(self, iri: str) -> HttpClient:
        """Raises :class:`QueryRefusedError` where the service may not be called."""
        endpoint = self._services.find(iri)
        client = self._kept.pop(iri, None) or HttpClient(endpoint, self._max_bytes)
        self._kept[iri] = client
        if len(self._kept) > _CONNECTED:
            self._kept.popitem(last=False)[1].close()
        return client
