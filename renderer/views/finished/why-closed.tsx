import { useText } from '../../components/use-text.ts';
import type { Closed } from './use-closed.ts';

/** In the place of the buttons: why there are none, and who can help. */
export function WhyClosed({ closed }: { readonly closed: Closed }) {
  const { failure } = useText();
  if (closed === null || closed === 'open') return null;
  const { what, remedy } = failure(closed);
  return (
    <p className="quiet">
      {what} {remedy}
    </p>
  );
}
