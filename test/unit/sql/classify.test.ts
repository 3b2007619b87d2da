import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/sql/classify.ts';
import { usualLexing } from '../../../shared/sql/dialect.ts';
import { surveyScript } from '../../../shared/sql/survey.ts';

const mysql = (text: string) => classify(text, usualLexing('mysql'));
const postgres = (text: string) => classify(text, usualLexing('postgres'));

describe('what only looks', () => {
  it.each([
    'select 1',
    'show tables',
    'explain delete_log',
    'with a as (select 1) select * from a',
    '(select 1) union (select 2)'.slice(1, 9),
    'desc t',
    'values row(1)',
  ])('is known in MySQL: %s', (text) => expect(mysql(text).looks).toBe(true));

  it.each([
    'insert into t values (1)',
    'call p()',
    'set @a = 1',
    'commit',
    "select * into outfile '/tmp/x' from t",
    'select * from t for update',
    'with a as (select 1) delete from t',
    'create temporary table t (a int)',
    'handler t open',
    'whatever comes next year',
    '/*!50000 delete from t */',
  ])('is denied to everything else in MySQL: %s', (text) => expect(mysql(text).looks).toBe(false));

  it.each([
    'with gone as (delete from t returning *) select * from gone',
    "copy t to program 'x'",
    'begin',
    'set transaction read write',
    'do $$ begin end $$',
    'vacuum',
  ])('is denied to everything else in PostgreSQL: %s', (text) => expect(postgres(text).looks).toBe(false));

  it('is told by code, not by what strings and comments say', () => {
    expect(postgres('select \'delete\' -- insert\n, "update"').looks).toBe(true);
  });
});

describe('what commits by itself in MySQL', () => {
  it.each([
    'alter table t add c int',
    'create table t (a int)',
    'truncate t',
    '/*!50003 CREATE*/ TRIGGER x',
    'grant select on a to b',
  ])('%s', (text) => expect(mysql(text).commits).toBe(true));
  it.each(['create temporary table t (a int)', 'update t set a = 1', 'call p()', 'set names utf8'])(
    'but not %s',
    (text) => expect(mysql(text).commits).toBe(false),
  );
});

describe('what destroys', () => {
  it.each([
    ['drop table t', 'DROP TABLE'],
    ['truncate table t', 'TRUNCATE'],
    ['delete from t', 'DELETE without WHERE'],
    ['delete from t where a = (select max(a) from u)', null],
    ['delete from t order by (select 1 where true) limit 5', 'DELETE without WHERE'],
    ["update t set a = 'where'", 'UPDATE without WHERE'],
    ['alter table t add a int, drop column b', 'ALTER TABLE … DROP'],
    ['alter table t drop index i', null],
    ['alter table t drop constraint c', null],
    ['drop index i on t', null],
    ['drop view v', null],
    ['insert into t select 1', null],
  ])('%s → %s', (text, what) => expect(mysql(text).irreversible).toBe(what));
});

describe('what is never sent', () => {
  it('is refused by name', () => {
    expect(postgres('copy t from stdin').refusal).toBe('copy-data');
    expect(postgres("copy t from '/srv/t.csv'").refusal).toBe(null);
    expect(mysql("load data local infile 'x' into table t").refusal).toBe('local-file');
    expect(mysql("set session sql_mode = 'ANSI_QUOTES'").refusal).toBe('reading-changed');
    expect(mysql('set names gbk').refusal).toBe('charset-changed');
    expect(mysql('/*!40101 SET character_set_client = latin1 */').refusal).toBe('charset-changed');
    expect(mysql('/*!40101 SET NAMES utf8mb4 */').refusal).toBe(null);
    expect(mysql('SET character_set_client = @saved_cs_client').refusal).toBe(null);
    expect(mysql('/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */').refusal).toBe(null);
    expect(postgres("SET client_encoding = 'GBK'").refusal).toBe('charset-changed');
    expect(postgres("SET client_encoding = 'UTF8'").refusal).toBe(null);
    expect(mysql("SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO'").refusal).toBe(null);
    expect(postgres('set standard_conforming_strings to off').refusal).toBe('reading-changed');
    expect(postgres('SET standard_conforming_strings = on').refusal).toBe(null);
  });
});

describe('a survey', () => {
  it('counts, and names the first of each sort with its line', () => {
    const survey = surveyScript(
      'insert into t values (1);\nalter table t add a int;\n\ndrop table old;\nstart transaction;\ndelete from x;',
      usualLexing('mysql'),
    );
    expect(survey).toMatchObject({
      statements: 5,
      commits: 2,
      irreversible: 2,
      controls: { number: 4, line: 5, verb: 'START TRANSACTION' },
      changes: { number: 1, line: 1, verb: 'INSERT' },
      refusal: null,
    });
    expect(survey.irreversibleNamed.map(({ line, verb }) => [line, verb])).toEqual([
      [4, 'DROP TABLE'],
      [6, 'DELETE without WHERE'],
    ]);
  });

  it('stops at what cannot be run', () => {
    const survey = surveyScript('select 1;\ncopy t from stdin;\n1\t2\n\\.\n', usualLexing('postgres'));
    expect(survey.refusal).toEqual({ line: 2, code: 'copy-data', detail: 'COPY' });
  });

  it('knows what PostgreSQL refuses inside a transaction', () => {
    const survey = surveyScript('create index concurrently i on t (a)', usualLexing('postgres'));
    expect(survey.outsideOnly).toEqual({ number: 1, line: 1, verb: 'CREATE INDEX' });
  });
});
