import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScreenFault } from '../../../renderer/components/screen-fault.tsx';
import { createTranslator } from '../../../shared/text/translate.ts';

function Broken(): never {
  throw new Error('chunk is missing');
}

describe('a screen that breaks while it is drawn', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['en', 'The run is not affected'],
    ['zh', '执行不受影响'],
  ] as const)('says so instead of leaving an empty window (%s)', (language, words) => {
    // React writes the fault to the console as well.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    const place = document.createElement('div');
    const root = createRoot(place);
    act(() =>
      root.render(
        <I18nextProvider i18n={createTranslator(language)}>
          <ScreenFault>
            <Broken />
          </ScreenFault>
        </I18nextProvider>,
      ),
    );
    expect(place.querySelector('[role="alert"]')?.textContent).toContain(words);
    expect(place.textContent).toContain('chunk is missing');
    expect(place.querySelector('button')).not.toBeNull();
    act(() => root.unmount());
  });
});
