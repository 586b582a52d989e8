export interface FormatFacts {
  /** What a file name of this format may end in, the first being ours. */
  readonly extensions: readonly string[];
  readonly contentType: string;
  readonly hasAlpha: boolean;
  /** Whether Darkroom writes several frames into one file of it. */
  readonly animates: boolean;
  /** Whether `quality` means anything to its encoder. */
  readonly lossy: boolean;
}

/** The formats that Darkroom reads and writes. One row a format. */
export const FORMATS = {
  jpg: {
    extensions: ['jpg', 'jpeg'],
    contentType: 'image/jpeg',
    hasAlpha: false,
    animates: false,
    lossy: true,
  },
  png: { extensions: ['png'], contentType: 'image/png', hasAlpha: true, animates: false, lossy: false },
  webp: { extensions: ['webp'], contentType: 'image/webp', hasAlpha: true, animates: true, lossy: true },
  avif: { extensions: ['avif'], contentType: 'image/avif', hasAlpha: true, animates: false, lossy: true },
  tif: {
    extensions: ['tif', 'tiff'],
    contentType: 'image/tiff',
    hasAlpha: true,
    animates: false,
    lossy: false,
  },
  gif: { extensions: ['gif'], contentType: 'image/gif', hasAlpha: true, animates: true, lossy: false },
} as const satisfies Record<string, FormatFacts>;

export type Format = keyof typeof FORMATS;

/** Every format, in the order in which they are listed to people. */
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** Every name that means a format: `jpg jpeg png webp avif tif tiff gif`. */
export const KINDS: readonly string[] = FORMAT_NAMES.flatMap((name) => FORMATS[name].extensions);

/** The format that an extension (no dot, any case) or a `kind` means; undefined for one that Darkroom does not know. */
export function formatOf(kind: string): Format | undefined {
  const wanted = kind.toLowerCase();
  return FORMAT_NAMES.find((name) =>
    FORMATS[name].extensions.some((extension: string) => extension === wanted),
  );
}
