const units: readonly string[] = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size for people: `213 MB`, `1.4 GB`; steps of 1024. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** The size that `formatBytes` wrote, as exactly as it says; null for anything else. */
export function readBytes(text: string): number | null {
  const [, value = '', unit = ''] = /^(\d+(?:\.\d)?) ([KMGT]?B)$/.exec(text) ?? [];
  const power = units.indexOf(unit);
  return power === -1 ? null : Number(value) * 1024 ** power;
}
