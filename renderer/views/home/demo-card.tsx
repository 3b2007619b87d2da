import { Button } from 'react-aria-components';
import { demoEnvironments } from '../../../shared/contract/demo.ts';
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
      {demo === null || busy !== null ? (
        <Button className="button solid" isDisabled={busy !== null} onPress={() => void actions.openDemo()}>
          {busy === 'demo' ? t('demo-preparing') : t('demo-open')}
        </Button>
      ) : (
        <Choice path={demo.path} />
      )}
    </section>
  );
}

const choices = [
  { name: demoEnvironments.alone, who: 'demo-alone', what: 'demo-alone-text' },
  { name: demoEnvironments.withChecker, who: 'demo-with-checker', what: 'demo-with-checker-text' },
] as const;

/** Who works it: one person, or two. The first is at hand for Enter, as the button was that led here. */
function Choice({ path }: { readonly path: string }) {
  const { t } = useText();
  const actions = useActions();
  return (
    <fieldset className="demo-choice">
      <legend>{t('demo-choose')}</legend>
      {choices.map(({ name, who, what }, index) => (
        <div key={name}>
          <Button
            className={index === 0 ? 'button solid' : 'button'}
            autoFocus={index === 0}
            aria-describedby={`demo-${name}`}
            onPress={() => void actions.openPreflight(path, name)}
          >
            {t(who)}
          </Button>
          <p id={`demo-${name}`} className="quiet">
            {t(what)}
          </p>
        </div>
      ))}
    </fieldset>
  );
}
