export { avgprice } from './avgprice.ts';
export { heikinAshi } from './heikin-ashi.ts';
export { medprice } from './medprice.ts';
export { typicalPrice } from './typical-price.ts';
export { typprice } from './typprice.ts';
export { wclprice } from './wclprice.ts';
