// Which points lie together at each zoom, and how many of each colour.

import Supercluster from 'supercluster'

export function clustersOf(points, hues) {
  const index = new Supercluster({
    radius: 46,
    extent: 256,
    maxZoom: 18,
    map: ({ hue }) => ({ counts: Array.from({ length: hues }, (_, one) => Number(one === hue)) }),
    // What is added up belongs to the clusters of the zoom below as well, and must stay as it is.
    reduce: (sum, { counts }) => { sum.counts = sum.counts.map((count, hue) => count + counts[hue]) },
  })
  return index.load(points.map(({ lon, lat, ...properties }) => (
    { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties }
  )))
}
