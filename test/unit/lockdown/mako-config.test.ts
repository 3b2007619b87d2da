import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hidingMode } from '../../../electron/lockdown/notifications/mako-config.ts';

describe('the mode in which mako hides notifications', () => {
  it('is the one whose section makes them invisible, whatever it is called', () => {
    expect(hidingMode('font=Sans 10\n\n[mode=do-not-disturb]\ninvisible=1\n')).toBe('do-not-disturb');
    expect(hidingMode('# mine\n[ mode="deep work" ]\nfont=Sans\ninvisible = true')).toBe('deep work');
  });

  it('is none where nothing is hidden, or only some notifications are', () => {
    for (const config of [
      '',
      'invisible=1\n',
      '[mode=dnd]\nfont=Sans\n',
      '[mode=dnd]\ninvisible=0\n',
      '[mode=dnd urgency=low]\ninvisible=1\n',
      '[urgency=low]\ninvisible=1\n',
      '[mode=dnd]\n#invisible=1\n',
    ]) {
      expect(hidingMode(config), config).toBeNull();
    }
  });

  it('is none where a later section shows some of them again, or parts lie in another file', () => {
    const hides = '[mode=dnd]\ninvisible=1\n';
    expect(hidingMode(`${hides}[urgency=critical]\ninvisible=0\n`)).toBeNull();
    expect(hidingMode(`${hides}[mode=dnd app-name=mail]\ninvisible=false\n`)).toBeNull();
    expect(hidingMode(`[urgency=critical]\ninvisible=0\n${hides}`)).toBe('dnd');
    expect(hidingMode(`include=~/more\n${hides}`)).toBeNull();
  });

  it('is never found where the word invisible does not stand', () => {
    const line = fc.oneof(fc.constantFrom('[mode=dnd]', 'font=1', 'visible=1', '#', '['), fc.string());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const config = lines.join('\n').replaceAll('invisible', '');
        expect(hidingMode(config)).toBeNull();
      }),
    );
  });
});
