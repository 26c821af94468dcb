/** A promise with a deadline, for engines without AbortController. */

/**
 * The outcome of `work`, or a rejection with `late` once `milliseconds` have passed.
 *
 * `work` is started inside, so what it throws at once is a rejection as well.
 */
export function within<T>(milliseconds: number, work: () => Promise<T>, late: Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late);
    }, milliseconds);
    const settled = () => {
      clearTimeout(timer);
    };
    started(work).then(resolve, reject).then(settled, settled);
  });
}

function started<T>(work: () => Promise<T>): Promise<T> {
  return Promise.resolve().then(work);
}
