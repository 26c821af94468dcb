/** The structural rules of an add-in only manifest (outlook.md §5.1), because Microsoft's validator is online only. */

import type { Node } from "./xml_tree.ts";
import { all, only } from "./xml_tree.ts";

const ORDER: Record<string, readonly string[]> = {
  OfficeApp:
    "Id Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl SupportUrl AppDomains Hosts Requirements FormSettings Permissions Rule DisableEntityHighlighting VersionOverrides".split(
      " ",
    ),
  VersionOverrides:
    "Description Requirements Hosts Resources VersionOverrides WebApplicationInfo EquivalentAddins ExtendedPermissions".split(
      " ",
    ),
  DesktopFormFactor: ["SupportsSharedFolders", "FunctionFile", "ExtensionPoint"],
  Host: ["Runtimes", "DesktopFormFactor", "MobileFormFactor"],
  Control: ["Label", "Supertip", "Icon", "Action"],
  Resources: ["bt:Images", "bt:Urls", "bt:ShortStrings", "bt:LongStrings"],
};

const LIMITS: Record<string, number> = { "bt:ShortStrings": 125, "bt:LongStrings": 250, "bt:Urls": 2048 };
const SEND_MODES = ["PromptUser", "SoftBlock", "Block"];
const FILE_LIMIT = 256 * 1024;

/** Every broken rule as a sentence; an empty list is a sound manifest. */
export function complaints(root: Node, size: number): string[] {
  return [
    ...wrongOrder(root),
    ...all(root, "VersionOverrides").flatMap(wrongOrder),
    ...Object.keys(ORDER).flatMap((name) => all(root, name).flatMap(wrongOrder)),
    ...badResources(root),
    ...badUrls(root),
    ...badLaunchEvents(root),
    ...badControls(root),
    ...badLocales(root),
    ...(size > FILE_LIMIT ? ["The file is larger than 256 KB"] : []),
  ];
}

function wrongOrder(node: Node): string[] {
  const order = ORDER[node.name];
  if (!order) {
    return [];
  }
  const places = node.children.map((child) => order.indexOf(child.name));
  const unknown = node.children.filter((child) => !order.includes(child.name));
  const sorted = places.every((place, index) => index === 0 || (places[index - 1] ?? 0) <= place);
  return [
    ...unknown.map((child) => `${child.name} is not allowed in ${node.name}`),
    ...(sorted ? [] : [`The children of ${node.name} are out of order`]),
  ];
}

function badResources(root: Node): string[] {
  const declared = all(root).filter((node) => node.attributes.id && node.name.startsWith("bt:"));
  const ids = declared.map((node) => node.attributes.id ?? "");
  const used = all(root).flatMap((node) => (node.attributes.resid ? [node.attributes.resid] : []));
  return [
    ...used.filter((id) => !ids.includes(id)).map((id) => `The resource ${id} is not declared`),
    ...ids.filter((id) => !used.includes(id)).map((id) => `The resource ${id} is not used`),
    ...ids.filter((id) => id.length > 32).map((id) => `The resource id ${id} is longer than 32 characters`),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => `The resource ${id} is declared twice`),
    ...Object.entries(LIMITS).flatMap(([group, limit]) => tooLong(root, group, limit)),
  ];
}

function tooLong(root: Node, group: string, limit: number): string[] {
  const values = all(root, group).flatMap((node) => all(node));
  const texts = values.map((node) => node.attributes.DefaultValue ?? node.attributes.Value ?? "");
  return texts
    .filter((text) => text.length > limit)
    .map((text) => `“${text}” is longer than ${String(limit)} characters`);
}

function badUrls(root: Node): string[] {
  const texts = all(root).flatMap((node) => Object.values(node.attributes));
  const urls = texts.filter(
    (text) => /^[a-z]+:\/\//.test(text) && !/schemas\.microsoft\.com|w3\.org/.test(text),
  );
  return urls.filter((url) => !/^(https|api):\/\//.test(url)).map((url) => `${url} is not https`);
}

function badLaunchEvents(root: Node): string[] {
  const runtime = only(root, "Runtime");
  const point = all(root, "ExtensionPoint").find((node) => node.attributes["xsi:type"] === "LaunchEvent");
  const source = point?.children.find((node) => node.name === "SourceLocation");
  const events = all(root, "LaunchEvent");
  const modes = events.flatMap((node) => (node.attributes.SendMode ? [node.attributes.SendMode] : []));
  const types = events.map((node) => node.attributes.Type ?? "");
  return [
    ...(source?.attributes.resid === runtime.attributes.resid
      ? []
      : ["The launch events run in another runtime"]),
    ...(all(runtime, "Override").length === 1 ? [] : ["The runtime needs one script for classic Outlook"]),
    ...modes.filter((mode) => !SEND_MODES.includes(mode)).map((mode) => `${mode} is no send mode`),
    ...types
      .filter((type) => type.endsWith("Send") && modes.length < 2)
      .map((type) => `${type} has no send mode`),
    ...types
      .filter((type, index) => types.indexOf(type) !== index)
      .map((type) => `${type} is declared twice`),
  ];
}

function badControls(root: Node): string[] {
  const ids = all(root)
    .filter((node) => node.name === "Control" || node.name === "Group")
    .map((node) => node.attributes.id ?? "");
  return [
    ...ids
      .filter((id) => id === "" || id.length > 125)
      .map((id) => `The control id “${id}” is too short or long`),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => `The control ${id} is declared twice`),
  ];
}

function badLocales(root: Node): string[] {
  const spoken = all(root).filter((node) => ["DisplayName", "Description", "bt:String"].includes(node.name));
  const texts = spoken.filter((node) => node.attributes.DefaultValue !== undefined);
  return texts
    .filter((node) => node.children.filter((child) => child.attributes.Locale === "ja-JP").length !== 1)
    .map((node) => `“${node.attributes.DefaultValue ?? ""}” needs one Japanese text`);
}
