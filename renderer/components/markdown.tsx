import MarkdownIt from 'markdown-it';
import { useMemo } from 'react';

/**
 * Notes come from a checklist, so nothing in them may act: no HTML, no images, and links are shown as text with
 * their address, because a release screen never navigates away.
 */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['image']);
markdown.renderer.rules.link_open = (tokens, index) =>
  `<span class="link-text" title="${markdown.utils.escapeHtml(String(tokens[index]?.attrGet('href') ?? ''))}">`;
markdown.renderer.rules.link_close = () => '</span>';

/** A step's notes in Markdown. */
export function Markdown({ source }: { readonly source: string }) {
  const html = useMemo(() => ({ __html: markdown.render(source) }), [source]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: markdown-it with html:false escapes everything it did not make.
  return <div className="markdown" dangerouslySetInnerHTML={html} />;
}
