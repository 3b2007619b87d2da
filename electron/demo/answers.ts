import type { Language } from '../../shared/contract/ipc/settings.ts';

/** What a person would say at the demo's steps that ask one, as an answers file: for a run without a screen. */
export function demoAnswers(language: Language): string {
  return language === 'zh'
    ? answers({
        role: '系统负责人',
        reason: '演示：可以发布',
        begins: '交易核心开始发布。',
        live: '交易核心已上线。',
        beyond: '演示：观察无异常，不再回头',
        none: '没有',
      })
    : answers({
        role: 'system owner',
        reason: 'Demo, go ahead',
        begins: 'Trade core begins.',
        live: 'Trade core is live.',
        beyond: 'Demo, the watch was clean',
        none: 'none',
      });
}

function answers(words: Readonly<Record<'role' | 'reason' | 'begins' | 'live' | 'beyond' | 'none', string>>): string {
  return `approval: { approvals: [{ role: ${words.role}, person: Demo, reason: "${words.reason}" }] }
announce: { text: ${words.begins} }
phone: { done: true }
stop-gate: { done: true }
contract: { no-return: "${words.beyond}" }
live: { text: ${words.live} }
done: { done: true, evidence: { interruptions: ${words.none} } }
`;
}
