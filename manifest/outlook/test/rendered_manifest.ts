/** The manifests as the backend renders them, with an example deployment. */

import { readFileSync } from "node:fs";

const VALUES: Record<string, string> = {
  XML_ID: "5d9c8f0e-6b0a-4a53-9a3f-1f2f6c0d7a11",
  JSON_ID: "5d9c8f0e-6b0a-4a53-9a3f-1f2f6c0d7a12",
  VERSION: "2026.1128.1455",
  BASE_URL: "https://guard.example.org",
  ORIGIN: "https://guard.example.org",
  HOST: "guard.example.org",
  ADDIN_URL: "https://guard.example.org/outlook/example-key-0123456789",
  CLIENT_ID: "11111111-2222-4333-8444-555555555555",
  RESOURCE: "api://guard.example.org/11111111-2222-4333-8444-555555555555",
};

export function template(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
}

export function renderedTemplate(name: string): string {
  return template(name).replace(/@@(\w+)@@/g, (found, key: string) => VALUES[key] ?? found);
}
