/** Every spelling under which a secret may turn up in a host's output. */

/** Bytes to look for; `swallowNext` also hides one following base64 digit, because some of its bits are the secret's. */
export interface SecretForm {
  readonly bytes: Buffer;
  readonly swallowNext: boolean;
}

/** A derived spelling shorter than this would hide half of everything. The secret itself is always hidden. */
const SHORTEST = 4;

/** `base64` and `openssl` break lines after so many digits. */
const WRAP_WIDTHS = [64, 76];

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function percentEncoded(bytes: Buffer, plain: RegExp): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += byte < 0x80 && plain.test(character) ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return text;
}

/** What the usual encoders leave alone: RFC 3986, encodeURIComponent, Python's quote, forms, encodeURI, nothing. */
const PLAIN_IN_URLS = [/[\w.~-]/, /[\w.~!'()*-]/, /[\w.~/-]/, /[\w.*-]/, /[\w.~!'()*;/?:@&=+$,#-]/, /[^\s\S]/];

function urlForms(bytes: Buffer): string[] {
  return PLAIN_IN_URLS.flatMap((plain) => {
    const upper = percentEncoded(bytes, plain);
    const lower = upper.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
    return [upper, lower, upper.replaceAll('%20', '+'), lower.replaceAll('%20', '+')];
  });
}

function jsonForms(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const ascii = plain.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const upper = ascii.replace(/\\u[0-9a-f]{4}/g, (c) => `\\u${c.slice(2).toUpperCase()}`);
  return [plain, ascii, upper].flatMap((text) => [text, text.replaceAll('/', '\\/')]);
}

function shellForms(value: string): string[] {
  return [
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[\\"$`]/g, '\\$&'),
    value.replace(/[^\w@%+=:,./-]/g, '\\$&'),
  ];
}

/** The base64 digits that a secret decides when `shift` bytes stand before it in its group of three. */
interface Base64Core {
  readonly digits: string;
  /** The digit before, which the secret decides in part: every value it can have. */
  readonly before: readonly string[];
  /** The digit after holds bits of the secret too. */
  readonly partAfter: boolean;
}

function base64Core(bytes: Buffer, shift: number): Base64Core {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const first = Math.ceil((shift * 8) / 6);
  const end = Math.floor(((shift + bytes.length) * 8) / 6);
  const mixed = digits[first - 1];
  const secretBits = first * 6 - shift * 8;
  const before =
    mixed === undefined || secretBits === 0
      ? []
      : [...BASE64].filter((_, value) => value % 2 ** secretBits === BASE64.indexOf(mixed) % 2 ** secretBits);
  return { digits: digits.slice(first, end), before, partAfter: ((shift + bytes.length) * 8) % 6 !== 0 };
}

/** The digits with line breaks, wherever the first one may fall. */
function wrapped(digits: string): string[] {
  const forms = new Set<string>();
  for (const width of WRAP_WIDTHS) {
    for (let first = 1; first <= Math.min(width, digits.length - 1); first += 1) {
      const lines = [digits.slice(0, first)];
      for (let at = first; at < digits.length; at += width) lines.push(digits.slice(at, at + width));
      forms.add(lines.join('\n')).add(lines.join('\r\n'));
    }
  }
  return [...forms];
}

const urlSafe = (digits: string) => digits.replaceAll('+', '-').replaceAll('/', '_');

function base64Forms(bytes: Buffer): { text: string; swallowNext: boolean }[] {
  return [0, 1, 2].flatMap((shift) => {
    const core = base64Core(bytes, shift);
    const whole = [core.digits, ...core.before.map((digit) => digit + core.digits)];
    return [...whole, ...whole.map(urlSafe), ...wrapped(core.digits)].map((text) => ({
      text,
      swallowNext: core.partAfter,
    }));
  });
}

/** All forms of one secret, each once. An empty value has none. */
export function secretForms(value: string): readonly SecretForm[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Map<string, SecretForm>();
  const add = (text: string, swallowNext: boolean) => {
    if (!forms.has(text)) forms.set(text, { bytes: Buffer.from(text, 'utf8'), swallowNext });
  };
  if (value !== '') add(value, false);
  const hex = bytes.toString('hex');
  const derived = [
    ...urlForms(bytes),
    ...jsonForms(value),
    ...shellForms(value),
    hex,
    hex.toUpperCase(),
    value.replace(/\r?\n/g, '\r\n'),
  ];
  for (const text of derived) if (text.length >= SHORTEST) add(text, false);
  // As Windows programs write text. No key of the map is like these: they are told by their own bytes.
  for (const wide of [Buffer.from(value, 'utf16le'), Buffer.from(value, 'utf16le').swap16()])
    if (wide.length >= SHORTEST) forms.set(`utf16 ${wide.toString('hex')}`, { bytes: wide, swallowNext: false });
  for (const { text, swallowNext } of base64Forms(bytes)) if (text.length >= SHORTEST) add(text, swallowNext);
  return [...forms.values()];
}
