import { useEffect, useRef } from 'react';
import type { RequestOf } from '../../../shared/contract/ipc.ts';

type Refused = RequestOf<'lock:refused'>['way'];

/**
 * While a run is open no file that is dropped and no link replaces the page. `onRefused` hears of each that was tried.
 */
export function usePageGuard(onRefused: (way: Refused) => void): void {
  const latest = useRef(onRefused);
  latest.current = onRefused;
  useEffect(() => {
    const onDrag = (event: DragEvent): void => {
      if (!bringsFiles(event)) return;
      // Only what may be dropped is dropped: so that it is heard of, it is allowed here and refused below.
      event.preventDefault();
      if (event.type === 'drop') latest.current('file-drop');
    };
    const onClick = (event: MouseEvent): void => {
      const element = event.target instanceof Element ? event.target.closest('a[href], .link-text') : null;
      if (element === null) return;
      event.preventDefault();
      latest.current('external-link');
    };
    document.addEventListener('dragover', onDrag);
    document.addEventListener('drop', onDrag);
    document.addEventListener('click', onClick);
    return () => {
      document.removeEventListener('dragover', onDrag);
      document.removeEventListener('drop', onDrag);
      document.removeEventListener('click', onClick);
    };
  }, []);
}

function bringsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}
