import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checksumOf, joinChecksums } from '../../../../../infra/local/aws/body/checksum.ts';

it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'the %s of a whole is told from those of its parts, whatever their lengths',
  (name) => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 6 }), (parts) => {
        const summed = parts.map((part) => ({ checksum: checksumOf(name, part), size: part.length }));
        expect(joinChecksums(name, summed)).toBe(checksumOf(name, Buffer.concat(parts)));
      }),
    );
  },
);

it('a hash of a whole cannot be told from its parts', () => {
  expect(() => joinChecksums('SHA256', [])).toThrow('cannot be told from its parts');
});
