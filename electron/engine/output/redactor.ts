import type { SecretStore } from '../ports.ts';
import { Matcher } from './matcher.ts';
import { secretForms } from './secret-forms.ts';

/** What stands in the place of a secret. */
export const REDACTED = '••••';
const MARK = Buffer.from(REDACTED, 'utf8');

/** The matcher for the secrets known now; built anew only when they have changed. Shared by all outputs of a run. */
export type MatcherSource = () => Matcher | null;

/** A matcher source over a secret store; null while there is nothing to hide. */
export function createMatcherSource(secrets: Pick<SecretStore, 'values'>): MatcherSource {
  let known: readonly string[] = [];
  let matcher: Matcher | null = null;
  return () => {
    const values = secrets.values();
    if (values.length !== known.length || values.some((value, index) => value !== known[index])) {
      known = [...values];
      const forms = known.flatMap(secretForms);
      matcher = forms.length === 0 ? null : new Matcher(forms);
    }
    return matcher;
  };
}

/** Hides secrets in one stream of bytes, however it is cut into chunks. */
export class Redactor {
  private readonly source: MatcherSource;
  private held: Buffer = Buffer.alloc(0);
  /** So many bytes at the front of `held` belong to a secret whose mark was already given out. */
  private covered = 0;

  constructor(source: MatcherSource) {
    this.source = source;
  }

  /** What may be shown now; the beginning of what could become a secret is held back until the next chunk. */
  write(chunk: Buffer): Buffer {
    return this.pass(chunk, false);
  }

  /** What was held back; nothing follows. */
  end(): Buffer {
    return this.pass(Buffer.alloc(0), true);
  }

  private pass(chunk: Buffer, last: boolean): Buffer {
    const matcher = this.source();
    const data = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    if (matcher === null) {
      this.held = Buffer.alloc(0);
      const from = this.covered;
      this.covered = 0;
      return data.subarray(from);
    }
    const { matches, decided } = matcher.find(data, last);
    if (matches.length === 0 && this.covered === 0 && decided === data.length) {
      this.held = Buffer.alloc(0);
      return data;
    }
    const parts: Buffer[] = [];
    // Up to here everything was given out or hidden.
    let done = this.covered;
    for (const { start, end } of [...matches].sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (start >= decided) break;
      if (start >= done) parts.push(data.subarray(done, start), MARK);
      done = Math.max(done, end);
    }
    if (done < decided) parts.push(data.subarray(done, decided));
    // A copy, so that a few held bytes do not keep a whole network buffer alive.
    this.held = Buffer.from(data.subarray(decided));
    this.covered = Math.max(0, done - decided);
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }
}
