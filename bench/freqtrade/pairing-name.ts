export type SideName = 'stock' | 'ours';

/** Who produces and who consumes, in the order of the table. */
export const pairingNames = ['stock → stock', 'stock → ours', 'ours → stock', 'ours → ours'] as const;

export type PairingName = (typeof pairingNames)[number];

export const sidesOf: Readonly<Record<PairingName, { readonly from: SideName; readonly to: SideName }>> = {
  'stock → stock': { from: 'stock', to: 'stock' },
  'stock → ours': { from: 'stock', to: 'ours' },
  'ours → stock': { from: 'ours', to: 'stock' },
  'ours → ours': { from: 'ours', to: 'ours' },
};
