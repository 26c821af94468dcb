/** A press of Send and its Idempotency-Key, for as long as nobody knows what the backend answered, or the message has not gone. */

/** `at` is when Send was pressed, in milliseconds since 1970. */
export interface Press {
  readonly key: string;
  readonly at: number;
}

/** Milliseconds for which the backend keeps an answer (ADR 0018). */
const KEPT = 900_000;

export function newPress(now: number): Press {
  return { key: onceOnly(), at: now };
}

/** Whether the backend may still have the answer; a clock that was set back makes an old press of a new one. */
export function stillKept({ at }: Press, now: number): boolean {
  return at <= now && now - at < KEPT;
}

/** Whether the backend knows the key of an earlier press for that of another message. */
export function ofAnother(error: unknown): boolean {
  const { status } = (error || {}) as { status?: number };
  return status === 422;
}

// Not a secret: it only tells two requests apart, so Math.random is enough where there is no crypto object.
export function onceOnly(): string {
  const part = () => Math.random().toString(36).slice(2, 12);
  return Date.now().toString(36) + "-" + part() + part();
}
