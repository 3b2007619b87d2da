import { type ReactNode, useEffect, useState } from 'react';
import { Input, Label, Text, TextField } from 'react-aria-components';
import { useActions, useAppState } from '../store/use-app.ts';
import { useText } from './use-text.ts';

/** Under which name something is said. */
export interface OwnName {
  /** Asks for it where nothing but the login is known; else null. */
  readonly field: ReactNode;
  readonly missing: boolean;
  /** Keeps what was typed, before anything is said under it. */
  readonly keep: () => Promise<void>;
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
    return { field: null, missing: false, keep: async () => undefined };
  const field = (
    <TextField className="field" value={name} onChange={setName} isRequired>
      <Label>{evidence('note-name')}</Label>
      <Input maxLength={255} autoComplete="name" />
      <Text slot="description" className="why">
        {evidence('note-name-why')}
      </Text>
    </TextField>
  );
  return { field, missing: name.trim() === '', keep: () => changeSettings({ person: name.trim() }) };
}
