// Vector tiles as a quiet ground: water, land, roads, borders and names, whatever the makers of the file call them.

import MVT from 'ol/format/MVT.js'
import VectorTileLayer from 'ol/layer/VectorTile.js'
import VectorTileSource from 'ol/source/VectorTile.js'
import Fill from 'ol/style/Fill.js'
import Stroke from 'ol/style/Stroke.js'
import Style from 'ol/style/Style.js'
import Text from 'ol/style/Text.js'
import TileState from 'ol/TileState.js'

const fill = color => new Style({ fill: new Fill({ color }) })
const line = (color, width, more) => new Style({ stroke: new Stroke({ color, width, ...more }) })
const WATER = fill('#c3dbe8')
const GREEN = fill('#dfeadb')
const BUILT = fill('#e6e2da')
const BUILDING = fill('#d8d2c8')
const RIVER = line('#9dc3d9', 1.2)
const ROAD = line('#bdb6a8', 1.4)
const BORDER = line('#8f83a0', 1.2, { lineDash: [6, 4] })
const OTHER = line('#cbd0cc', 0.8)
// In the names that OpenMapTiles, Protomaps, Shortbread and others give their layers.
const KINDS = [
  [/water|ocean|river|stream|lake/, { Polygon: WATER, LineString: RIVER }],
  [/bound|admin|border/, { LineString: BORDER, Polygon: BORDER }],
  [/road|transport|street|rail|highway|way/, { LineString: ROAD }],
  [/building/, { Polygon: BUILDING }],
  [/residential|urban|site/, { Polygon: BUILT }],
  [/landcover|landuse|land_use|park|wood|forest|natural|nature/, { Polygon: GREEN }],
  [/^(land|earth|land_polygons)$/, {}],
  [/./, { LineString: OTHER, Polygon: OTHER }],
]
const NAMED = /place|city|town|village|poi_label|settlement/

export function vectorGround(tiles, layer, options, ask) {
  const source = new VectorTileSource({
    ...options, url: tiles, format: new MVT(), tileLoadFunction: (tile, address) => load(tile, address, ask),
  })
  const label = labelStyle()
  return new VectorTileLayer({ ...layer, source, declutter: true, style: feature => styleOf(feature, label) })
}

function load(tile, address, ask) {
  tile.setLoader(async (extent, resolution, projection) => {
    try {
      const answer = await ask(address)
      const content = answer ? await answer.arrayBuffer() : new ArrayBuffer(0)
      tile.setFeatures(tile.getFormat().readFeatures(content, { extent, featureProjection: projection }))
    } catch {
      tile.setState(TileState.ERROR)
    }
  })
}

function labelStyle() {
  return new Style({
    text: new Text({
      font: '13px Inter, "Segoe UI", Roboto, "Noto Sans", sans-serif',
      fill: new Fill({ color: '#3d4a52' }),
      stroke: new Stroke({ color: '#ffffffd0', width: 3 }),
    }),
  })
}

function styleOf(feature, label) {
  const layer = String(feature.get('layer')).toLowerCase()
  const type = feature.getType().replace('Multi', '')
  if (type === 'Point') return NAMED.test(layer) ? named(feature, label) : null
  return KINDS.find(([names]) => names.test(layer))[1][type] ?? null
}

function named(feature, label) {
  const name = feature.get(`name:${document.documentElement.lang}`) ?? feature.get('name')
  if (!name) return null
  label.getText().setText(String(name))
  return label
}
