import type { Failure, FailureCode } from './errors.ts';

/** Builds a failure; `cause` keeps the technical text for the one-click detail. */
export function failure(
  code: FailureCode,
  params: Readonly<Record<string, string>> = {},
  cause: unknown = null,
): Failure {
  const text = cause instanceof Error ? cause.message : cause === null || cause === undefined ? null : String(cause);
  return { code, params: { ...params }, cause: text === null ? null : text.slice(0, 4_000) };
}
