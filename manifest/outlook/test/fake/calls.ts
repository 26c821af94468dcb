/** How Office.js answers: asynchronously, through the last argument, with a result object. */

/** What goes wrong on purpose: the call throws, fails, answers late, or never. */
export type Fault = "throw" | "fail" | "late" | "hang";

/** Milliseconds that a late call takes; longer than Send waits for one, in tests. */
const LATE = 250;

export interface Refusal {
  readonly code: number;
  readonly name: string;
}

type Callback = (result: unknown) => void;

export class Calls {
  /** By name of the call, such as `to.getAsync`; `*` is every call. */
  readonly faults = new Map<string, Fault>();
  readonly made: string[] = [];

  /** Runs `work` for the call `name` and answers the callback among `args` in a later macrotask. */
  answer(name: string, args: readonly unknown[], work: (given: readonly unknown[]) => unknown): void {
    this.made.push(name);
    const fault = this.faults.get(name) ?? this.faults.get("*");
    if (fault === "throw") {
      throw new Error(`${name} threw`);
    }
    const callback = args.findLast((each): each is Callback => typeof each === "function");
    const asyncContext = (args.at(-2) as { asyncContext?: unknown } | undefined)?.asyncContext;
    if (fault !== "hang") {
      const after = fault === "late" ? LATE : 0;
      setTimeout(() => callback?.({ ...this.#result(fault, args, work), asyncContext }), after);
    }
  }

  #result(
    fault: Fault | undefined,
    args: readonly unknown[],
    work: (given: readonly unknown[]) => unknown,
  ): object {
    if (fault === "fail") {
      return failed({ code: 9020, name: "GenericResponseError" });
    }
    try {
      return { status: "succeeded", value: work(args.filter((each) => typeof each !== "function")) };
    } catch (error) {
      return failed(error as Refusal);
    }
  }
}

function failed(refusal: Refusal): object {
  return { status: "failed", error: { code: refusal.code, name: refusal.name, message: refusal.name } };
}

/** An Office error to be thrown inside `work`; it reaches the callback as a failed result. */
export function refuse(code: number, name: string): never {
  throw Object.assign(new Error(name), { code, name });
}
