import { describe, expect, it } from 'vitest';
import { CHECKSUMS, checksumOf, isChecksumName } from '../../../../../infra/local/aws/body/checksum.ts';

/** Of the text `123456789`; the CRCs are the check values of the CRC catalogue (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME). */
const CHECK = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

describe('a checksum', () => {
  it.each(Object.entries(CHECK))('%s has its published check value', (name, hex) => {
    if (!isChecksumName(name)) throw new Error(name);
    const text = Buffer.from('123456789');
    expect(Buffer.from(checksumOf(name, text), 'base64').toString('hex')).toBe(hex);
    const inPieces = CHECKSUMS[name].start();
    for (const byte of text) inPieces.update(Buffer.of(byte));
    expect(inPieces.digest().toString('hex')).toBe(hex);
  });
});
