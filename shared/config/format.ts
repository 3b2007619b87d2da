/** The configuration formats that can be read. */
export const configFormats = ['properties', 'yaml', 'json', 'ini', 'xml', 'env', 'manifest'] as const;
export type ConfigFormat = (typeof configFormats)[number];

const byEnding: Readonly<Record<string, ConfigFormat>> = {
  properties: 'properties',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  ini: 'ini',
  cnf: 'ini',
  xml: 'xml',
  env: 'env',
  mf: 'manifest',
};

/** The format that a file's name promises, or null where the name says nothing (`app.conf`). */
export function formatOf(path: string): ConfigFormat | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^\.env(?:\.|$)/.test(name)) return 'env';
  const ending = /\.([a-z]+)$/.exec(name)?.[1];
  return ending === undefined ? null : (byEnding[ending] ?? null);
}
