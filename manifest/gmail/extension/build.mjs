// Builds the unpacked extension into dist/gmail/extension.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../dist/gmail/extension/", import.meta.url));
const require = createRequire(import.meta.url);

const common = {
  bundle: true,
  absWorkingDir: here,
  charset: "utf8",
  target: "chrome123",
  legalComments: "eof",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".css": "text" },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

for (const [entry, name, more] of [
  ["src/content.ts", "content.js", { format: "iife" }],
  // Apart, because InboxSDK is 2 MB and needs a page that is there; Send is watched before that.
  ["src/inboxsdk/load.ts", "inboxsdk.js", { format: "iife", minify: true }],
  ["src/worker/worker.ts", "worker.js", { format: "esm" }],
  ["src/options/options.ts", "options.js", { format: "esm" }],
]) {
  await build({ ...common, ...more, entryPoints: [entry], outfile: out + name });
}

const icons = [16, 32, 128].map((size) => [`../../outlook/icons/icon-${size}.png`, `icons/icon-${size}.png`]);
for (const [from, to] of [
  ["manifest.json", "manifest.json"],
  ["managed_schema.json", "managed_schema.json"],
  ["rules.json", "rules.json"],
  ["_locales", "_locales"],
  ["src/options/options.html", "options.html"],
  ["src/options/options.css", "options.css"],
  ["../../../backend/atesaki/console/static/atesaki.css", "atesaki.css"],
  ...icons,
]) {
  await cp(here + from, out + to, { recursive: true });
}

// The script that InboxSDK runs in the page itself, at the place where it looks for it.
const pageWorld = await readFile(require.resolve("@inboxsdk/core/pageWorld.js"), "utf8");
await writeFile(`${out}pageWorld.js`, pageWorld.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
