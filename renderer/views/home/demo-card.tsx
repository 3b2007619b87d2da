import { Button } from 'react-aria-components';
import { EnvironmentTag } from '../../components/badges.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** The release anybody can try: two hosts on this computer, nothing to configure, nothing left behind. */
export function DemoCard() {
  const { t } = useText();
  const actions = useActions();
  const { demo, busy } = useAppState((state) => state.home);
  return (
    <section className="demo" aria-labelledby="demo">
      <div>
        <h2 id="demo">{t('demo-title')}</h2>
        <p>{t('demo-text')}</p>
      </div>
      {demo === null ? (
        <Button className="button solid" isDisabled={busy !== null} onPress={() => void actions.openDemo()}>
          {busy === 'demo' ? t('demo-preparing') : t('demo-open')}
        </Button>
      ) : (
        <div className="environments">
          {demo.environments.map(({ name, production }) => (
            <Button
              key={name}
              className="button"
              isDisabled={busy !== null}
              onPress={() => void actions.openPreflight(demo.path, name)}
            >
              {t('choose-environment')} <EnvironmentTag name={name} production={production} />
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
