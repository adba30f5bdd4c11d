/**
 * Waits for all promises, even when one fails, so that the memory they use can be freed; then throws the first
 * failure. `onFailure` may stop the others early.
 */
export async function settleAll<T>(
  promises: readonly Promise<T>[],
  onFailure: (error: unknown) => void = () => {},
): Promise<T[]> {
  for (const promise of promises) promise.catch(onFailure);
  const settled = await Promise.allSettled(promises);
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
