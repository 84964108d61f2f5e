"""Linking against a register that a SPARQL service holds; what goes wrong with services is an error in time."""

from __future__ import annotations

import contextlib
import csv
import gc
import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

import endpoints
from faults import FaultServer
from federated import SERVICE, Store, federation
from yuanhui_kg.cli import run
from yuanhui_kg.errors import (
    AnswerTooLargeError,
    DataError,
    RemoteAnswerError,
    RemoteTimeoutError,
    RemoteTruncatedError,
)
from yuanhui_kg.exchange import Reply
from yuanhui_kg.federation import Federation, evaluate
from yuanhui_kg.link import Matcher, Mention, against, read_register
from yuanhui_kg.link.against import Profile, Register
from yuanhui_kg.query import QueryRequest
from yuanhui_kg.remote import JSON_RESULTS, HttpClient, RemoteReader
from yuanhui_kg.services import Services
from yuanhui_kg.settings import Settings

REGISTER = Path(__file__).parent / "fixtures" / "link" / "register.tsv"
EX = "https://register.example.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROFILE = Profile()
SECONDS = 0.5
#: The faults of servers that are known, and what each is told as; None: it is no fault for who asks in a form.
FAULTS = {
    "form-only": None,
    "slow": RemoteTimeoutError,
    "drip-head": RemoteTimeoutError,
    "drip-body": RemoteTimeoutError,
    "dead": RemoteTimeoutError,
    "page": RemoteAnswerError,
    "lying": RemoteAnswerError,
    "malformed": RemoteAnswerError,
    "truncated": RemoteAnswerError,
    "cut": RemoteTruncatedError,
    "huge": AnswerTooLargeError,
    "redirect-private": RemoteAnswerError,
    "redirect-host": RemoteAnswerError,
    "hang-up": RemoteAnswerError,
}


@pytest.fixture(scope="module")
def faults() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def ntriples(pairs: str = "") -> bytes:
    """The register of the fixtures as RDF: names with and without a tag of language, codes, what lies in what."""
    lines = [pairs]
    for entry in read_register(REGISTER):
        iri = f"<{EX}{entry.id}>"
        lines.append(f'{iri} <{SKOS}prefLabel> "{entry.name}"@zh .\n')
        lines += [f'{iri} <{SKOS}altLabel> "{other}" .\n' for other in entry.alt_names]
        lines.append(f'{iri} <{SKOS}notation> "{entry.id}" .\n')
        if entry.parent_id:
            lines.append(f"{iri} <https://w3id.org/yuanhui-kg/ontology#isWithin> <{EX}{entry.parent_id}> .\n")
    return "".join(lines).encode()


@pytest.fixture
def service() -> Store:
    store = ox.Store()
    store.load(ntriples(), format=ox.RdfFormat.N_TRIPLES)
    return Store(store)


def read(client: Any, *mentions: Mention, profile: Profile = PROFILE, whole: bool = False) -> Register:
    reader = RemoteReader(client, "register.example.org", 10)
    return against.read(reader, profile, mentions, whole=whole, each=10)


def meant(found: Register, mention: Mention) -> str:
    best = Matcher(found.entries).match(mention).best
    return best.entry.id.removeprefix(EX) if best else ""


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("青禾区", "江岚省/清川市", "900101"),
        ("临河", "江岚/清川", "900102"),
        ("Greenfield", "", "900101"),
        ("太平镇", "江岚省/清川市/临河区", "900102100"),
        ("太平镇", "", ""),  # there are two
        ("空家营镇", "清川市/青禾区", "900101100"),  # a misprint: found among what lies in its surroundings
        ("无此镇", "清川市/青禾区", ""),
    ],
)
def test_a_name_is_looked_up_with_what_it_lies_in(service: Store, name: str, context: str, expected: str) -> None:
    mention = Mention("m1", name, tuple(context.split("/")) if context else ())
    found = read(service, mention)
    assert meant(found, mention) == expected
    assert len(found.entries) < 20


def test_the_names_the_surroundings_and_the_codes_are_read(service: Store) -> None:
    found = read(service, Mention("m1", "青禾区", ("清川市",)))
    (entry,) = (one for one in found.entries if one.id == EX + "900101")
    assert (entry.name, set(entry.alt_names), entry.parent_id) == ("青禾区", {"青禾县", "Greenfield"}, EX + "9001")
    assert found.codes[EX + "900101"] == ("900101",)


