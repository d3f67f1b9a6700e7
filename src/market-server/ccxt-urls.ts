/**
 * The `urls` of ccxt's `binance` classes, so that all that they ask for goes to a market server: to be given to a constructor,
 * or in freqtrade's `ccxt_config`. The websockets' paths are ones by which ccxt tells spot from futures.
 */
export function ccxtUrls(host: string, port: number) {
  const base = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const http = (path: string) => `http://${base}/${path}`;
  const ws = (path: string) => `ws://${base}/${path}`;
  return {
    api: {
      public: http('api/v3'),
      private: http('api/v3'),
      v1: http('api/v1'),
      sapi: http('sapi/v1'),
      sapiV2: http('sapi/v2'),
      sapiV3: http('sapi/v3'),
      sapiV4: http('sapi/v4'),
      fapiPublic: http('fapi/v1'),
      fapiPublicV2: http('fapi/v2'),
      fapiPublicV3: http('fapi/v3'),
      fapiPrivate: http('fapi/v1'),
      fapiPrivateV2: http('fapi/v2'),
      fapiPrivateV3: http('fapi/v3'),
      fapiData: http('futures/data'),
      dapiPublic: http('dapi/v1'),
      dapiPrivate: http('dapi/v1'),
      dapiPrivateV2: http('dapi/v2'),
      dapiData: http('futures/data'),
      eapiPublic: http('eapi/v1'),
      eapiPrivate: http('eapi/v1'),
      papi: http('papi/v1'),
      papiV2: http('papi/v2'),
      ws: {
        spot: ws('stream/ws'),
        margin: ws('stream/ws'),
        // Of one name in some releases of ccxt and of the other in later ones.
        future: ws('fstream/ws'),
        linear: ws('fstream/ws'),
        delivery: ws('dstream/ws'),
        inverse: ws('dstream/ws'),
      },
    },
  } as const;
}
