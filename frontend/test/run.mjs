// Runs test/**/*.test.ts with Node.js's own runner: `npm test`; `node test/run.mjs NAME` those whose path has NAME in it. They
// are bundled first, as the pages' scripts are.

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const tests = (await readdir(here, { recursive: true })).filter(
  (name) => name.endsWith(".test.ts") && name.includes(process.argv[2] ?? ""),
);
const folder = await mkdtemp(path.join(os.tmpdir(), "yuanhui-kg-frontend-"));
try {
  await build({
    entryPoints: tests.map((name) => path.join(here, name)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".mjs"));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files.map((name) => path.join(folder, name))], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
