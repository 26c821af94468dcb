// Runs `web-ext lint` on the built extension; it speaks for Firefox, so it gets a copy without what only Chrome knows.
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../dist/gmail/extension/", import.meta.url));

/** InboxSDK as it comes from npm: we can mend none of the 45 places where it writes HTML or calls `Function`. */
const FOREIGN = ["inboxsdk.js", "pageWorld.js"];

const GECKO = {
  id: "gmail@atesaki.example",
  strict_min_version: "142.0",
  data_collection_permissions: { required: ["personalCommunications"] },
};

const copy = await mkdtemp(join(tmpdir(), "atesaki-lint-"));
try {
  await cp(built, copy, { recursive: true });
  for (const name of FOREIGN) {
    await writeFile(join(copy, name), "");
  }
  const manifest = JSON.parse(await readFile(join(copy, "manifest.json"), "utf8"));
  manifest.background = { scripts: ["worker.js"], type: "module" };
  manifest.browser_specific_settings = { gecko: GECKO };
  delete manifest.key;
  delete manifest.minimum_chrome_version;
  await writeFile(join(copy, "manifest.json"), JSON.stringify(manifest));
  const lint = ["web-ext", "lint", "--source-dir", copy, "--warnings-as-errors", "--no-config-discovery"];
  process.exitCode = spawnSync("npx", lint, { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}
