// Lint rules of the client workspace: strict everywhere, stricter where classic Outlook runs the code.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const SOURCES = [
  "common/src/**/*.ts",
  "outlook/src/**/*.ts",
  "outlook/pane/**/*.ts",
  "gmail/extension/src/**/*.ts",
];

const HTML_SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((property) => ({
  property,
  message: "Everything shown is text: use textContent.",
}));

// What the classic Outlook engine before build 17425 fails to load (outlook.md §3.1): nothing of this may be
// in a module that launchevent.js bundles. The test of the built file proves it again.
const OLD_ENGINE = [
  ["ConditionalExpression", "The conditional operator keeps the script from loading in classic Outlook."],
  ["ChainExpression", "Optional chaining compiles to the conditional operator."],
  ["LogicalExpression[operator='??']", "?? compiles to the conditional operator."],
  [":function[async=true]", "async functions don't run in classic Outlook; chain promises."],
  ["ObjectExpression > SpreadElement", "Object spread is ES2018; use Object.assign."],
  ["PropertyDefinition", "Class fields compile to a helper with the conditional operator."],
].map(([selector, message]) => ({ selector, message }));

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // What Office.js hands over is not always what its types say.
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      "max-lines": ["error", 300],
    },
  },
  {
    files: SOURCES,
    rules: {
      "max-lines-per-function": ["error", 40],
      "no-restricted-properties": ["error", ...HTML_SINKS],
    },
  },
  {
    files: ["outlook/src/**/*.ts", "common/src/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...OLD_ENGINE],
      "@typescript-eslint/prefer-nullish-coalescing": "off",
      "@typescript-eslint/prefer-optional-chain": "off",
    },
  },
  {
    files: ["**/test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": "off",
      "max-lines": ["error", 400],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.mjs", "*.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", Buffer: "readonly", URL: "readonly" },
    },
  },
);
