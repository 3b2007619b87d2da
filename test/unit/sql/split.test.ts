import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SqlDialect, usualLexing } from '../../../shared/sql/dialect.ts';
import { type SqlPiece, splitSql } from '../../../shared/sql/split.ts';

const split = (source: string, dialect: SqlDialect, backslashEscapes = dialect === 'mysql'): SqlPiece[] => [
  ...splitSql(source, { dialect, backslashEscapes }),
];

/** The statements' words. */
function statements(source: string, dialect: SqlDialect): string[] {
  return split(source, dialect).flatMap((piece) =>
    piece.type === 'statement' ? [source.slice(piece.textStart, piece.textEnd)] : [],
  );
}

function refusal(source: string, dialect: SqlDialect): { code: string; line: number; detail: string } | null {
  const last = split(source, dialect).at(-1);
  return last?.type === 'refusal' ? { code: last.code, line: last.line, detail: last.detail } : null;
}

describe('a MySQL script', () => {
  it('is cut at semicolons, with comments before a statement left out and those inside it kept', () => {
    const source = '-- first\nselect 1; # second\nselect /* here */ 2;\n\n;;\n  select 3';
    expect(statements(source, 'mysql')).toEqual(['select 1', 'select /* here */ 2', 'select 3']);
  });

  it('keeps strings whole whatever they hold', () => {
    const source = `insert into t values ('a;b', "c;'d", 'it''s; \\'quoted\\\\', \`x;\`\`y\`);select 'end\\\\';`;
    expect(statements(source, 'mysql')).toEqual([
      `insert into t values ('a;b', "c;'d", 'it''s; \\'quoted\\\\', \`x;\`\`y\`)`,
      `select 'end\\\\'`,
    ]);
  });

  it('reads a backslash as itself when the server does', () => {
    const source = `select 'c:\\'; select 2;`;
    expect(split(source, 'mysql', false).filter((piece) => piece.type === 'statement')).toHaveLength(2);
    expect(refusal(source, 'mysql')?.code).toBe('unfinished-string');
  });

  it('takes two dashes for a comment only before white space', () => {
    expect(statements('select 5--3; select 1 --; not sql\n+ 1; select 2 --\t;\n;', 'mysql')).toEqual([
      'select 5--3',
      'select 1 --',
      'not sql\n+ 1',
      'select 2',
    ]);
  });

  it('follows DELIMITER through procedures and triggers, and back', () => {
    const body = 'create procedure p()\nbegin\n  select 1; -- $$\n  select "$";\nend';
    const source = `delimiter //\n${body} //\nDELIMITER ;\nselect 2;\n  delimiter $$\ncreate trigger a$b before insert on t for each row begin set @x = 1; end$$\ndelimiter ;\n`;
    expect(statements(source, 'mysql')).toEqual([
      body,
      'select 2',
      'create trigger a$b before insert on t for each row begin set @x = 1; end',
    ]);
  });

  it('reads what a dump puts into executable comments as code', () => {
    const source =
      "/*!40101 SET @a='x;y' */;\nDELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER t BEGIN SET @a=1; END */;;\nDELIMITER ;\n/*M!100100 select 1 */;";
    expect(statements(source, 'mysql')).toEqual([
      "/*!40101 SET @a='x;y' */",
      '/*!50003 CREATE*/ /*!50003 TRIGGER t BEGIN SET @a=1; END */',
      '/*M!100100 select 1 */',
    ]);
  });

  it('says which line each statement begins at, whatever the line breaks', () => {
    const lines = split('select 1;\r\n\r\n-- x\r\nselect\r\n2;select 3;\n', 'mysql').flatMap((piece) =>
      piece.type === 'statement' ? [piece.line] : [],
    );
    expect(lines).toEqual([1, 4, 5]);
  });

  it.each([
    ["select 1;\nselect 'open;\n", 'unfinished-string', 2],
    ['select 1;\n/* open ;', 'unfinished-comment', 2],
    ['select `open ;', 'unfinished-identifier', 1],
    ['select 1;\nsource other.sql\n', 'client-command', 2],
    ['select 1\\G\n', 'client-command', 1],
    ['\\. other.sql', 'client-command', 1],
    ['delimiter\nselect 1;', 'delimiter-invalid', 1],
    ["delimiter '\nselect 1;", 'delimiter-invalid', 1],
    ['select 1\ndelimiter //\n', 'delimiter-inside', 2],
    ['select 1; delimiter //\n', 'delimiter-inside', 1],
    ['/*!50003 select 1; */', 'delimiter-in-comment', 1],
    ['select 1;\ncreate procedure p()\nbegin\n  select 1;\nend;', 'body-needs-delimiter', 2],
    [
      'create or replace definer=root@localhost trigger t after insert on a for each row begin if x then set @a=1; end if; end;',
      'body-needs-delimiter',
      1,
    ],
    ['delimiter //\ninsert into t values (1);\ninsert into t values (2);\n//', 'several-statements', 3],
    ['begin not atomic select 1; end;', 'body-needs-delimiter', 1],
  ])('refuses %j as %s at line %i', (source, code, line) => {
    expect(refusal(source, 'mysql')).toMatchObject({ code, line });
  });

  it('lets a semicolon stand before another delimiter', () => {
    expect(statements('delimiter //\ndrop procedure p; //\nselect 1//', 'mysql')).toEqual([
      'drop procedure p;',
      'select 1',
    ]);
  });

  it('takes no table or column for a routine', () => {
    const source =
      'create table event (id int, begin datetime, function_name int); select \\N; create view v as select 1;';
    expect(statements(source, 'mysql')).toHaveLength(3);
  });
});

