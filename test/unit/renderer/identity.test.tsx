import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Root } from '../../../renderer/app.tsx';
import { type App, createApp } from '../../../renderer/store/app.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { IdentityView, KnownPerson } from '../../../shared/contract/ipc/people.ts';
import type { Answers, CountersignApi, RequestName } from '../../../shared/contract/ipc.ts';
import { writeCard } from '../../../shared/people/card.ts';
import { FakeCountersignApi } from '../../helpers/fake-countersign-api.ts';
import { planOf } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, type } from './screen-kit.tsx';

const passphrase = 'correct horse battery';
const zeros = Buffer.alloc(32).toString('base64');
const fingerprint = 'SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU';
const view: IdentityView = {
  ...{ name: 'Li Wei', contact: '4711', publicKey: zeros, fingerprint },
  ...{ protection: 'passphrase', locked: false },
};
const cardOf = (name: string, publicKey: string): string =>
  writeCard({ person: { name, contact: '', publicKey }, signature: Buffer.alloc(64).toString('base64') });
const ones = Buffer.alloc(32, 1).toString('base64');
const jie: KnownPerson = {
  ...{ name: 'Chen Jie', contact: '', publicKey: ones, fingerprint: 'SHA256:ones' },
  pinnedAt: '2026-11-20T08:00:00.000Z',
};

/** Main as these tests want it: what is asked of it is kept, and the key is made, unlocked or refused as told. */
class FakeMain implements CountersignApi {
  known: Answers['identity:get'] = { identity: null, keyring: false, card: null, failure: null };
  people: readonly KnownPerson[] = [];
  readonly asked: (readonly [RequestName, unknown])[] = [];
  readonly #rest = new FakeCountersignApi({
    ...{ language: 'en', theme: 'light', plan: planOf([]), home: { checklists: [], runs: [] } },
    ...{ events: [], output: [], minutesAgo: 0 },
  });
  readonly subscribe: CountersignApi['subscribe'] = (name, listener) => this.#rest.subscribe(name, listener);
  readonly push = this.#rest.push.bind(this.#rest);
  readonly request: CountersignApi['request'] = async (name, payload) => {
    this.asked.push([name, payload]);
    const own: { readonly [N in RequestName]?: () => unknown } = {
      'identity:get': () => this.known,
      'identity:create': () => this.unlocked(),
      'identity:unlock': () =>
        (payload as { passphrase: string }).passphrase === passphrase
          ? this.unlocked()
          : { ok: false, failure: failure('identity-passphrase-wrong') },
      'people:list': () => this.people,
      'people:pin': () => {
        this.people = [{ ...jie, name: 'Pinned' }];
        return { ok: true, value: this.people[0] };
      },
      'people:forget': () => {
        this.people = [];
        return null;
      },
    };
    const answer = own[name];
    return (answer === undefined ? await this.#rest.request(name, payload) : answer()) as Answers[typeof name];
  };
  unlocked() {
    this.known = { identity: view, keyring: this.known.keyring, card: cardOf('Li Wei', zeros), failure: null };
    return { ok: true, value: view };
  }
  payloads(name: RequestName): readonly unknown[] {
    return this.asked.filter(([asked]) => asked === name).map(([, payload]) => payload);
  }
}

let main: FakeMain;
let app: App;
let close: () => Promise<void>;

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  main = new FakeMain();
  app = createApp(main);
  const stop = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(() => app.actions.begin());
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <Root />
      </AppContext>,
    ),
  );
  close = async () => {
    await act(async () => root.unmount());
    place.remove();
    stop();
  };
});
afterEach(() => close());

const words = (): string => document.body.textContent ?? '';
/** The parts of a screen are loaded when they are first needed. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2_000 && !holds(); turn += 1) await act(() => new Promise((done) => setTimeout(done, 5)));
};
const shown = async (text: RegExp): Promise<void> => {
  await until(() => text.test(words()));
  expect(words()).toMatch(text);
};
const submit = async (button: RegExp): Promise<void> => {
  const form = named('button', button).closest('form');
  await act(async () => form?.requestSubmit());
};
/** Begins an act that needs the key; what it was answered is in `done` once it was. */
async function need(): Promise<{ done: boolean | null }> {
  const outcome: { done: boolean | null } = { done: null };
  await act(async () => {
    void app.actions.needIdentity().then((done) => {
      outcome.done = done;
    });
  });
  return outcome;
}
async function openSettings(): Promise<void> {
  await act(async () => app.actions.showSettings(true));
  await shown(/People you know/);
}

