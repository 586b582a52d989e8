export const isLosslessAvif = (_b: Buffer): boolean => false;
