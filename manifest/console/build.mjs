// Copies htmx into dist/console, from where the backend serves it as /static/htmx.js.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const out = fileURLToPath(new URL("../dist/console/", import.meta.url));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await cp(fileURLToPath(import.meta.resolve("htmx.org/dist/htmx.min.js")), `${out}htmx.js`);
