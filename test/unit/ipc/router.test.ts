import { describe, expect, it } from 'vitest';
import { createRouter, type Handlers, RequestRejected } from '../../../electron/ipc/router.ts';
import { requestSchemas } from '../../../shared/contract/ipc.ts';

interface Sender {
  readonly own: boolean;
}

/** A router whose handlers write down what reached them. */
function setUp(overrides: Partial<Handlers> = {}) {
  const reached: unknown[] = [];
  const lines: string[] = [];
  const names = Object.keys(requestSchemas);
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      (payload: unknown) => {
        reached.push([name, payload]);
        return null;
      },
    ]),
  ) as unknown as Handlers;
  const router = createRouter<Sender>({
    trusted: (sender) => sender.own,
    handlers: { ...handlers, ...overrides },
    log: { warn: (line) => lines.push(line), error: (line) => lines.push(line) },
  });
  return { router, reached, lines };
}

const screen: Sender = { own: true };

describe('the router', () => {
  it('gives a sound request to its handler, parsed', async () => {
    const { router, reached } = setUp();
    await router.handle(screen, 'preflight:open', { path: '/a.yaml', environment: 'pre' });
    expect(reached).toEqual([['preflight:open', { path: '/a.yaml', environment: 'pre' }]]);
  });

  it('turns a foreign sender away before looking at anything else', async () => {
    const { router, reached, lines } = setUp();
    const refused = router.handle({ own: false }, 'no such thing', undefined);
    await expect(refused).rejects.toMatchObject({ name: 'RequestRejected', code: 'bad-sender' });
    expect(reached).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['a name of nothing', 'run:destroy'],
    ['a property every object has', 'toString'],
    ['the prototype', '__proto__'],
    ['a number', 7],
    ['nothing', undefined],
    ['an object', { name: 'home:list' }],
  ])('rejects %s as an unknown request', async (_what, name) => {
    const { router, reached, lines } = setUp();
    await expect(router.handle(screen, name, {})).rejects.toMatchObject({ code: 'unknown-request' });
    expect(reached).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['a missing key', 'run:open', {}],
    ['a key too many', 'home:list', { extra: 1 }],
    ['a wrong type', 'output:read', { attempt: 'a1', first: '0', count: 10 }],
    ['a number out of bounds', 'output:read', { attempt: 'a1', first: 0, count: 1_000_000 }],
    ['no payload', 'home:list', undefined],
    ['an unknown intent', 'run:intent', { intent: { type: 'delete-run' } }],
  ])('rejects a payload with %s, and says so in the log', async (_what, name, payload) => {
    const { router, reached, lines } = setUp();
    await expect(router.handle(screen, name, payload)).rejects.toMatchObject({ code: 'bad-payload' });
    expect(reached).toEqual([]);
    expect(lines.join()).toContain('bad-payload');
  });

  it('never writes a value of a payload into the log or the answer', async () => {
    const { router, lines } = setUp();
    const answer = await router.answer(screen, 'prompt:answer', { id: 'hunter2', values: ['hunter2'], hunter2: true });
    expect(answer).toMatchObject({ ok: false, code: 'bad-payload' });
    expect(JSON.stringify(answer) + lines.join()).not.toContain('hunter2');
  });

  it('says loudly that a handler broke instead of answering nothing', async () => {
    const { router, lines } = setUp({
      'home:list': () => {
        throw new Error('the shelf fell');
      },
    });
    await expect(router.handle(screen, 'home:list', {})).rejects.toBeInstanceOf(RequestRejected);
    expect(await router.answer(screen, 'home:list', {})).toEqual({
      ok: false,
      code: 'handler-broke',
      message: 'home:list: the shelf fell',
    });
    expect(lines.join()).toContain('the shelf fell');
  });
});
