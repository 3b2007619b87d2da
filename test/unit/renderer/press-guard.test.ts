// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import {
  isPrimaryEnter,
  type KeyPress,
  shortcutOf,
  takesEnter,
  takesText,
} from '../../../renderer/model/press-guard.ts';

const press = (change: Partial<KeyPress>): KeyPress => ({
  key: 'Enter',
  repeat: false,
  prevented: false,
  modified: false,
  composing: false,
  inControl: false,
  dialogOpen: false,
  ...change,
});

const element = (html: string): Element | null => {
  document.body.innerHTML = html;
  return document.body.querySelector('[data-here]');
};

describe('Enter as the primary action', () => {
  it('counts when nothing else wants it', () => {
    expect(isPrimaryEnter(press({}))).toBe(true);
  });

  it.each([
    ['the key is held down', { repeat: true }],
    ['somebody else took it', { prevented: true }],
    ['an input method is composing', { composing: true }],
    ['a dialog is open', { dialogOpen: true }],
    ['a field or button has the keyboard', { inControl: true }],
    ['Ctrl, Alt or Command is down', { modified: true }],
  ])('does not count when %s', (_why, change) => {
    expect(isPrimaryEnter(press(change))).toBe(false);
  });
});

describe('shortcuts', () => {
  it('opens the search with / and the keys with ? but not while typing', () => {
    expect(shortcutOf(press({ key: '/' }))).toBe('search');
    expect(shortcutOf(press({ key: '?' }))).toBe('keys');
    expect(shortcutOf(press({ key: '/', inControl: true }))).toBeNull();
  });

  it('shows the rollback with F8 even while typing', () => {
    expect(shortcutOf(press({ key: 'F8', inControl: true }))).toBe('rollback');
  });
});

describe('who takes the keys', () => {
  it('leaves Enter to buttons, also from an element inside them', () => {
    expect(takesEnter(element('<button><span data-here></span></button>'))).toBe(true);
  });

  it('does not leave keys to a terminal, which is only read', () => {
    const field = element('<div data-reads-keys="no"><textarea data-here></textarea></div>');
    expect(takesEnter(field)).toBe(false);
    expect(takesText(field)).toBe(false);
  });

  it('leaves letters to fields', () => {
    expect(takesText(element('<input data-here>'))).toBe(true);
    expect(takesText(element('<button data-here></button>'))).toBe(false);
  });
});
