import { type Severity, severities } from './severity.ts';

/** What one message says. Texts may hold anything. */
export interface SyslogMessage {
  readonly severity: Severity;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  readonly machine: string;
  readonly run: string;
  readonly type: string;
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

/** RFC 5424, table 1: log audit. */
const facility = 13;
/**
 * RFC 5424, 6.3.2 wants a private enterprise number behind the @. The project has none; 32473 is the one that
 * RFC 5612 sets aside for examples.
 */
export const structuredDataId = 'countersign@32473';
const bom = Buffer.from([0xef, 0xbb, 0xbf]);
/** UTF-16 units of a parameter and of the text: with them an ordinary message stays far below the 8 KiB that receivers take. */
const longestParam = 255;
const longestText = 1_000;

/** Control characters and the backslash that tells of them, so that a message is one line and says so again. */
function visible(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (one) =>
      one === '\\' ? '\\\\' : one === '\n' ? '\\n' : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** Printable ASCII without white space (RFC 5424, 6), or the nil value. */
function headerWord(text: string, longest: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';
}

function paramText([name, value]: readonly [string, string]): string {
  const escaped = visible(value.slice(0, longestParam)).replace(/["\\\]]/g, (one) => `\\${one}`);
  return ` ${name}="${escaped}"`;
}

/** One message as RFC 5424 writes it, without framing. PROCID is the run: what belongs together is told apart by it. */
export function syslogMessage(message: SyslogMessage): Buffer {
  const head = [
    `<${facility * 8 + severities[message.severity]}>1`,
    message.at,
    headerWord(message.machine, 255),
    'countersign',
    headerWord(message.run, 128),
    headerWord(message.type, 32),
    `[${structuredDataId}${message.params.map(paramText).join('')}]`,
  ].join(' ');
  return Buffer.concat([Buffer.from(`${head} `), bom, Buffer.from(visible(message.text.slice(0, longestText)))]);
}

/** Octet counting (RFC 5425, 4.3; RFC 6587, 3.4.1): the number of bytes, a space, the message. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}
