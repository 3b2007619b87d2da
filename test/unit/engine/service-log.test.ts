import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogSight, readLogSight, ServiceLog } from '../../../electron/engine/steps/service-log.ts';
import { anchorBytes, type LogPlace, logBytesAtOnce } from '../../../shared/steps/process-look.ts';

/** A log file and a look at it, as the shell of `lookScript` does it. */
class File {
  inode = 1;
  bytes = Buffer.alloc(0);

  append(text: string): void {
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)]);
  }

  end(): LogSight {
    const from = Math.max(0, this.bytes.length - anchorBytes);
    return { type: 'read', inode: String(this.inode), size: this.bytes.length, from, bytes: this.bytes.subarray(from) };
  }

  look(place: LogPlace): LogSight {
    const same = place.inode === String(this.inode) && this.bytes.length >= place.from;
    const from = same ? Math.max(0, place.from - place.anchor) : 0;
    const bytes = this.bytes.subarray(from, from + logBytesAtOnce);
    return { type: 'read', inode: String(this.inode), size: this.bytes.length, from, bytes };
  }
}

describe('following a log from a mark', () => {
  it('gives every new line exactly once, wherever the looks fall', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'é', '\n', ' ', 'x') });
    fc.assert(
      fc.property(fc.array(piece), piece, fc.array(fc.boolean()), (pieces, old, looks) => {
        const file = new File();
        file.append(`${old}\n`);
        const log = ServiceLog.atEnd('/l', file.end());
        const seen: string[] = [];
        pieces.forEach((text, index) => {
          file.append(text);
          if (looks[index] ?? true) seen.push(...log.take(file.look(log.place)).lines);
        });
        file.append('\n');
        seen.push(...log.take(file.look(log.place)).lines);
        expect(seen).toEqual(pieces.join('').split('\n'));
      }),
    );
  });

  it('begins anew in another file, in an emptied one, and in one that was emptied and has grown beyond the mark', () => {
    const file = new File();
    file.append('old one\nold two\n');
    const log = ServiceLog.atEnd('/l', file.end());
    file.inode = 2;
    file.bytes = Buffer.from('rotated\n');
    expect(log.take(file.look(log.place)).lines).toEqual(['rotated']);
    file.bytes = Buffer.from('short\n');
    expect(log.take(file.look(log.place)).lines).toEqual(['short']);
    file.bytes = Buffer.from('other words that are longer\n');
    expect(log.take(file.look(log.place)).lines).toEqual([]);
    expect(log.take(file.look(log.place)).lines).toEqual(['other words that are longer']);
  });

  it('takes all of a file that was not there before, and waits while there is none', () => {
    const log = ServiceLog.atEnd('/l', { type: 'absent' });
    expect(log.take({ type: 'absent' }).lines).toEqual([]);
    const file = new File();
    file.append('first\n');
    expect(log.take(file.look(log.place)).lines).toEqual(['first']);
  });

  it('gets on with a line that is longer than one look reads', () => {
    const file = new File();
    const log = ServiceLog.atEnd('/l', file.end());
    file.append(`${'x'.repeat(logBytesAtOnce * 2 + 10)}\nready\n`);
    const lines: string[] = [];
    for (let look = 0; look < 4; look += 1) lines.push(...log.take(file.look(log.place)).lines);
    expect(lines.at(-1)).toBe('ready');
  });

  it('reads a header only where it is one', () => {
    expect(readLogSight(Buffer.from('log absent\n'))).toEqual({ type: 'absent' });
    expect(readLogSight(Buffer.from('log 12 3 0\nab\n'))).toMatchObject({
      inode: '12',
      size: 3,
      bytes: Buffer.from('ab\n'),
    });
    expect(readLogSight(Buffer.from('sh: stat: not found\n'))).toBeNull();
    expect(readLogSight(Buffer.alloc(0))).toBeNull();
  });
});