def test_a_code_finds_what_the_name_still_has_to_agree_with(service: Store) -> None:
    other = Mention("900222100", "太平镇")
    found = read(service, other)
    assert EX + "900222100" in {entry.id for entry in found.entries}
    assert meant(found, other) == ""


def test_codes_have_a_datatype_or_none() -> None:
    store = ox.Store()
    typed = f'<{EX}a> <{SKOS}prefLabel> "甲区"@zh ; <{SKOS}notation> "110101"^^<https://w3id.org/yuanhui-kg/ontology#gbt2260> .'
    store.load(typed.encode(), format=ox.RdfFormat.TURTLE)
    found = read(Store(store), Mention("110101", "别的名字"))
    assert [entry.id for entry in found.entries] == [EX + "a"]
    assert meant(found, Mention("110101", "别的名字")) == ""


def test_the_whole_register_is_read_where_that_is_wanted(service: Store) -> None:
    found = read(service, whole=True)
    assert {entry.id for entry in found.entries} == {EX + entry.id for entry in read_register(REGISTER)}
    assert meant(found, Mention("m1", "沙全乡", ("青禾区",))) == "900101102"


def test_values_are_sent_in_parts_and_nothing_else(service: Store) -> None:
    read(service, *(Mention(f"m{n}", f"第{n}镇") for n in range(60)))
    blocks = [query.partition("{ VALUES ?value {")[2].partition("}")[0] for query in service.queries]
    assert len(blocks) > 5
    assert max(block.count('"') // 2 for block in blocks) <= 200


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("types", [(), (EX + "T",), (EX + "T", EX + "U")])
def test_no_query_has_two_blocks_of_values(service: Store, whole: bool, types: tuple[str, ...]) -> None:
    """Oxigraph makes all pairs of two before it looks at a triple, and needs minutes over a large store."""
    read(service, Mention("9001", "青禾区", ("清川市",)), profile=Profile(types=types), whole=whole)
    assert service.queries
    assert all(query.count("VALUES") <= 1 for query in service.queries)


def test_a_profile_tells_properties_classes_and_languages(tmp_path: Path) -> None:
    store = ox.Store()
    store.load(
        f'<{EX}a> <{EX}called> "Qinghe"@en ; <{EX}in> <{EX}b> ; a <{EX}District> . <{EX}b> <{EX}called> "Qing"@en .'
        f'<{EX}c> <{EX}called> "Qinghe"@en ; a <{EX}River> . <{EX}a> <{EX}called> "Кинхе"@ru .'.encode(),
        format=ox.RdfFormat.TURTLE,
    )
    path = tmp_path / "profile.json"
    fields = {"labels": [EX + "called"], "parents": [EX + "in"], "types": [EX + "District"], "languages": ["en"]}
    path.write_text(json.dumps(fields), encoding="utf-8")
    found = read(Store(store), Mention("m", "Qinghe"), profile=Profile.read(path))
    assert [(one.id, one.name, one.parent_id) for one in found.entries] == [
        (EX + "a", "Qinghe", EX + "b"),
        (EX + "b", "Qing", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        "[" * 100_000,
        '{"label": []}',
        '{"labels": "x:y"}',
        '{"labels": []}',
        '{"labels": ["no iri"]}',
        '{"languages": ["zh cn"]}',
        '{"parents": ["https://e/a> ?x <https://e/b"]}',
    ],
)
def test_a_profile_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"p\.json"):
        Profile.read(tmp_path / "p.json")


def test_things_that_lie_in_one_another_are_read_without_end() -> None:
    store = ox.Store()
    broader = f"<{SKOS}broader>"
    store.load(
        f'<{EX}a> <{SKOS}prefLabel> "甲镇"@zh ; {broader} <{EX}b> . <{EX}b> <{SKOS}prefLabel> "乙县"@zh ; {broader} <{EX}a> .'
        f'<{EX}c> <{SKOS}prefLabel> "丙村"@zh ; {broader} <{EX}a> , <{EX}c> .'.encode(),
        format=ox.RdfFormat.TURTLE,
    )
    found = read(Store(store), Mention("m", "丙村"), Mention("n", "甲镇"))
    assert len(found.entries) == 3
    assert meant(found, Mention("m", "丙村")) == "c"


@pytest.mark.parametrize("name", ['"} UNION {?s ?p ?o}#', "a\\", "甲\u2028乙", "'''", "x" * 900])
def test_no_name_becomes_syntax(service: Store, name: str) -> None:
    assert read(service, Mention("m", name)).rows == 0


