import { useMemo } from 'react';
import { qrPath } from '../../../shared/print/qr.ts';

/** A QR code, black on white in both themes: cameras do not read it the other way round. Null text: too long for one. */
export function QrCode({
  text,
  label,
  tooLong,
}: {
  readonly text: string;
  readonly label: string;
  readonly tooLong: string;
}) {
  const code = useMemo(() => qrPath(text), [text]);
  if (code === null) return <p className="quiet">{tooLong}</p>;
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${code.size} ${code.size}`}>
      <rect width={code.size} height={code.size} fill="#ffffff" />
      <path d={code.path} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  );
}
