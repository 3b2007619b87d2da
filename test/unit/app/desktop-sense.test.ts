import { describe, expect, it } from 'vitest';
import { systemLanguage } from '../../../electron/app/language.ts';
import { openingPlace } from '../../../electron/app/window-place.ts';

describe('the language of the system', () => {
  it.each([
    [['zh-Hans-CN', 'en-US'], 'zh'],
    [['zh_TW.UTF-8'], 'zh'],
    [['de-DE', 'zh-CN'], 'zh'],
    [['de-DE', 'en-GB', 'zh-CN'], 'en'],
    [['c'], 'en'],
    [[], 'en'],
  ])('for %j is %s', (preferred, language) => {
    expect(systemLanguage(preferred)).toBe(language);
  });
});

describe('where the window opens', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1040 }];
  const place = { x: 100, y: 80, width: 1400, height: 900, maximized: false };

  it('is where it stood last', () => {
    expect(openingPlace(place, screens)).toEqual(place);
  });

  it('is placed by the system when its screen is gone', () => {
    expect(openingPlace({ ...place, x: 3_000 }, screens)).toEqual({ width: 1400, height: 900, maximized: false });
  });

  it('is never smaller than what can be read', () => {
    expect(openingPlace({ ...place, width: 200, height: 10 }, screens)).toMatchObject({ width: 1024, height: 700 });
  });

  it.each([[undefined], [{}], [{ ...place, x: 'left' }], [{ ...place, width: 1e300 }], ['place']])(
    'is the usual size when what was remembered is %j',
    (remembered) => {
      expect(openingPlace(remembered, screens)).toEqual({ width: 1280, height: 800, maximized: false });
    },
  );
});
