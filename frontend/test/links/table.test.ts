import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, written } from "../../src/links/table";

const PLAIN = "#mapping_set_id: x\nsubject_id\tobject_id\tdecision\tproposed\nm1\tr1\treview\treview\nm1\tr2\tnone\tnone\n";

test("what comes in goes out again", () => {
  const table = parse(PLAIN);
  assert.ok(table);
  assert.equal(written(table), PLAIN);
});

test("a table from a spreadsheet is read: a mark, quotes, Windows lines, padded comments, other columns", () => {
  const text = '\ufeff"#mapping_set_id: x"\t\t\t\r\nnote\tdecision\tobject_id\tsubject_id\r\n"a ""b""\tc"\treview\tr1\tm1\r\n5" pipe\taccept\tr2\tm2\t\r\n';
  const table = parse(text);
  assert.ok(table);
  assert.deepEqual(table.comments, ["#mapping_set_id: x"]);
  assert.deepEqual(table.columns, ["note", "decision", "proposed", "object_id", "subject_id"]);
  assert.deepEqual(
    table.rows.map((row) => [row.get("note"), row.get("decision"), row.get("proposed")]),
    [
      ['a "b"\tc', "review", "review"],
      ['5" pipe', "accept", "accept"],
    ],
  );
  assert.match(written(table), /^#mapping_set_id: x\nnote\tdecision/);
});

for (const text of ["", "id\tname\n1\tx\n", '"', "#only comments\n", "\t\t\n"]) {
  test(`no table of links: ${JSON.stringify(text)}`, () => assert.equal(parse(text), undefined));
}