describe('a PostgreSQL script', () => {
  it('keeps dollar quotes, nested comments and escape strings whole', () => {
    const source = `create function f() returns int as $body$ select 1; $x$ ; $x$ $body$ language sql;
/* a /* b; */ ; */ select E'it\\'s; ' , 'c:\\', $$;$$, "a;""b", a$1$b;select U&'\\0041;';`;
    expect(statements(source, 'postgres')).toEqual([
      'create function f() returns int as $body$ select 1; $x$ ; $x$ $body$ language sql',
      `select E'it\\'s; ' , 'c:\\', $$;$$, "a;""b", a$1$b`,
      `select U&'\\0041;'`,
    ]);
  });

  it('lets an escape string go on after a line break', () => {
    expect(statements("select E'a'\n  'b\\';c'; select 2;", 'postgres')).toEqual([
      "select E'a'\n  'b\\';c'",
      'select 2',
    ]);
  });

  it('reads a backslash as an escape when the server does', () => {
    expect(
      split("select 'a\\';b'; select 2;", 'postgres', true).filter((piece) => piece.type === 'statement'),
    ).toHaveLength(2);
  });

  it('keeps rules and SQL bodies together, as psql does', () => {
    const rule = 'create rule r as on insert to t do also (select 1; select 2)';
    const body =
      'create or replace function f(a int) returns int begin atomic select case when a = 1 then 2 else 3 end; select 4; end';
    expect(statements(`${rule};\n${body};\nbegin; select 1; end;`, 'postgres')).toEqual([
      rule,
      body,
      'begin',
      'select 1',
      'end',
    ]);
  });

  it('takes two dashes for a comment wherever they stand', () => {
    expect(statements('select 5--3;\n;select 1 # 2;', 'postgres')).toEqual(['select 5', 'select 1 # 2']);
  });

  it.each([
    ['select $a$ open;', 'unfinished-dollar', 1],
    ['select 1;\n\\i other.sql\n', 'client-command', 2],
    ["select :'name';", 'client-variable', 1],
    ['/* /* */ select 1;', 'unfinished-comment', 1],
  ])('refuses %j as %s at line %i', (source, code, line) => {
    expect(refusal(source, 'postgres')).toMatchObject({ code, line });
  });

  it('knows casts and slices from variables', () => {
    expect(statements('select \'1\'::int, a[1:2], x::"my type";', 'postgres')).toHaveLength(1);
  });
});

