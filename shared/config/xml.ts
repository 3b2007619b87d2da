import { SaxesParser } from 'saxes';
import { type ConfigReading, collect, mostDepth, type Put, unreadable } from './entries.ts';

interface Element {
  readonly key: string;
  readonly line: number;
  readonly text: string[];
  /** How many children of each name there were so far. */
  readonly children: Map<string, number>;
}

/**
 * XML as keys: `configuration/appender[2]/@name` (the first of its name carries no number), an element's own text
 * trimmed at both ends. Only the five predefined entities and character references are known; a document type is
 * passed over and nothing in it is ever expanded or fetched.
 */
export function readXml(text: string): ConfigReading {
  return collect((put) => {
    const parser = new SaxesParser();
    const open: Element[] = [];
    let line = 1;
    parser.on('error', (error) => unreadable(error.message.replace(/^\d+:\d+: /, ''), parser.line));
    parser.on('opentagstart', () => {
      line = parser.line;
    });
    parser.on('opentag', ({ name, attributes }) => {
      if (open.length >= mostDepth) unreadable(`nested deeper than ${mostDepth}`, parser.line);
      const key = keyFor(open.at(-1), name);
      open.push({ key, line, text: [], children: new Map() });
      for (const [attribute, value] of Object.entries(attributes)) put(`${key}/@${attribute}`, String(value), line);
    });
    parser.on('text', (content) => open.at(-1)?.text.push(content));
    parser.on('cdata', (content) => open.at(-1)?.text.push(content));
    parser.on('closetag', () => close(open.pop(), put));
    parser.write(text.replace(/^\uFEFF/, '')).close();
  });
}

function keyFor(parent: Element | undefined, name: string): string {
  if (parent === undefined) return name;
  const number = (parent.children.get(name) ?? 0) + 1;
  parent.children.set(name, number);
  return `${parent.key}/${name}${number === 1 ? '' : `[${number}]`}`;
}

/** An element that holds others has a text of its own only where it has words of its own. */
function close(element: Element | undefined, put: Put): void {
  if (element === undefined) return;
  const text = element.text.join('').trim();
  if (text !== '' || element.children.size === 0) put(element.key, text, element.line);
}
