/** jsdom has no `CSS.escape`; React Aria needs it. Escapes by the rules of CSSOM "serialize an identifier". */
function escapeIdentifier(value: string): string {
  return Array.from(value, (char, index) => {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0) return '\uFFFD';
    const digit = code >= 0x30 && code <= 0x39;
    const leadingDigit = digit && (index === 0 || (index === 1 && value.startsWith('-')));
    if (code < 0x20 || code === 0x7f || leadingDigit) return `\\${code.toString(16)} `;
    if (char === '-' && value.length === 1) return '\\-';
    if (code >= 0x80 || digit || /[-_A-Za-z]/.test(char)) return char;
    return `\\${char}`;
  }).join('');
}

globalThis.CSS ??= {} as typeof globalThis.CSS;
globalThis.CSS.escape ??= escapeIdentifier;

// jsdom lays nothing out: nothing changes its size, nothing is scrolled to, and no display has a preference.
globalThis.matchMedia ??= (() => new EventTarget()) as unknown as typeof matchMedia;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