const dialects = ['mysql', 'postgres'] as const;
/** Characters that mean something to one of the engines, so that random text meets the corners. */
const anything = fc.string({
  unit: fc.constantFrom(
    ...`'"\`;\\$-#/*!: \n\r\t()_E`.split(''),
    ...['a', '1', '中', '/*', '*/', '--', '$$', '$a$', 'BEGIN ', 'END', 'CREATE FUNCTION ', '/*!', "E'"],
    ...['\ndelimiter //\n', '\ndelimiter $$\n', 'CASE '],
  ),
  maxLength: 200,
});

describe.each(dialects)('any text read as %s', (dialect) => {
  it('comes back whole when the pieces are joined', () => {
    fc.assert(
      fc.property(anything, fc.boolean(), (source, escapes) => {
        const pieces = split(source, dialect, escapes);
        expect(pieces.map(({ start, end }) => source.slice(start, end)).join('')).toBe(source);
        let before = 0;
        for (const piece of pieces) {
          expect(piece.start).toBe(before);
          before = piece.end;
          if (piece.type !== 'statement') continue;
          expect(piece.start <= piece.textStart && piece.textStart < piece.textEnd && piece.textEnd <= piece.end).toBe(
            true,
          );
          expect(piece.line).toBe(source.slice(0, piece.textStart).split('\n').length);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

/** A statement made of parts that may hold anything; what they hold never cuts it. */
function statementOf(dialect: SqlDialect): fc.Arbitrary<string> {
  const inside = fc.string({ unit: fc.constantFrom(...`;a' "\`-#/*\n$\\中`.split('')), maxLength: 12 });
  const escaped = (text: string) => text.replaceAll("'", "''").replaceAll('\\', dialect === 'mysql' ? '\\\\' : '\\');
  const comment = inside.map((text) => `/*${text.replaceAll(/[*/]/g, '')}*/`);
  const parts: fc.Arbitrary<string>[] = [
    fc.constantFrom('select', 'x', '1', '(', ')', ',', '=', '中文'),
    inside.map((text) => `'${escaped(text)}'`),
    comment,
    inside.map((text) => `-- ${text.replaceAll('\n', '')}\n`),
  ];
  if (dialect === 'mysql') {
    parts.push(
      inside.map((text) => `\`${text.replaceAll('`', '``')}\``),
      inside.map((text) => `"${text.replaceAll('"', '""').replaceAll('\\', '\\\\')}"`),
    );
  } else {
    parts.push(
      inside.map((text) => `"${text.replaceAll('"', '""')}"`),
      inside.map((text) => `$q$${text.replaceAll('$', '')}$q$`),
      inside.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}',`),
    );
  }
  // Parentheses hold statements together in PostgreSQL, so they are closed.
  const sound = (list: readonly string[]) => list.filter((part) => part !== '(' && part !== ')');
  return fc.array(fc.oneof(...parts), { maxLength: 8 }).map((list) => `select ${sound(list).join(' ')} end_`);
}

describe.each(dialects)('statements of %s', (dialect) => {
  it('are never cut inside a string, a quoted name or a comment', () => {
    fc.assert(
      fc.property(fc.array(statementOf(dialect), { minLength: 1, maxLength: 6 }), (written) => {
        expect(statements(written.join(';\n'), dialect)).toEqual(written);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a large script', () => {
  it.each(dialects)('of ten times the size takes about ten times as long (%s)', (dialect) => {
    const row =
      "insert into orders (id, name, note) values (42, 'O''Neil; 中文', 'a long note -- with # things /* in */ it');\n";
    const seconds = (rows: number): number => {
      const source = row.repeat(rows);
      const began = performance.now();
      let count = 0;
      for (const piece of splitSql(source, usualLexing(dialect))) if (piece.type === 'statement') count += 1;
      expect(count).toBe(rows);
      return performance.now() - began;
    };
    seconds(2_000);
    const short = Math.min(seconds(10_000), seconds(10_000), seconds(10_000));
    const long = Math.min(seconds(100_000), seconds(100_000));
    expect(long / short).toBeLessThan(30);
  });
});