def test_a_text_is_no_name() -> None:
    store = ox.Store()
    long = "长" * 201
    data = (
        f'<{EX}a> <{SKOS}prefLabel> "甲镇"@zh ; <{SKOS}altLabel> "{long}"@zh . <{EX}b> <{SKOS}prefLabel> "{long}"@zh .'
    )
    store.load(data.encode(), format=ox.RdfFormat.TURTLE)
    assert [(one.name, one.alt_names) for one in read(Store(store), whole=True).entries] == [("甲镇", ())]


def test_too_many_rows_are_an_error(service: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(against, "MOST_ROWS", 10)
    with pytest.raises(AnswerTooLargeError, match="more than 10 rows"):
        read(service, whole=True)


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("whole", [False, True])
def test_each_fault_of_a_service_is_told_when_linking_against_it(faults: FaultServer, fault: str, whole: bool) -> None:
    expected = FAULTS[fault]
    reader = RemoteReader.open(faults.url(fault), SECONDS, 1_000_000)
    with (
        contextlib.closing(reader),
        contextlib.nullcontext() if expected is None else pytest.raises(expected) as caught,
    ):
        against.read(reader, PROFILE, [Mention("m", "青禾区")], whole=whole, each=SECONDS / (10 if whole else 1))
    assert expected is None or type(caught.value) is expected


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_service_is_told_when_a_query_calls_it(faults: FaultServer, fault: str) -> None:
    url = faults.url(fault)
    query = QueryRequest(f"SELECT ?s {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    services = Services.read([url])
    client = HttpClient(services.find(url), 1_000_000)
    calls = Federation(services, lambda *_: client, Settings(service_timeout=SECONDS))
    expected = FAULTS[fault]
    with (
        contextlib.closing(client),
        contextlib.nullcontext() if expected is None else pytest.raises(expected) as caught,
    ):
        evaluate(ox.Store(), query, io.BytesIO(), calls)
    assert expected is None or type(caught.value) is expected


def rows(second: bytes) -> bytes:
    """An answer of two rows with all columns that anything here asks for; the second is to go wrong."""
    first = b'{"thing":{"type":"uri","value":"https://example.org/a"}}'
    return b'{"head":{"vars":["s","thing"]},"results":{"bindings":[' + first + b"," + second + b"]}}"


@pytest.mark.parametrize("called", [False, True])
@pytest.mark.parametrize("second", [b'{"thing":{"type":"nothing","value":"x"}}', b'{"thing":', b"{}"])
def test_an_error_holds_nothing_that_must_end_in_its_thread(
    called: bool, second: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's answers may be let go in the thread alone that made them; errors keep frames until whenever."""

    class Canned(Store):
        def ask(self, *_: Any) -> Reply:
            return Reply(200, {"content-type": JSON_RESULTS}, io.BytesIO(rows(second)), True)

    monkeypatch.setattr(against, "MOST_ROWS", 1)
    held: list[BaseException] = []
    try:
        if called:
            calls = federation(Canned(ox.Store()), max_service_rows=1)
            query = f"SELECT ?s {{ SERVICE <{SERVICE}> {{ ?s ?p ?thing }} }}"
            evaluate(ox.Store(), QueryRequest(query), io.BytesIO(), calls)
        else:
            read(Canned(ox.Store()), Mention("m", "青禾区"))
    except (RemoteAnswerError, AnswerTooLargeError) as error:
        held.append(error)
    assert held
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    gc.collect()


def test_columns_that_were_not_asked_for_are_told() -> None:
    class Other(Store):
        def ask(self, query: str, *rest: Any) -> Any:
            return super().ask("SELECT ?x { ?x ?y ?z }", *rest)

    with pytest.raises(RemoteAnswerError, match="other columns"):
        read(Other(ox.Store()), Mention("m", "青禾区"))


def test_values_of_another_kind_than_was_asked_for_are_passed_over() -> None:
    class Strange(Store):
        def ask(self, query: str, *rest: Any) -> Any:
            return super().ask(
                'SELECT ?thing ?p ?value { VALUES (?thing ?p ?value) { ("a" "b" "c") (UNDEF <x:p> 1) } }', *rest
            )

    assert read(Strange(ox.Store()), Mention("m", "青禾区")).entries == []
    assert read(Strange(ox.Store()), whole=True).entries == []


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def endpoint() -> Iterator[str]:
    """A SPARQL endpoint on loopback that takes forms."""
    store = ox.Store()
    store.load(ntriples(), format=ox.RdfFormat.N_TRIPLES)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            body = store.query(form["query"][0]).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://user:secret@127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


def test_the_command_links_against_a_service_and_keeps_what_it_read(
    endpoint: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mentions, links, kept = (tmp_path / name for name in ("mentions.tsv", "links.sssom.tsv", "kept.tsv"))
    mentions.write_text("id\tname\tcontext\nm1\t青禾区\t江岚省/清川市\nm2\t别处镇\t\n", encoding="utf-8")
    assert run(["link", str(mentions), "--against", endpoint, "--keep", str(kept), "-o", str(links)]) == 0
    told = capfd.readouterr().err
    assert "127.0.0.1 answered" in told
    text = links.read_text(encoding="utf-8")
    assert "secret" not in text + told
    assert f'#object_source: "{endpoint.replace("user:secret@", "")}"' in text
    rows = [row for row in csv.reader(text.splitlines(), delimiter="\t") if not row[0].startswith("#")]
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["subject_id"], first["object_id"], first["decision"]) == ("m1", EX + "900101", "accept")
    again = Matcher(read_register(kept)).match(Mention("m1", "青禾区", ("江岚省", "清川市"))).best
    assert again is not None
    assert again.entry.id == EX + "900101"


def test_there_is_one_register(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.tsv").write_text("id\tname\n1\t甲镇\n", encoding="utf-8")
    both = ["--to", str(tmp_path / "m.tsv"), "--against", "http://127.0.0.1:1/sparql"]
    assert run(["link", str(tmp_path / "m.tsv"), *both]) == 2
    assert "more than one register" in capfd.readouterr().err
    assert run(["link", str(tmp_path / "m.tsv"), "--against", "file:///etc/passwd"]) == 2
    assert "no URL of an endpoint" in capfd.readouterr().err
    assert run(["link", str(tmp_path / "m.tsv"), "--against", "http://127.0.0.1:1/sparql"]) == 1
    assert "cannot be reached" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--to", "register.tsv", "--keep", "kept.tsv"], "--keep is for a SPARQL service."),
        (["--to", "register.tsv", "--whole"], "--whole is for a SPARQL service."),
        (["--profile", "profile.json"], "--profile is for a SPARQL service."),
        (
            ["--to", "register.tsv", "--by", "id", "--service-timeout", "0"],
            "--service-timeout is for a SPARQL service.",
        ),
        (["--against", "http://127.0.0.1:1/sparql", "--keep", "mentions.tsv"], "mentions.tsv is read"),
        (["--against", "http://127.0.0.1:1/sparql", "--keep", "reviewed.tsv"], "reviewed.tsv is read"),
        (["--against", "http://127.0.0.1:1/sparql", "--keep", "profile.json"], "profile.json is read"),
        (["--against", "http://127.0.0.1:1/sparql", "--keep", "new.tsv"], "new.tsv cannot hold both"),
        (["--against", "http://127.0.0.1:1/sparql", "-o", "mentions.tsv"], "mentions.tsv is read"),
        (["--to", "register.tsv", "-o", "register.tsv"], "register.tsv is read"),
    ],
)
def test_options_are_not_passed_over_and_nothing_that_is_read_is_written_over(
    options: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mentions.tsv", "register.tsv", "reviewed.tsv", "profile.json"):
        Path(name).write_text("id\tname\n1\t甲镇\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    more = ["-o", "new.tsv", "--reviewed", "reviewed.tsv"]
    if "profile.json" in options and "--keep" in options:
        more += ["--profile", "profile.json"]
    assert run(["link", "mentions.tsv", *more, *options]) == 2
    assert told in capfd.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


# --- real servers -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("program", ["oxigraph", "virtuoso"])
def test_real_servers_are_linked_against(program: str, tmp_path: Path) -> None:
    more = "".join(
        f'<{EX}v{n}> <{SKOS}prefLabel> "{n}号村"@zh .\n' for n in range(10_100)
    )  # more than Virtuoso gives at once
    data = ntriples(more)
    started = endpoints.oxigraph(data) if program == "oxigraph" else endpoints.virtuoso(data, tmp_path)
    mentions = [
        Mention("m1", "太平镇", ("清川市", "临河区")),
        Mention("m2", "空家营镇", ("青禾区",)),
        Mention("m3", "77号"),
    ]
    with started as url:
        reader = RemoteReader.open(url, 60, 2**28)
        found = against.read(reader, PROFILE, mentions, whole=False, each=60)
        assert [meant(found, one) for one in mentions] == ["900102100", "900101100", "v77"]
        everything = against.read(reader, PROFILE, mentions, whole=True, each=60)
        assert len(everything.entries) == len(set(read_register(REGISTER))) + 10_100
        reader.close()
