import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialFromHere } from '../../../electron/engine/steps/http-dial.ts';
import { type Exchange, exchange } from '../../../electron/engine/steps/http-exchange.ts';
import { type MadeCertificate, selfSigned, signedBy } from '../../helpers/certificates.ts';
import { realClock } from '../../helpers/hosts-kit.ts';
import { freePort, tempFolder } from '../../helpers/sshd.ts';
import { startWeb, type WebServer } from '../../helpers/web-server.ts';

describe('one HTTP request to a real local server', () => {
  const folder = tempFolder('exchange');
  let authority: MadeCertificate;
  let server: WebServer | null = null;

  beforeAll(() => {
    authority = selfSigned(folder, 'authority.test');
  });
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const asked = (url: string, port: number, given: Partial<Exchange> = {}) =>
    exchange({
      method: 'GET',
      url: new URL(url),
      to: { address: '127.0.0.1', port },
      headers: [],
      body: null,
      authorities: [],
      timeoutMs: 5_000,
      mostBytes: 1_000,
      clock: realClock,
      cancelled: new AbortController().signal,
      dial: dialFromHere,
      ...given,
    });

  it('asks an address for another name, and gives back the whole answer', async () => {
    server = await startWeb((_, response) => response.writeHead(203, { 'X-Build': '3.4.0' }).end('ok'));
    const { answer, failure, sent } = await asked('http://h5.test/ping?a=b', server.port, {
      headers: [['X-Key', 'k1']],
    });
    expect({ failure, sent, status: answer?.status, body: answer?.body.toString() }).toEqual({
      failure: null,
      sent: true,
      status: 203,
      body: 'ok',
    });
    expect(answer?.headers).toContainEqual(['X-Build', '3.4.0']);
    expect(server.seen[0]).toMatchObject({ url: '/ping?a=b', headers: { host: 'h5.test', 'x-key': 'k1' } });
  });

  it('reads no more of a body than it was told to, however long it is', async () => {
    server = await startWeb((_, response) => {
      const more = (): void =>
        void (response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    const { answer } = await asked('http://h5.test/', server.port);
    expect(answer).toMatchObject({ complete: false });
    expect(answer?.body.length).toBe(1_000);
  });

  it('trusts a certificate that a given authority vouches for, and shows it', async () => {
    const own = signedBy(authority, folder, 'h5.test');
    server = await startWeb((_, response) => response.end('ok'), own);
    const { answer, certificate } = await asked('https://h5.test/', server.port, { authorities: [authority.cert] });
    expect(answer?.body.toString()).toBe('ok');
    expect(certificate).toMatchObject({ subject: 'h5.test', issuer: 'authority.test' });
    expect(Date.parse(certificate?.validTo ?? '') - Date.now()).toBeGreaterThan(28 * 86_400_000);
  });

  it.each([
    ['certificate-expired', () => signedBy(authority, folder, 'h5.test', -1), 'https://h5.test/', true],
    ['certificate-name', () => signedBy(authority, folder, 'other.test'), 'https://h5.test/', true],
    ['certificate-self-signed', () => selfSigned(folder, 'h5.test'), 'https://h5.test/', false],
    ['certificate-untrusted', () => signedBy(authority, folder, 'h5.test', 10), 'https://h5.test/', false],
  ] as const)('sends nothing where the certificate does not hold: %s', async (code, made, url, known) => {
    server = await startWeb((_, response) => response.end('ok'), made());
    const authorities = known ? [authority.cert] : [];
    const { answer, failure, sent, certificate } = await asked(url, server.port, { authorities });
    expect({ answer, code: failure?.code, sent }).toEqual({ answer: null, code, sent: false });
    expect(certificate?.subject).toMatch(/^(h5|other)\.test$/);
    expect(server.seen).toHaveLength(0);
  });

  it('compares an address with the certificate where the URL names no host', async () => {
    server = await startWeb((_, response) => response.end('ok'), signedBy(authority, folder, 'h5.test', 20));
    const { answer } = await asked(`https://127.0.0.1:${server.port}/`, server.port, { authorities: [authority.cert] });
    expect(answer?.status).toBe(200);
    const wrong = await asked('https://127.0.0.2/', server.port, { authorities: [authority.cert] });
    expect(wrong.failure?.code).toBe('certificate-name');
  });

  it('says that nobody listens, and that nothing was sent', async () => {
    const { failure, sent } = await asked('http://h5.test/', await freePort());
    expect({ code: failure?.code, sent }).toEqual({ code: 'http-refused', sent: false });
  });

  it('gives up a server that never answers, and knows that the request may have arrived', async () => {
    server = await startWeb(() => {});
    const { failure, sent } = await asked('http://h5.test/', server.port, { timeoutMs: 200 });
    expect({ code: failure?.code, sent }).toEqual({ code: 'http-silent', sent: true });
  });

  it('gives up a server that accepts and never speaks TLS, before anything was sent', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const { failure, sent } = await asked('https://h5.test/', port, { timeoutMs: 200 });
    mute.close();
    expect({ code: failure?.code, sent }).toEqual({ code: 'http-silent', sent: false });
  });

  it('tells a server without TLS, and one that speaks no HTTP', async () => {
    server = await startWeb((_, response) => response.end('ok'));
    expect((await asked('https://h5.test/', server.port)).failure?.code).toBe('tls-failed');
    const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { failure } = await asked('http://h5.test/', (other.address() as { port: number }).port);
    other.close();
    expect(failure?.code).toBe('http-invalid');
  });

  it('says that an answer broke off, instead of taking its first half', async () => {
    server = await startWeb((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setImmediate(() => response.destroy());
    });
    expect((await asked('http://h5.test/', server.port)).failure?.code).toBe('http-broken');
  });

  it('stops at once when it is cancelled', async () => {
    const cancel = new AbortController();
    server = await startWeb(() => cancel.abort());
    expect((await asked('http://h5.test/', server.port, { cancelled: cancel.signal })).failure?.code).toBe('cancelled');
  });

  it('sends nothing with a header that HTTP does not allow', async () => {
    server = await startWeb((_, response) => response.end('ok'));
    const { failure, sent } = await asked('http://h5.test/', server.port, { headers: [['X-Key', 'a\r\nX-Evil: b']] });
    expect({ code: failure?.code, sent }).toEqual({ code: 'http-header', sent: false });
    expect(server.seen).toHaveLength(0);
  });
});
