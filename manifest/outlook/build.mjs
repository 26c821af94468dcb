// Builds what the backend serves under /outlook/{deployment key}/ into dist/outlook.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../dist/outlook/", import.meta.url));

// One string literal for the backend to replace; the quotes are part of what it replaces (README.md).
const PLACEHOLDER = { ATESAKI_CONFIG: '"@@ATESAKI_CONFIG@@"' };

const common = { bundle: true, absWorkingDir: here, legalComments: "none", logLevel: "warning" };

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await build({
  ...common,
  entryPoints: ["src/launchevent.ts"],
  outfile: `${out}launchevent.js`,
  format: "iife",
  target: "es2016",
  charset: "utf8",
  define: PLACEHOLDER,
});
await build({
  ...common,
  entryPoints: ["pane/pane.ts"],
  outfile: `${out}pane.js`,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  define: PLACEHOLDER,
  external: ["./identity.js"],
});
// Apart from the pane, because most of its 300 KB are MSAL and only deployments with Entra load it.
await build({
  ...common,
  entryPoints: ["pane/identity.ts"],
  outfile: `${out}identity.js`,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
});
// Our own Outlook, for the browser tests; outside the folder that is served and installed.
await build({
  ...common,
  entryPoints: ["test/fake/browser.ts"],
  outfile: `${out}../fake/outlook.js`,
  format: "iife",
  target: "es2022",
});

const copies = {
  "pane/pane.html": "pane.html",
  "pane/commands.html": "commands.html",
  "../common/src/view/view.css": "view.css",
  "manifest.xml": "manifest.xml",
  "manifest.json": "manifest.json",
  "ja-jp.json": "ja-jp.json",
  icons: "icons",
};
for (const [from, to] of Object.entries(copies)) {
  await cp(`${here}${from}`, `${out}${to}`, { recursive: true, filter: (file) => !file.endsWith(".mjs") });
}
