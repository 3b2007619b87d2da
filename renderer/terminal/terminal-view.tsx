import { ArrowDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useText } from '../components/use-text.ts';
import type { OutputTerminal } from './terminals.ts';
import { useTerminals } from './terminals-context.ts';

interface Props {
  readonly attempt: string;
  readonly label: string;
  /** Given the terminal in sight, so that a search field elsewhere can use it. */
  readonly onShown: (terminal: OutputTerminal | null) => void;
}

/** A window on one attempt's output. It follows the end until the person scrolls up, and offers the way back. */
export function TerminalView({ attempt, label, onShown }: Props) {
  const { t } = useText();
  const terminals = useTerminals();
  const place = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<OutputTerminal | null>(null);
  const [behind, setBehind] = useState(false);

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const shown = terminals.open(attempt);
    parent.append(shown.element);
    if (shown.terminal.element === undefined) shown.terminal.open(shown.element);
    shown.terminal.textarea?.setAttribute('tabindex', '-1');
    const hide = shown.show();
    const refit = (): void => shown.fit.fit();
    const observer = new ResizeObserver(refit);
    observer.observe(parent);
    refit();
    setOpened(shown);
    onShown(shown);
    const stopWatching = watchEnd(shown, setBehind);
    return () => {
      stopWatching();
      observer.disconnect();
      hide();
      shown.element.remove();
      onShown(null);
    };
  }, [attempt, terminals, onShown]);

  return (
    <section className="terminal" aria-label={label}>
      <div
        className="terminal-place"
        ref={place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        data-reads-keys="no"
        role="document"
        aria-label={label}
        onKeyDown={(event) => opened !== null && scrollByKey(opened, event.key) && event.preventDefault()}
      />
      {behind ? (
        <Button className="button jump" onPress={() => opened?.terminal.scrollToBottom()}>
          <ArrowDown size={14} aria-hidden="true" />
          {t('jump-to-end')}
        </Button>
      ) : null}
    </section>
  );
}

/** Tells whether the person scrolled away from the end. Returns the way to stop. */
function watchEnd({ terminal, element }: OutputTerminal, tell: (behind: boolean) => void): () => void {
  const look = (): void => tell(terminal.buffer.active.viewportY < terminal.buffer.active.baseY);
  const later = (): void => void requestAnimationFrame(look);
  const listeners = [terminal.onScroll(look), terminal.onWriteParsed(look)];
  element.addEventListener('wheel', later, { passive: true });
  element.addEventListener('keyup', later);
  look();
  return () => {
    for (const listener of listeners) listener.dispose();
    element.removeEventListener('wheel', later);
    element.removeEventListener('keyup', later);
  };
}

function scrollByKey({ terminal }: OutputTerminal, key: string): boolean {
  switch (key) {
    case 'PageUp':
      terminal.scrollPages(-1);
      return true;
    case 'PageDown':
      terminal.scrollPages(1);
      return true;
    case 'Home':
      terminal.scrollToTop();
      return true;
    case 'End':
      terminal.scrollToBottom();
      return true;
    case 'ArrowUp':
      terminal.scrollLines(-1);
      return true;
    case 'ArrowDown':
      terminal.scrollLines(1);
      return true;
    default:
      return false;
  }
}
