/** Both manifests are sound, agree with each other and with the scripts. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AppManifestUtils } from "@microsoft/app-manifest";
import { convert } from "office-addin-manifest-converter";
import { PANE_COMMANDS } from "../src/config.ts";
import { builtScript } from "./classic_engine.ts";
import { complaints } from "./manifest_lint.ts";
import { renderedTemplate } from "./rendered_manifest.ts";
import { all, only, parseXml } from "./xml_tree.ts";

const XML = renderedTemplate("manifest.xml");
const JSON_TEXT = renderedTemplate("manifest.json");
const root = parseXml(XML);

interface Unified {
  id: string;
  version: string;
  extensions: {
    runtimes: { code: { page: string; script?: string }; actions: { id: string }[] }[];
    ribbons: { tabs: { groups: { controls: { id: string }[] }[] }[] }[];
    autoRunEvents: { events: { type: string; actionId: string; options?: { sendMode: string } }[] }[];
    alternates: { hide: { customOfficeAddin: { officeAddinId: string } } }[];
  }[];
}

const unified = JSON.parse(JSON_TEXT) as Unified;

async function schemaErrors(text: string): Promise<unknown[]> {
  return AppManifestUtils.validateAgainstSchema(JSON.parse(text) as never);
}

test("no placeholder is left after rendering", () => {
  assert.doesNotMatch(XML + JSON_TEXT, /@@/);
});

test("the XML manifest breaks no structural rule", () => {
  assert.deepEqual(complaints(root, Buffer.byteLength(XML)), []);
});

const DAMAGE: Record<string, (text: string) => string> = {
  "The children of OfficeApp are out of order": (text) =>
    text.replace(/(<Id>.*<\/Id>)\s*(<Version>.*<\/Version>)/, "$2$1"),
  "The resource Pane.Url is not declared": (text) =>
    text.replace('bt:Url id="Pane.Url"', 'bt:Url id="Other.Url"'),
  "Softblock is no send mode": (text) => text.replaceAll("SoftBlock", "Softblock"),
  "http://guard.example.org/ is not https": (text) =>
    text.replace('https://guard.example.org/"', 'http://guard.example.org/"'),
  "“Atesaki” needs one Japanese text": (text) =>
    text.replace(/<bt:Override Locale="ja-JP" Value="宛先確認"\/>/, ""),
  "The control atesakiPane is declared twice": (text) => text.replace("atesakiMeetingPane", "atesakiPane"),
  "The launch events run in another runtime": (text) =>
    text.replace('<Runtime resid="Commands.Url">', '<Runtime resid="Pane.Url">'),
};

for (const [sentence, damage] of Object.entries(DAMAGE)) {
  test(`the structural rules find: ${sentence}`, () => {
    assert.ok(complaints(parseXml(damage(XML)), 1).includes(sentence));
  });
}

test("the overrides apply from Mailbox 1.12 on, the rest installs from 1.5", () => {
  assert.equal(only(root, "bt:Sets").attributes.DefaultMinVersion, "1.12");
  assert.equal(only(root, "Set").attributes.MinVersion, "1.5");
  assert.equal(only(root, "Permissions").text, "ReadWriteItem");
});

test("every handler of both manifests is one that the script registers", () => {
  const registered = [...builtScript().matchAll(/Office\.actions\.associate\(\s*"(\w+)"/g)].map(
    (match) => match[1],
  );
  const inXml = all(root, "LaunchEvent").map((node) => node.attributes.FunctionName);
  const inJson = unified.extensions[0]?.autoRunEvents[0]?.events.map((each) => each.actionId);
  const actions = unified.extensions[0]?.runtimes[0]?.actions.map((each) => each.id);
  assert.deepEqual(inXml, registered);
  assert.deepEqual(inJson, registered);
  assert.deepEqual(actions, registered);
});

test("the controls that the dialog opens exist in both manifests", () => {
  const commands = Object.values(PANE_COMMANDS);
  const inXml = all(root, "Control").map((node) => node.attributes.id);
  const groups =
    unified.extensions[0]?.ribbons.flatMap((ribbon) => ribbon.tabs.flatMap((tab) => tab.groups)) ?? [];
  const inJson = groups.flatMap((group) => group.controls.map((control) => control.id));
  assert.deepEqual(inXml, commands);
  assert.deepEqual(inJson, commands);
});

test("the unified manifest hides its XML twin, which has another id", () => {
  const hidden = unified.extensions[0]?.alternates[0]?.hide.customOfficeAddin.officeAddinId;
  assert.equal(hidden, root.children[0]?.text);
  assert.notEqual(unified.id, hidden);
});

test("the unified manifest passes Microsoft's schema, and a wrong send mode doesn't", async () => {
  assert.deepEqual(await schemaErrors(JSON_TEXT), []);
  assert.notDeepEqual(await schemaErrors(JSON_TEXT.replaceAll("softBlock", "SoftBlock")), []);
});

test("the converter turns the XML manifest into one that passes Microsoft's schema", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atesaki-"));
  try {
    await writeFile(join(folder, "manifest.xml"), XML);
    await convert(join(folder, "manifest.xml"), folder, false);
    const converted = await readFile(join(folder, "manifest.json"), "utf8");
    assert.deepEqual(await schemaErrors(converted), []);
    assert.match(converted, /"messageSending"/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the Japanese texts of the unified manifest name places that exist", () => {
  const texts = JSON.parse(renderedTemplate("ja-jp.json")) as Record<string, string>;
  const places = Object.keys(texts).filter((key) => key !== "$schema");
  for (const place of places) {
    const found = place
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], unified);
    assert.equal(typeof found, "string", place);
  }
});

for (const [file, size] of [
  ["icon-16", 16],
  ["icon-32", 32],
  ["icon-64", 64],
  ["icon-80", 80],
  ["icon-128", 128],
  ["color", 192],
  ["outline", 32],
] as const) {
  test(`the icon ${file} is a PNG of ${String(size)} pixels`, async () => {
    const bytes = await readFile(new URL(`../icons/${file}.png`, import.meta.url));
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [size, size]);
  });
}
