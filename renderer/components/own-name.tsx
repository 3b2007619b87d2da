import { type ReactNode, useEffect, useState } from 'react';
import { Input, Label, Text, TextField } from 'react-aria-components';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import { useActions, useAppState } from '../store/use-app.ts';
import { useText } from './use-text.ts';

/** Under which name something is said. */
export interface OwnName {
  /** Asks for it where nothing but the login is known; else null. */
  readonly field: ReactNode;
  readonly missing: boolean;
  /** Keeps what was typed, before anything is said under it; resolves to why it could not be kept, or null. */
  readonly keep: () => Promise<Failure | null>;
}

/** A login is nobody's name: where there is neither a key nor a name in the settings, the person is asked. */
export function useOwnName(): OwnName {
  const { evidence } = useText();
  const { changeSettings, readIdentity } = useActions();
  const known = useAppState(({ identity }) => identity.known);
  const set = useAppState(({ settings }) => settings?.person.trim() ?? null);
  const [name, setName] = useState('');
  useEffect(() => {
    if (known === null) void readIdentity();
  }, [known, readIdentity]);
  // What has not been read yet keeps nobody from speaking: main knows the name it goes by.
  if (known === null || known.identity !== null || set !== '')
    return { field: null, missing: false, keep: async () => null };
  const field = (
    <TextField className="field" value={name} onChange={setName} isRequired>
      <Label>{evidence('note-name')}</Label>
      <Input maxLength={255} autoComplete="name" />
      <Text slot="description" className="why">
        {evidence('note-name-why')}
      </Text>
    </TextField>
  );
  const keep = (): Promise<Failure | null> =>
    changeSettings({ person: name.trim() }).then(
      () => null,
      (error: unknown) => failure('local-error', {}, error),
    );
  return { field, missing: name.trim() === '', keep };
}
