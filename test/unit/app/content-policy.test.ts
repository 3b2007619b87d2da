import { describe, expect, it } from 'vitest';
import { fileFor } from '../../../electron/app/app-files.ts';
import { contentPolicy, developmentOrigin, isOwnPage, mayLoad } from '../../../electron/app/content-policy.ts';

describe('what a screen may load', () => {
  it.each([
    'https://example.com/',
    'http://localhost:5173/',
    'file:///etc/passwd',
    'app://other/index.html',
    'wss://example.com/',
    'not an address',
  ])('is not %s', (address) => {
    expect(mayLoad(address, null)).toBe(false);
    expect(isOwnPage(address, null)).toBe(false);
  });

  it('is the app’s own files', () => {
    expect(mayLoad('app://countersign/assets/a.js', null)).toBe(true);
    expect(isOwnPage('app://countersign/index.html', null)).toBe(true);
  });

  it('is never a script that stands in the page', () => {
    expect(contentPolicy).toContain("script-src 'self';");
    expect(contentPolicy).not.toMatch(/script-src[^;]*unsafe/);
    expect(contentPolicy).toContain("default-src 'none'");
  });

  it('includes the development server only when unpackaged and on this machine', () => {
    expect(developmentOrigin({ ELECTRON_RENDERER_URL: 'http://localhost:5173' }, false)).toBe('http://localhost:5173');
    expect(developmentOrigin({ ELECTRON_RENDERER_URL: 'http://localhost:5173' }, true)).toBeNull();
    expect(developmentOrigin({ ELECTRON_RENDERER_URL: 'http://evil.example' }, false)).toBeNull();
    expect(mayLoad('ws://localhost:5173/', 'http://localhost:5173')).toBe(true);
  });
});

describe('the files behind app: addresses', () => {
  it('lie in the screens’ folder', () => {
    expect(fileFor('/app/out', 'app://countersign/assets/a.js')).toEqual({
      path: '/app/out/assets/a.js',
      type: 'text/javascript; charset=utf-8',
    });
  });

  it.each([
    'app://countersign/..%2f..%2fetc%2fx.json',
    'app://countersign/..%2fout-of-it%2fx.json',
    'app://countersign/%zz.js',
    'app://countersign/a%00.js',
    'app://countersign/secret.yaml',
    'app://countersign/',
    'app://elsewhere/index.html',
  ])('are not %s', (address) => {
    expect(fileFor('/app/out', address)).toBeNull();
  });

  it.each(['app://countersign/../../etc/x.json', 'app://countersign/%2e%2e/%2e%2e/etc/x.json'])(
    'stay inside for %s',
    (address) => {
      expect(fileFor('/app/out', address)?.path).toBe('/app/out/etc/x.json');
    },
  );
});
