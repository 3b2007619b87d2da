import { Checkbox, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { useText } from '../../components/use-text.ts';
import type { FeedFault, FeedForm } from '../../model/feed-form.ts';

interface FieldsProps {
  readonly form: FeedForm;
  /** What is wrong with a field, once somebody tried to apply the form. */
  readonly faults: Readonly<Partial<Record<string, FeedFault>>>;
  readonly onChange: (changes: Partial<FeedForm>) => void;
}

/** Where a syslog receiver listens. */
export function SyslogFields({ form, faults, onChange }: FieldsProps) {
  const { evidence } = useText();
  return (
    <>
      <div className="feed-pair">
        <Field
          label={evidence('feed-host')}
          value={form.host}
          fault={faults['host']}
          onChange={(host) => onChange({ host })}
        />
        <Field
          label={evidence('feed-port')}
          value={form.port}
          fault={faults['port']}
          onChange={(port) => onChange({ port })}
        />
      </div>
      <Switch on={form.tls} label={evidence('feed-tls')} onChange={(tls) => onChange({ tls })} />
      {form.tls ? (
        <Field
          label={evidence('feed-ca')}
          value={form.ca}
          why={evidence('feed-ca-why')}
          fault={faults['ca']}
          onChange={(ca) => onChange({ ca })}
        />
      ) : (
        <p className="why">{evidence('feed-open')}</p>
      )}
    </>
  );
}

interface WebhookProps extends FieldsProps {
  /** This computer has somewhere to keep a header's value. */
  readonly keyring: boolean;
  /** The value for the header that the form names is there. */
  readonly kept: boolean;
}

/** Where records are posted to, and the header that tells who we are. */
export function WebhookFields({ form, faults, keyring, kept, onChange }: WebhookProps) {
  const { evidence } = useText();
  return (
    <>
      <Field
        label={evidence('feed-url')}
        value={form.url}
        why={evidence('feed-url-why')}
        fault={faults['url']}
        onChange={(url) => onChange({ url })}
      />
      {keyring || form.header !== '' ? (
        <Field
          label={evidence('feed-header')}
          value={form.header}
          why={evidence('feed-header-why')}
          fault={faults['header']}
          onChange={(header) => onChange({ header })}
        />
      ) : (
        <p className="why">{evidence('feed-no-keyring')}</p>
      )}
      {form.header.trim() === '' ? null : (
        <Field
          label={evidence('feed-secret')}
          value={form.secret}
          why={evidence(kept ? 'feed-secret-kept' : 'feed-secret-why')}
          fault={faults['secret']}
          hidden={kept ? '••••••••' : ''}
          onChange={(secret) => onChange({ secret })}
        />
      )}
    </>
  );
}

interface SwitchProps {
  readonly on: boolean;
  readonly label: string;
  readonly onChange: (on: boolean) => void;
}

/** Whether something is wanted. */
export function Switch({ on, label, onChange }: SwitchProps) {
  return (
    <Checkbox className="choice tick" isSelected={on} onChange={onChange}>
      {label}
    </Checkbox>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly why?: string;
  readonly fault: FeedFault | undefined;
  /** Given: what is typed is shown as dots, and this stands where nothing is. */
  readonly hidden?: string;
  readonly onChange: (value: string) => void;
}

function Field({ label, value, why, fault, hidden, onChange }: FieldProps) {
  const { evidence } = useText();
  return (
    <TextField
      className="field"
      type={hidden === undefined ? 'text' : 'password'}
      value={value}
      onChange={onChange}
      isInvalid={fault !== undefined}
    >
      <Label>{label}</Label>
      <Input maxLength={4_096} spellCheck={false} autoComplete="off" placeholder={hidden ?? ''} />
      {why === undefined ? null : (
        <Text slot="description" className="why">
          {why}
        </Text>
      )}
      <FieldError className="field-error">{fault === undefined ? null : evidence(fault)}</FieldError>
    </TextField>
  );
}
