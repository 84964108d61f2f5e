// Builds what the pages load: `node build.mjs [FOLDER]`. Each file of src/entries becomes a script of that name, its
// digest in the file's name; manifest.json says which, with what else it needs at once.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, "../src/yuanhui_kg/service/static/app"));
const entries = path.join(here, "src/entries");

const unfinished = `${target}.unfinished`;
await rm(unfinished, { recursive: true, force: true });
await mkdir(unfinished, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: (await readdir(entries)).filter((name) => /\.(ts|css)$/.test(name)).map((name) => path.join(entries, name)),
  outdir: unfinished,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // they are in LICENSES.txt
  metafile: true,
  logLevel: "warning",
});
await writeFile(path.join(unfinished, "manifest.json"), JSON.stringify(manifest(metafile.outputs), null, 1) + "\n");
await writeFile(path.join(unfinished, "LICENSES.txt"), await licences(metafile.inputs));
await rm(target, { recursive: true, force: true });
await rename(unfinished, target);

/** Name of each entry → its script, its style, and the chunks that it imports right away. */
function manifest(outputs) {
  const found = {};
  for (const [file, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const name = path.parse(output.entryPoint).name;
    const entry = (found[name] ??= { scripts: [], styles: [], chunks: [] });
    if (file.endsWith(".css")) entry.styles.push(path.basename(file));
    else {
      entry.scripts.push(path.basename(file));
      if (output.cssBundle) entry.styles.push(path.basename(output.cssBundle));
      entry.chunks.push(...imported(outputs, file));
    }
  }
  return found;
}

function imported(outputs, file, seen = new Set()) {
  for (const item of outputs[file].imports) {
    if (item.kind === "import-statement" && !item.external && !seen.has(item.path)) {
      seen.add(item.path);
      imported(outputs, item.path, seen);
    }
  }
  return [...seen].map((one) => path.basename(one)).sort();
}

/** The licences of all packages that went in, as they ask for. */
async function licences(inputs) {
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder) folders.add(folder);
  }
  const texts = [];
  for (const folder of [...folders].sort()) {
    const about = JSON.parse(await readFile(path.join(here, folder, "package.json"), "utf8"));
    const name = (await readdir(path.join(here, folder))).find((file) => /^(licen[cs]e|copying)/i.test(file));
    const text = name ? await readFile(path.join(here, folder, name), "utf8") : `${about.license}\n`;
    texts.push(`${about.name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
