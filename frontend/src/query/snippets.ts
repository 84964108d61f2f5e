// A query as a program that asks it: text that can be pasted, whatever the query holds.

export const SNIPPETS = ["curl", "Python", "R", "JavaScript"] as const;
export type Snippet = (typeof SNIPPETS)[number];

/** The program in a language that asks `query` of the endpoint. */
export function snippet(language: Snippet, query: string, endpoint: string): string {
  const text = query.replace(/\0/g, "");
  return { curl, Python: python, R: r, JavaScript: javascript }[language](text, endpoint);
}

/** Between single quotes a shell reads every character as itself but the quote. */
function curl(query: string, endpoint: string): string {
  return `curl '${endpoint}' -H 'Accept: text/csv' --data-urlencode 'query=${query.replace(/'/g, `'\\''`)}'\n`;
}

function python(query: string, endpoint: string): string {
  const quoted = query.replace(/\\/g, "\\\\").replace(/"(?="|$)/g, '\\"');
  return `from SPARQLWrapper import JSON, SPARQLWrapper

endpoint = SPARQLWrapper("${endpoint}", returnFormat=JSON)
endpoint.setMethod("POST")
endpoint.setQuery("""${quoted.replace(/\r/g, "\\r")}""")
for row in endpoint.queryAndConvert()["results"]["bindings"]:
    print({name: value["value"] for name, value in row.items()})
`;
}

/** A raw string of R (4.0 or newer), with as many dashes as its end needs to stand in the text nowhere. */
function r(query: string, endpoint: string): string {
  let dashes = "";
  while (query.includes(`)${dashes}"`)) dashes += "-";
  return `library(httr)

query <- r"${dashes}(${query})${dashes}"
answer <- POST("${endpoint}", body = list(query = query), encode = "form", accept("text/csv"))
stop_for_status(answer)
rows <- read.csv(text = content(answer, "text", encoding = "UTF-8"))
print(rows)
`;
}

function javascript(query: string, endpoint: string): string {
  const quoted = query.replace(/[\\`]|\$(?=\{)/g, "\\$&").replace(/\r/g, "\\r");
  return `const query = \`${quoted}\`;
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "application/sparql-results+json" },
  body: new URLSearchParams({ query }),
});
if (!answer.ok) throw new Error(await answer.text());
console.table((await answer.json()).results.bindings);
`;
}
