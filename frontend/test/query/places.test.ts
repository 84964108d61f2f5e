import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row, Value } from "../../src/query/asking";
import { address } from "../../src/lib/things";
import { exploring } from "../../src/query/exploring";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } }); // whose words the module reads as it loads
const { frame, places, step } = await import("../../src/query/places");

const DOUBLE = "http://www.w3.org/2001/XMLSchema#double";
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const degree = (value: string): Value => ({ type: "literal", value, datatype: DOUBLE });
const wkt = (value: string): Row => ({ where: { type: "literal", value, datatype: WKT } });

test("two columns of degrees are a place", () => {
  const rows: Row[] = [{ lat: degree("33.57"), long: degree("114.01") }, { lat: degree("91"), long: degree("0") }, { lat: degree("33.57") }, { lat: { type: "literal", value: "33" }, long: degree("1") }];
  assert.deepEqual(places(["name", "lat", "long"], rows).map(({ lat, lon }) => [lat, lon]), [[33.57, 114.01]]);
  assert.deepEqual(places(["latitude", "纬度"], rows), []);
});

test("a point of WKT is a place, in WGS 84 only", () => {
  const rows = [wkt("POINT(114.01 33.57)"), wkt("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (-1.5e1 0)"), wkt("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(33 114)"), wkt("LINESTRING(0 0, 1 1)"), wkt("POINT(181 0)")];
  assert.deepEqual(places(["where"], rows).map(({ lat, lon }) => [lat, lon]), [[33.57, 114.01], [0, -15]]);
});

test("a frame holds all points, and one point too", () => {
  for (const points of [[[33, 114]], [[33, 114], [34.5, 110]], [[-89, -180], [90, 180]]]) {
    const all = points.map(([lat, lon]) => ({ lat: lat!, lon: lon!, row: {} }));
    const part = frame(all);
    for (const { lat, lon } of all) {
      assert.ok(part.x(lon) >= 0 && part.x(lon) <= 820 && part.y(lat) >= 0 && part.y(lat) <= 520);
      assert.ok(lat >= part.south - 1e-9 && lat <= part.north + 1e-9 && lon >= part.west - 1e-9 && lon <= part.east + 1e-9);
    }
    assert.ok(part.perDegree > 0);
  }
});

test("lines of a graticule are a few, at round numbers", () => {
  for (const [extent, expected] of [[10, 2], [1, 0.2], [180, 50], [0.022, 0.005], [3, 1]] as const) assert.ok(Math.abs(step(extent) - expected) < 1e-9, String(step(extent)));
});

test("the things of an answer are opened in the explorer, each once", () => {
  const thing = (name: string): Value => ({ type: "uri", value: `https://w3id.org/yuanhui-kg/id/${name}` });
  assert.deepEqual(exploring([{ a: thing("x"), b: thing("y%20z") }, { a: thing("x"), b: { type: "uri", value: "http://elsewhere/x" } }]), { link: "/explore?iri=https%3A%2F%2Fw3id.org%2Fyuanhui-kg%2Fid%2Fx&iri=https%3A%2F%2Fw3id.org%2Fyuanhui-kg%2Fid%2Fy%2520z", shown: 2, all: 2 });
  assert.equal(exploring([{ a: { type: "literal", value: "x" } }]).link, "");
  const many = exploring(Array.from({ length: 90 }, (_, index) => ({ a: thing(`t${index}`) })));
  assert.deepEqual([many.shown, many.all], [50, 90]);
});

test("what the graph knows has a page, whatever its IRI", () => {
  assert.equal(address("https://w3id.org/yuanhui-kg/id/foo.ttl"), "/page/foo.ttl");
  assert.equal(address("https://w3id.org/yuanhui-kg/id/a%2Fb"), "/page?iri=https%3A%2F%2Fw3id.org%2Fyuanhui-kg%2Fid%2Fa%252Fb");
  assert.equal(address("urn:uuid:1"), undefined);
  assert.equal(address("urn:uuid:1", true), "/page?iri=urn%3Auuid%3A1");
  assert.equal(address("http://e/x"), "http://e/x");
  assert.equal(address("http://e/x", true), "/page?iri=http%3A%2F%2Fe%2Fx");
});
