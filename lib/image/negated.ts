import type { Metadata } from 'sharp';
import { plainProfile } from './plain-profile.ts';
import type { Picture } from './sharp.ts';

/**
 * Inverted samples, alpha untouched. Grey stays grey, 16 bits stay 16, and device values are inverted under the profile that
 * they came with, if it is one: what is written of it has to go through `makePlain`. CMYK is converted to sRGB first:
 * inverting inks, black among them, is no negative to anyone's eye. The same goes for CIELAB.
 */
export function negated(image: Picture, header: Metadata): Picture {
  if (CONVERTED.has(header.space ?? '')) return image.toColourspace('srgb').negate({ alpha: false });
  const tagged = header.icc && plainProfile(header.icc) ? image.keepIccProfile() : image;
  return tagged.toColourspace(spaceOf(header)).negate({ alpha: false });
}

const CONVERTED = new Set(['cmyk', 'lab', 'labs', 'labq', 'xyz', 'scrgb']);

function spaceOf({ depth, channels, hasAlpha }: Metadata): string {
  const isGrey = channels - (hasAlpha ? 1 : 0) === 1;
  if (depth === 'uchar') return isGrey ? 'b-w' : 'srgb';
  return isGrey ? 'grey16' : 'rgb16';
}
