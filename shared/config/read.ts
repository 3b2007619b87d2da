import type { ConfigReading } from './entries.ts';
import { readEnv } from './env.ts';
import type { ConfigFormat } from './format.ts';
import { readIni } from './ini.ts';
import { readJson } from './json.ts';
import { readManifest } from './manifest.ts';
import { readProperties } from './properties.ts';
import { readXml } from './xml.ts';
import { readYamlConfig } from './yaml.ts';

const readers: { readonly [F in ConfigFormat]: (text: string) => ConfigReading } = {
  properties: readProperties,
  yaml: readYamlConfig,
  json: readJson,
  ini: readIni,
  xml: readXml,
  env: readEnv,
  manifest: readManifest,
};

/** Every key of a configuration file with its values and lines. Pure, never throws. */
export function readConfig(format: ConfigFormat, text: string): ConfigReading {
  return readers[format](text);
}
