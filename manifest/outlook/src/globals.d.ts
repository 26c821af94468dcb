/** All that the engine of classic Outlook offers besides ES2016 and Office.js: timers and fetch. */

declare function setTimeout(run: () => void, milliseconds: number): number;
declare function clearTimeout(timer: number): void;

interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

declare function fetch(
  url: string,
  options: { method: string; headers: Record<string, string>; body?: string },
): Promise<FetchAnswer>;
