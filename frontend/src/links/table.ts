// A table of links (SSSOM/TSV) as a file has it: comments, columns, rows. What comes in goes out again, whatever it is.

export interface Table {
  /** Lines before the header, as they are. */
  readonly comments: readonly string[];
  readonly columns: string[];
  readonly rows: Map<string, string>[];
}

export const NEEDED = ["subject_id", "object_id", "decision"] as const;

/** Undefined where it is no table of links. */
export function parse(text: string): Table | undefined {
  const lines = records(text.replace(/^\ufeff/, ""));
  const start = lines.findIndex((cells) => !(cells[0] ?? "").startsWith("#") && cells.some(Boolean));
  const columns = (lines[start] ?? []).map((cell) => cell.trim());
  if (!NEEDED.every((name) => columns.includes(name))) return undefined;
  const rows = lines
    .slice(start + 1)
    .filter((cells) => cells.some(Boolean))
    .map((cells) => new Map(columns.map((column, place) => [column, cells[place] ?? ""])));
  const comments = lines.slice(0, start).map((cells) => cells.join("\t").trimEnd());
  return { comments: comments.filter(Boolean), columns, rows: proposed(columns, rows) };
}

/** What the matcher said stays beside what a person says. */
function proposed(columns: string[], rows: Map<string, string>[]): Map<string, string>[] {
  if (columns.includes("proposed")) return rows;
  columns.splice(columns.indexOf("decision") + 1, 0, "proposed");
  for (const row of rows) row.set("proposed", row.get("decision") ?? "");
  return rows;
}

/** As text; what would end a cell becomes a blank. */
export function written(table: Table): string {
  const line = (cells: readonly string[]) => cells.map((cell) => cell.replace(/[\t\r\n]+/g, " ")).join("\t");
  const rows = table.rows.map((row) => line(table.columns.map((column) => row.get(column) ?? "")));
  return [...table.comments, line(table.columns), ...rows, ""].join("\n");
}

/** Cells by line; a cell that begins with a quotation mark ends with one, and a doubled one within it is one. */
function records(text: string): string[][] {
  const found: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string;
    const end = text[at] === '"' ? closing(text, at + 1) : -1;
    if (end > 0) {
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const stop = next(text, at);
      cell = text.slice(at, stop);
      at = stop;
    }
    cells.push(cell);
    if (text[at] === "\t") {
      at += 1;
      if (at === text.length) cells.push("");
      continue;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    found.push(cells);
    cells = [];
  }
  if (cells.length) found.push(cells);
  return found;
}

/** Where a cell that was opened by a quotation mark closes: before a tab or the end of a line. -1: it does not. */
function closing(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') at += 1;
    else return at + 1 === text.length || "\t\r\n".includes(text[at + 1] as string) ? at : -1;
  }
  return -1;
}

function next(text: string, from: number): number {
  const ends = /[\t\r\n]/g;
  ends.lastIndex = from;
  return ends.exec(text)?.index ?? text.length;
}
