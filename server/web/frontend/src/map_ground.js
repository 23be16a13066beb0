// What the points stand on: tiles of this server, where it has any. A tile that is still on its way is asked for again.

import TileLayer from 'ol/layer/Tile.js'
import { transformExtent } from 'ol/proj.js'
import ImageTile from 'ol/source/ImageTile.js'
import { createXYZ } from 'ol/tilegrid.js'

const ON_ITS_WAY = 202
const WAITS = [1000, 2000, 4000, 8000]

export async function groundOf({ tiles, kind, minZoom, maxZoom, bounds }) {
  const extent = transformExtent(bounds, 'EPSG:4326', 'EPSG:3857')
  // From further away, a view would be covered by many of the smallest tiles.
  const layer = { extent, minZoom: minZoom - 1 }
  const options = { tileGrid: createXYZ({ minZoom, maxZoom }), wrapX: false }
  if (kind === 'vector') {
    const { vectorGround } = await import('./map_vectors.js')
    return vectorGround(tiles, layer, options, ask)
  }
  return new TileLayer({ ...layer, source: new ImageTile({ ...options, loader: (z, x, y) => picture(tiles, z, x, y) }) })
}

async function picture(tiles, z, x, y) {
  const answer = await ask(tiles.replace('{z}', z).replace('{x}', x).replace('{y}', y))
  // To the map this is a tile that failed: it shows what it has at other scales.
  if (!answer) throw new Error('no tile')
  return createImageBitmap(await answer.blob())
}

// The answer that has a tile; null where there is none.
async function ask(address) {
  for (const wait of [...WAITS, 0]) {
    const answer = await fetch(address).catch(() => null)
    if (answer?.status === 200) return answer
    if (answer?.status !== ON_ITS_WAY || !wait) return null
    await new Promise(resolve => { setTimeout(resolve, wait) })
  }
}
