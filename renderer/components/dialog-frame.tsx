import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: 'small' | 'medium' | 'full';
  /** The question must be answered; Escape means `onClose`, a click beside it means nothing. */
  readonly alert?: boolean;
}

/** The frame of every dialog: title, text, acts. Escape closes it. */
export function DialogFrame({ title, onClose, children, size = 'small', alert = false }: Props) {
  const onOpenChange = (open: boolean): void => {
    if (!open) onClose();
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onOpenChange} isDismissable={false}>
      <Modal className={`dialog ${size}`}>
        <Dialog className="dialog-inner" role={alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
