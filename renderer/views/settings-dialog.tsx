import { useState } from 'react';
import { Button, Input, Label, Radio, RadioGroup, Text, TextField } from 'react-aria-components';
import type { Settings } from '../../shared/contract/ipc/settings.ts';
import { DialogFrame } from '../components/dialog-frame.tsx';
import { useText } from '../components/use-text.ts';
import { useActions, useAppState } from '../store/use-app.ts';
import { FeedSection } from './feed/feed-section.tsx';
import { OwnSection } from './identity/own-section.tsx';
import { PeopleSection } from './identity/people-section.tsx';

const languageChoices = ['system', 'en', 'zh'] as const;
const themeChoices = ['system', 'light', 'dark'] as const;

/** Language, theme, the person with their key, and whom they know. Choices take effect at once; the name when the dialog closes. */
export function SettingsDialog({ settings }: { readonly settings: Settings }) {
  const { t } = useText();
  const actions = useActions();
  const info = useAppState((state) => state.info);
  const hasKey = useAppState((state) => state.identity.known?.identity != null);
  const [person, setPerson] = useState(settings.person);
  const close = (): void => {
    if (person.trim() !== settings.person) void actions.changeSettings({ person: person.trim() });
    actions.showSettings(false);
  };
  return (
    <DialogFrame title={t('settings')} onClose={close} size="medium">
      <RadioGroup
        className="field choices across"
        value={settings.language}
        onChange={(language) => void actions.changeSettings({ language: language as Settings['language'] })}
      >
        <Label>{t('language')}</Label>
        {languageChoices.map((choice) => (
          <Radio key={choice} value={choice} className="choice">
            {t(`language-${choice}`)}
          </Radio>
        ))}
      </RadioGroup>
      <RadioGroup
        className="field choices across"
        value={settings.theme}
        onChange={(theme) => void actions.changeSettings({ theme: theme as Settings['theme'] })}
      >
        <Label>{t('theme')}</Label>
        {themeChoices.map((choice) => (
          <Radio key={choice} value={choice} className="choice">
            {t(`theme-${choice}`)}
          </Radio>
        ))}
      </RadioGroup>
      {hasKey ? null : (
        <TextField className="field" value={person} onChange={setPerson}>
          <Label>{t('your-name')}</Label>
          <Input maxLength={255} placeholder={info?.login ?? ''} />
          <Text slot="description" className="why">
            {t('your-name-why')}
          </Text>
        </TextField>
      )}
      <OwnSection />
      <PeopleSection />
      <FeedSection />
      {info === null ? null : (
        <dl className="about">
          <dt>{t('about-version')}</dt>
          <dd>{`${info.version} · ${info.runtime}`}</dd>
          <dt>{t('about-data')}</dt>
          <dd className="path">{info.dataDir}</dd>
        </dl>
      )}
      <div className="dialog-acts">
        <Button className="button solid" onPress={close}>
          {t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}
