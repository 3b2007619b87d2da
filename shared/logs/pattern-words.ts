/** A line's pattern as people read it: "letter by letter", or /RE2/. */
export function linePatternWords({
  test,
  value,
}: {
  readonly test: 'contains' | 'matches';
  readonly value: string;
}): string {
  return test === 'contains' ? `"${value}"` : `/${value}/`;
}
