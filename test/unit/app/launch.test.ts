import { describe, expect, it } from 'vitest';
import { parseLaunch } from '../../../electron/app/launch.ts';

const dev = (...words: string[]) => parseLaunch(['/x/electron', '--no-sandbox', '/work/app', ...words], false, '/cwd');
const packaged = (...words: string[]) => parseLaunch(['/opt/countersign', ...words], true, '/cwd');

describe('what the process was started for', () => {
  it('is the window when there is nothing but switches', () => {
    expect(dev('--no-sandbox', '--inspect=0')).toEqual({ type: 'window', data: null });
    expect(packaged()).toEqual({ type: 'window', data: null });
  });

  it('takes a data folder, relative to where the person stands', () => {
    expect(dev('--data', 'runs')).toEqual({ type: 'window', data: '/cwd/runs' });
    expect(packaged('--data', '/data')).toEqual({ type: 'window', data: '/data' });
  });

  it('leaves everything from a command word on to the command line', () => {
    expect(packaged('rehearse', 'check.yaml', '--data', 'd', '--json')).toEqual({
      type: 'command-line',
      args: ['rehearse', 'check.yaml', '--data', 'd', '--json'],
    });
    expect(dev('verify', 'run')).toEqual({ type: 'command-line', args: ['verify', 'run'] });
  });

  it.each(['cast', 'check', 'demo', 'print', 'rehearse', 'report', 'resume', 'runs', 'schema', 'verify'])(
    'knows %s as a word of the command line',
    (word) => expect(packaged(word, '--help')).toEqual({ type: 'command-line', args: [word, '--help'] }),
  );

  it('prints, also when switches stand in between', () => {
    expect(dev('--print-to-pdf', '--no-sandbox', 'in.html', '/out.pdf')).toEqual({
      type: 'print',
      input: '/cwd/in.html',
      output: '/out.pdf',
      whenTold: false,
    });
    expect(packaged('--print-to-pdf', 'in.html', '/out.pdf', '--when-told')).toMatchObject({ whenTold: true });
  });

  it.each([[['--print-to-pdf', 'in.html']], [['--data']], [['--data', '--json']], [['cheque', 'file.yaml']]])(
    'refuses %j with a sentence instead of guessing',
    (words) => {
      expect(packaged(...words)).toMatchObject({ type: 'refused' });
    },
  );
});