describe('an act that needs the key', () => {
  it('goes on at once where the key is unlocked', async () => {
    main.unlocked();
    expect((await need()).done).toBe(true);
    expect(document.querySelector('[role=alertdialog]')).toBeNull();
  });

  it('has the key made first: not without a name, a passphrase of twelve, and the same one again', async () => {
    const outcome = await need();
    await shown(/Make your key/);
    expect(field(/^Name/).value).toBe('Li Wei');
    await type(field(/^Passphrase/), 'elevenchars');
    expect(words()).toContain('11 characters; at least 12');
    await submit(/Make the key/);
    await type(field(/^Passphrase/), passphrase);
    await type(field(/once more/), 'correct horse batterx');
    expect(words()).toContain('This is not the same passphrase.');
    await submit(/Make the key/);
    expect(isDisabled(named('button', /Make the key/))).toBe(true);
    await type(field(/once more/), passphrase);
    await type(field(/^Name/), '  ');
    await submit(/Make the key/);
    expect(main.payloads('identity:create')).toEqual([]);
    await type(field(/^Name/), ' Li Wei ');
    await type(field(/reached/), '4711');
    await submit(/Make the key/);
    expect(main.payloads('identity:create')).toEqual([{ name: 'Li Wei', contact: '4711', passphrase }]);
    expect(outcome.done).toBe(true);
    expect(words()).not.toContain('Make your key');
  });

  it('asks for no passphrase where a keyring keeps the key', async () => {
    main.known = { ...main.known, keyring: true };
    await need();
    await shown(/The system keyring seals the key/);
    expect(document.querySelector('input[type=password]')).toBeNull();
    await submit(/Make the key/);
    expect(main.payloads('identity:create')).toEqual([{ name: 'Li Wei', contact: '', passphrase: null }]);
  });

  it('asks for the passphrase of a locked key until it is right', async () => {
    main.known = { ...main.known, identity: { ...view, locked: true } };
    const outcome = await need();
    await shown(/Unlock the key of Li Wei/);
    await type(field(/^Passphrase/), 'wrong');
    await submit(/Unlock the key/);
    expect(words()).toContain('does not open with this passphrase');
    expect(outcome.done).toBeNull();
    await type(field(/^Passphrase/), passphrase);
    await submit(/Unlock the key/);
    expect(outcome.done).toBe(true);
    expect(words()).not.toContain('Unlock the key of');
  });

  it('is told when the person will not, and every act that waits is told once', async () => {
    const first = await need();
    const second = await need();
    await shown(/Make your key/);
    await press(named('button', /^Cancel/));
    expect([first.done, second.done]).toEqual([false, false]);
  });

  it('says what is wrong with a damaged key, offers no new one, and goes on when it can be read again', async () => {
    const outcome = { ...main.known, failure: failure('identity-damaged', { path: '/data/identity.json' }) };
    main.known = outcome;
    const waited = await need();
    await shown(/is damaged: \/data\/identity.json/);
    expect(words()).not.toContain('Make the key');
    main.unlocked();
    await press(named('button', /Try again/));
    expect(waited.done).toBe(true);
  });
});

describe('the settings', () => {
  it('name the person, how the key is kept and its fingerprint, and hold the card', async () => {
    main.unlocked();
    await openSettings();
    await shown(/sealed with your passphrase/);
    expect(words()).toContain(fingerprint);
    expect(document.querySelector<HTMLTextAreaElement>('.card-text')?.value).toBe(cardOf('Li Wei', zeros));
    expect(words()).not.toContain('Your name');
  });

  it('and the first screen go by the name of the key, not by the one that was typed', async () => {
    await act(() => app.actions.changeSettings({ person: 'somebody' }));
    expect(words()).toContain('You are somebody');
    main.unlocked();
    await act(async () => main.push('identity:changed', view));
    await shown(/You are Li Wei/);
  });

  it('follow main when the key changes', async () => {
    await openSettings();
    await shown(/You have no key yet/);
    main.unlocked();
    await act(async () => main.push('identity:changed', view));
    await shown(/sealed with your passphrase/);
  });

  it('show whose card it is, with the fingerprint, before anybody is kept', async () => {
    await openSettings();
    await press(named('button', /Add somebody/));
    await type(field(/Their card/), 'countersign-person:1:hello');
    expect(words()).toContain('This is not a whole card');
    await submit(/^Keep/);
    await type(field(/Their card/), ` ${cardOf('Zhao Min', zeros)}\n`);
    await shown(new RegExp(fingerprint.replaceAll('+', '\\+')));
    expect(words()).toContain('ring Zhao Min up');
    expect(main.payloads('people:pin')).toEqual([]);
    await submit(/Keep Zhao Min/);
    expect(main.payloads('people:pin')).toHaveLength(1);
    await shown(/Pinned/);
    expect(words()).not.toContain('Add somebody by their card');
  });

  it('warn of a namesake with another key, and refuse the own card', async () => {
    main.unlocked();
    main.people = [jie];
    await openSettings();
    await press(named('button', /Add somebody/));
    await type(field(/Their card/), cardOf('Chen Jie', Buffer.alloc(32, 2).toString('base64')));
    await shown(/somebody called Chen Jie already/);
    await until(() => !isDisabled(named('button', /Keep Chen Jie/)));
    expect(isDisabled(named('button', /Keep Chen Jie/))).toBe(false);
    await type(field(/Their card/), cardOf('Chen Jie', ones));
    await shown(/You know this key already/);
    await type(field(/Their card/), cardOf('Li Wei', zeros));
    await shown(/This is your own card/);
    await until(() => named('[role=alertdialog] .fingerprint', /./).textContent === fingerprint);
    expect(isDisabled(named('button', /Keep Li Wei/))).toBe(true);
    await submit(/Keep Li Wei/);
    expect(main.payloads('people:pin')).toEqual([]);
  });

  it('forget nobody before it was confirmed by name', async () => {
    main.people = [jie];
    await openSettings();
    await press(named('button', /Forget Chen Jie/));
    await shown(/Forget Chen Jie\?/);
    await press(named('[role=alertdialog] button', /^Cancel/));
    expect(main.payloads('people:forget')).toEqual([]);
    await press(named('button', /Forget Chen Jie/));
    await press(named('[role=alertdialog] button', /^Forget Chen Jie/));
    expect(main.payloads('people:forget')).toEqual([{ publicKey: ones }]);
    await shown(/Nobody yet/);
  });
});
