/** Ids of cases, where a last `*` is any ending, and why they end otherwise. */
type Difference = readonly [reason: string, ids: readonly string[]];

/** Seen of the gateway of Ceph 16.2, of 2021, whose S3 is that of its time. */
const CEPH: readonly Difference[] = [
  [
    'it is older than these checksums',
    ['checksum-crc*', 'checksum-sha1*', 'checksum-sha256', 'checksum-sha256-wrong'],
  ],
  [
    'it is older than these checksums',
    ['checksum-sha256-trailer', 'checksum-sha256-of-parts', 'checksum-malformed', 'checksum-copied'],
  ],
  [
    'it is older than writes on condition, and knows only If-None-Match: * of a put',
    ['write-if-match*', 'write-if-nothing-left'],
  ],
  ['it is older than writes on condition', ['write-if-complete', 'write-if-delete', 'delete-many-match']],
  ['it is older than GetObjectAttributes', ['setting-attributes*']],
  ['it does not know TaggingDirective', ['tag-copied']],
  ['it does not know reads by number of part', ['multipart-part-read']],
  ['it compares a condition of a copy with the time, or with an ETag without quotes', ['write-if-copy-*']],
  ['it takes If-Match: * for an ETag', ['read-if-match-any']],
  [
    'its errors in the reading of ranges are others, and it answers a part of two',
    ['range-empty-suffix', 'range-backwards', 'range-many', 'range-other-unit'],
  ],
  [
    'it does not read If-Range',
    ['range-if-etag-other', 'range-if-etag-weak', 'range-if-date-past', 'range-if-date-future'],
  ],
  ['it does not read If-Range', ['range-if-unsatisfiable']],
  [
    'its code for a range of a copy is InvalidRange, and it takes the last bytes for one',
    [
      'multipart-part-copy-beyond-the-end',
      'multipart-part-copy-behind-the-end',
      'multipart-part-copy-open',
      'multipart-part-copy-suffix',
      'multipart-part-copy-backwards',
    ],
  ],
  ['its code for a storage class is InvalidArgument', ['copy-other-class']],
  [
    'it takes a list of keys that nothing proves whole, and a key that is too long for one',
    ['delete-many-unproven', 'delete-many-long-key'],
  ],
  ['it takes a list of content types for one', ['post-does-not-all-start-with']],
  [
    'it takes rules that S3 refuses, or refuses them by another code',
    ['lifecycle-no-midnight', 'lifecycle-abort-by-size'],
  ],
  [
    'it tells of an end without percent-encoding, and neither in parts nor of all reads',
    ['lifecycle-expires', 'lifecycle-expires-parts', 'lifecycle-expires-older'],
  ],
  ['its location is the name of its zone group', ['bucket-location']],
  ['its code for a long key is InvalidObjectName', ['key-too-long']],
  ['it has another limit for metadata', ['object-metadata-too-large']],
  ['it leaves out a common prefix that it starts within', ['list-start-after-folder']],
  [
    'it takes any text for a token, any number for a count, any name for an encoding',
    ['list-bad-*', 'refusal-bad-encoding-type'],
  ],
  ['its document has the ETag without quotes', ['copy-all']],
  ['it does not tell which version was copied', ['copy-version']],
  ['its answer to a completion has no ETag that the SDK finds', ['multipart-whole']],
  [
    'it completes only uploads of which every part is listed',
    ['multipart-part-replaced', 'multipart-gaps', 'multipart-too-small'],
  ],
  ['it sorts parts itself', ['multipart-order']],
  ['it takes any number of a part', ['multipart-number-*']],
  ['it lists the parts of an aborted upload with an internal error', ['multipart-abort']],
  ['it groups no uploads', ['multipart-list-uploads']],
  [
    'it takes an empty list, and its error for a long one has no code',
    ['delete-many-none', 'delete-many-too-many'],
  ],
  [
    'it says NoSuchKey of versions and markers, without their headers',
    ['version-marker-*', 'version-removed', 'version-absent'],
  ],
  [
    'it looks at the end of a URL’s time, not at its beginning, and says AccessDenied',
    ['presigned-not-yet', 'presigned-too-long'],
  ],
  ['it says AccessDenied of a wrong signature of a form', ['post-other-*']],
  ['it keeps no Cache-Control of a form', ['post-fields']],
  ['it keeps the second of two tags of one name', ['tag-twice']],
  ['it takes new tags for a change of the object', ['tag-modified']],
  ['it tells rules in an order of its own', ['cors-kept']],
  ['it answers what is not set otherwise', ['setting-unset-website', 'setting-unset-replication']],
  [
    'it takes a parameter that it does not know for nothing',
    [
      'refusal-select',
      'refusal-analytics',
      'refusal-inventory',
      'refusal-metrics',
      'refusal-unknown-parameter',
    ],
  ],
  [
    'it refuses with another code, or without a message',
    ['refusal-torrent', 'refusal-malformed-xml', 'refusal-document'],
  ],
];

/** Where other implementations are otherwise, and why. */
const DIFFERENCES: Readonly<Record<string, readonly Difference[]>> = { ceph: CEPH };

/** Why a case may fail on an implementation; undefined when it may not. */
export function differenceOf(id: string, implementation: string): string | undefined {
  const isMeant = (pattern: string): boolean =>
    pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
  return DIFFERENCES[implementation]?.find(([, ids]) => ids.some(isMeant))?.[0];
}
