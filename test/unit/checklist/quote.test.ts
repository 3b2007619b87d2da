import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Substitute, secretVariable, shellQuote, substituteCommand } from '../../../shared/checklist/quote.ts';

const values = fc.array(
  fc.string({
    unit: fc.constantFrom(...`'"\\$\`!#&;|<>(){}[]*?~ \n\tab-=%^`, 'é', '中', '${x}', '$(id)', '\\\n'),
    maxLength: 12,
  }),
  { minLength: 1, maxLength: 20 },
);

const run = (command: string, env: NodeJS.ProcessEnv = {}) =>
  execFileSync('sh', ['-c', command], { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });

const put = (template: string, value: string) =>
  substituteCommand(template, (): Substitute => ({ type: 'text', value }));

describe('values survive a real shell', () => {
  test('as words of their own', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(
          run(`printf '%s\\0' ${all.map(shellQuote).join(' ')}`)
            .split('\0')
            .slice(0, -1),
        ).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  /** Each prints the value once, followed by a NUL, from another place in a command. */
  const places = [
    "printf '%s\\0' ${v}",
    'printf \'%s\\0\' "${v}"',
    "printf '%s\\0' '${v}'",
    'x=${v}; printf \'%s\\0\' "$x"',
    "printf '%s\\0' a${v}b | sed -z 's/^a//; s/b$//'",
    "printf '%s\\0' $(printf '%s' '(' >/dev/null)${v}",
    "printf '%s\\0' \"$(printf '%sx' ${v})\" | sed -z 's/x$//'",
    "printf '%s\\0' \"$(printf '%sx' \"${v}\")\" | sed -z 's/x$//'",
    "printf '%s\\0' \"$(printf '%sx' '${v}')\" | sed -z 's/x$//'",
    "# it's a comment\nprintf '%s\\0' ${v}",
    "cat <<'E' >/dev/null\nit's \"open\nE\nprintf '%s\\0' ${v}",
    'y=$((1 << 2)); printf \'%s\\0\' "${v}"',
    "printf '%s\\0' \"\\\"${v}\" | sed -z 's/^.//'",
    "y=$${HOME:-x}; printf '%s\\0' ${v}",
    'true a\\ b \\\n && printf \'%s\\0\' "${v}"',
  ];

  test.each(places)('%s', (template) => {
    fc.assert(
      fc.property(values, (all) => {
        const commands = all.map((value) => put(template, value));
        expect(commands.flatMap((one) => one.problems)).toEqual([]);
        expect(
          run(commands.map((one) => one.command).join('\n'), { HOME: '/h' })
            .split('\0')
            .slice(0, -1),
        ).toEqual(all);
      }),
      { numRuns: 25 },
    );
  });

  test('a value never becomes code, wherever it is put', () => {
    const pieces = fc.constantFrom(
      ...[
        `'`,
        `"`,
        '`',
        '$(',
        ')',
        '\\',
        '$',
        '{',
        '}',
        '((',
        '))',
        '#',
        ' ',
        '\n',
        '\\\n',
        '<<E\n',
        'E\n',
        "$'",
        'case x in x) ',
        ' esac',
        ';',
        'a',
        '${v}',
        '$${a:-',
        '|',
      ],
    );
    const value = `'"\`;touch "$MARK";#\n touch "$MARK"\n$(touch "$MARK")\`touch "$MARK"\`'"`;
    const mark = `/tmp/countersign-quote-${process.pid}`;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), fc.array(pieces, { maxLength: 4 }), (before, after) => {
        const { command, problems } = put([...before, '${v}', ...after].join(''), value);
        if (problems.some((problem) => problem.code !== 'command-unfinished')) return;
        for (const shell of ['dash', 'bash']) {
          try {
            execFileSync('timeout', ['2', shell, '-c', command], {
              stdio: ['ignore', 'ignore', 'ignore'],
              env: { PATH: '/usr/bin:/bin', MARK: mark },
            });
          } catch {
            // A template of random pieces is seldom a sound command.
          }
        }
        expect(
          execFileSync('sh', ['-c', `test -e ${mark} && rm ${mark} && echo ran || true`], { encoding: 'utf8' }),
          command,
        ).toBe('');
      }),
      {
        numRuns: Number(process.env.QUOTE_RUNS ?? 150),
        // Found by longer runs: a `#` that goes on a word, and bash's own arithmetic.
        examples: [
          [['\\', ';', '#', '`', '<<E\n'], []],
          [['$(', ')', '#', "'", '\n'], []],
          [['((', '${v}'], ['))']],
        ],
      },
    );
  }, 60_000);
});

describe('secrets', () => {
  const secret = (template: string) => substituteCommand(template, (name): Substitute => ({ type: 'secret', name }));

  test.each([
    'printf %s ${db-pw}',
    'printf %s "${db-pw}"',
    "printf %s '${db-pw}'",
    'printf %s "$(printf %s ${db-pw})"',
  ])('%s expands to the value, which is not in the command', (template) => {
    const { command, secrets, problems } = secret(template);
    expect(problems).toEqual([]);
    expect(secrets).toEqual(['db-pw']);
    expect(run(command, { [secretVariable('db-pw')]: `a 'b" $c` })).toBe(`a 'b" $c`);
  });

  test('where the shell would not expand it, it is refused', () => {
    for (const template of ["cat <<'E'\n${a}\nE", "echo $'${a}'", 'echo `${a}`', 'echo \\${a}']) {
      expect(secret(template).problems, template).toMatchObject([{ code: 'variable-place-unsafe' }]);
    }
  });
});

describe('templates', () => {
  test('plain words go in as they are, in any place', () => {
    for (const template of ['a ${v}', '"${v}"', "'${v}'", 'cat <<E\n${v}\nE', '`${v}`', '$((${v}))', '# ${v}']) {
      expect(put(template, '/opt/a-1.2:3').command).toBe(template.replace('${v}', '/opt/a-1.2:3'));
    }
  });

  test('a doubled dollar leaves an expansion to the shell', () => {
    expect(put('echo $${x:-y} $$ $1 $(id)', '').command).toBe('echo ${x:-y} $$ $1 $(id)');
  });

  test('an empty value is still a word', () => {
    expect(put('test -n ${v}', '').command).toBe("test -n ''");
  });
});
