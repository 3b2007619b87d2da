import { Component, type ReactNode } from 'react';
import { useText } from './use-text.ts';

/**
 * Catches a screen that breaks while it is drawn, so that nobody sits before an empty window at 02:00. The run itself
 * lives in the main process and goes on; loading the page again shows it.
 */
export class ScreenFault extends Component<{ readonly children: ReactNode }, { readonly fault: Error | null }> {
  override state: { readonly fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error): { readonly fault: Error } {
    return { fault };
  }

  override render(): ReactNode {
    return this.state.fault === null ? this.props.children : <FaultNotice fault={this.state.fault} />;
  }
}

function FaultNotice({ fault }: { readonly fault: Error }) {
  const { t } = useText();
  return (
    <main className="screen-fault" role="alert">
      <h1>{t('screen-fault')}</h1>
      <p>{t('screen-fault-text')}</p>
      <p>
        <button type="button" className="button solid" onClick={() => location.reload()}>
          {t('screen-fault-reload')}
        </button>
      </p>
      <details>
        <summary>{t('technical-cause')}</summary>
        <pre>{fault.message}</pre>
      </details>
    </main>
  );
}
