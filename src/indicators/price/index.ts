export { typicalPrice } from './typical-price.ts';
