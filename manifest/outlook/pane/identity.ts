/** Nested app authentication (outlook.md §4.1): a token of the person signed in to Outlook, without a dialog. */

import type { IPublicClientApplication } from "@azure/msal-browser";
import { createNestablePublicClientApplication } from "@azure/msal-browser";
import type { Entra } from "../src/config.ts";

let application: Promise<IPublicClientApplication> | null = null;

/** An access token for our API; rejects where the client or its session has none. */
async function nestedToken({ clientId, authority, scope }: Entra): Promise<string> {
  application ??= createNestablePublicClientApplication({ auth: { clientId, authority } });
  const msal = await application;
  const result = await msal.acquireTokenSilent({ scopes: [scope] });
  return result.accessToken;
}

// For the access to Office.js, which launchevent.js bundles as a script that can't import.
Object.assign(globalThis, { atesakiNestedToken: nestedToken });
