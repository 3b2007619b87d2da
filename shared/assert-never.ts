/** The compiler proves that a `switch` over a closed union has no hole. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
