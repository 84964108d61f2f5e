import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../../src/query/asking";

/** The outcome of a query to which a service answers this. */
async function outcome(body: string, headers: Record<string, string>): Promise<unknown> {
  const original = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response(body, { headers }));
  try {
    return await ask("ASK {}", "en");
  } finally {
    globalThis.fetch = original;
  }
}

const JSON_RESULTS = { "Content-Type": "application/sparql-results+json" };

test("what an answer leaves open is told with it, whatever its kind", async () => {
  const open = { "X-Failed-Services": "a.example.org, b.example.org", "X-Missing-Graphs": "<urn:g?a,b>, <urn:h>" };
  const told = { failed: ["a.example.org", "b.example.org"], missing: ["<urn:g?a,b>", "<urn:h>"] };
  assert.deepEqual(await outcome('{"head":{},"boolean":true}', { ...JSON_RESULTS, ...open }), { kind: "boolean", value: true, ...told });
  assert.deepEqual(await outcome("<a> <b> <c> .", { "Content-Type": "text/turtle", ...open }), { kind: "graph", text: "<a> <b> <c> .", ...told });
  const rows = '{"head":{"vars":["a"]},"results":{"bindings":[]}}';
  assert.deepEqual(await outcome(rows, { ...JSON_RESULTS, ...open }), { kind: "solutions", variables: ["a"], rows: [], ...told });
});

test("a whole answer leaves nothing open", async () => {
  assert.deepEqual(await outcome('{"head":{},"boolean":false}', JSON_RESULTS), { kind: "boolean", value: false, failed: [], missing: [] });
});
