/** Changes recipients in Outlook as every client does. */

export * from "@atesaki/common/src/recipients/fix.ts";
