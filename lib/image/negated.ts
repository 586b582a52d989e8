import type { Metadata } from 'sharp';
import type { Picture } from './sharp.ts';

/**
 * Inverted samples, alpha untouched. Grey stays grey, 16 bits stay 16, and device values are inverted under
 * the profile that they came with. CMYK is converted to sRGB first: inverting inks, black among them, is no negative to
 * anyone's eye. The same goes for CIELAB.
 */
export function negated(image: Picture, header: Metadata): Picture {
  const isDevice = !CONVERTED.has(header.space ?? '');
  const device = isDevice
    ? image.keepIccProfile().toColourspace(spaceOf(header))
    : image.toColourspace('srgb');
  return device.negate({ alpha: false });
}

const CONVERTED = new Set(['cmyk', 'lab', 'labs', 'labq', 'xyz', 'scrgb']);

function spaceOf({ depth, channels, hasAlpha }: Metadata): string {
  const isGrey = channels - (hasAlpha ? 1 : 0) === 1;
  if (depth === 'uchar') return isGrey ? 'b-w' : 'srgb';
  return isGrey ? 'grey16' : 'rgb16';
}
