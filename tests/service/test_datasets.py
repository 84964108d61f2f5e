"""Several graphs at once: TriG and N-Quads sent to the address of the store itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from writable import WITH_TOKEN

TYPES = ("application/trig", "application/n-quads")
DOCUMENT = b"""_:x <http://e/p> <http://e/g> <http://e/g> .
<http://e/s> <http://e/p> _:x <http://e/g> .
_:x <http://e/p> "2" <http://e/h> .
<http://e/s> <http://e/p> "3" .
"""


def document(media_type: str) -> bytes:
    quads = ox.parse(DOCUMENT, format=ox.RdfFormat.N_QUADS)
    return ox.serialize(quads, format=ox.RdfFormat.from_media_type(media_type)) or b""


def quads(client: FlaskClient) -> list[ox.Quad]:
    """All that the store holds."""
    found = client.get("/graphs", headers={"Accept": "application/n-quads"})
    return list(ox.parse(found.data, format=ox.RdfFormat.N_QUADS))


def send(client: FlaskClient, method: str, body: bytes, media_type: str, **headers: str) -> int:
    given = WITH_TOKEN | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open("/graphs", method=method, data=body, content_type=media_type, headers=given).status_code


@pytest.mark.parametrize("media_type", TYPES)
def test_several_graphs_are_added_to_those_there_are(writable: FlaskClient, media_type: str) -> None:
    for name in ("g", "h"):
        writable.delete(f"/graphs?graph=http://e/{name}", headers=WITH_TOKEN)
    before = [quad for quad in quads(writable) if quad.subject != ox.NamedNode("http://e/s")]
    assert send(writable, "POST", document(media_type), media_type) == 204
    added = [quad for quad in quads(writable) if quad not in before]
    assert sorted(str(quad.graph_name) for quad in added) == ["<http://e/g>", "<http://e/g>", "<http://e/h>", "DEFAULT"]
    shared = {quad.object for quad in added} & {quad.subject for quad in added}
    assert len(shared) == 1  # a node without a name is the same in all of a document's graphs


@pytest.mark.parametrize("media_type", TYPES)
def test_several_graphs_are_put_in_the_place_of_all_there_are(writable: FlaskClient, media_type: str) -> None:
    writable.put("/graphs?graph=http://e/other", data=b"", content_type="text/turtle", headers=WITH_TOKEN)
    assert send(writable, "PUT", document(media_type), media_type) == 204
    assert len(quads(writable)) == 4
    assert writable.get("/graphs?graph=http://e/other").status_code == 404
    read = writable.get("/graphs", headers={"Accept": media_type}).data
    assert send(writable, "PUT", read, media_type) == 204
    assert len(quads(writable)) == 4


@pytest.mark.parametrize("media_type", TYPES)
def test_what_cannot_be_done_changes_nothing(writable: FlaskClient, media_type: str) -> None:
    send(writable, "PUT", document(media_type), media_type)
    for method in ("PUT", "POST"):
        assert send(writable, method, b"<http://e/a> <http://e/b> 1 .\n<", media_type) == 400
        assert send(writable, method, b"", media_type, If_None_Match="*") == 400
        assert send(writable, method, b"", media_type, If_Match='"x"') == 400
        assert writable.open("/graphs", method=method, data=b"", content_type=media_type).status_code == 401
    assert send(writable, "PUT", b"<http://e/a> <http://e/b> <http://e/c> .", "text/turtle") == 400
    assert len(quads(writable)) == 4
