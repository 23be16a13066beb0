// Points in clusters: an index finds those of a view, and a canvas shows each cluster as a ring of its colours.

import Feature from 'ol/Feature.js'
import { boundingExtent, containsXY } from 'ol/extent.js'
import Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import { fromLonLat, toLonLat } from 'ol/proj.js'
import VectorSource from 'ol/source/Vector.js'
import Style from 'ol/style/Style.js'
import { clustersOf } from './map_clusters.js'

const RADIUS = 7
const FULL = 2 * Math.PI

export class Points {
  constructor(points, colours) {
    this.points = points
    this.colours = colours
    this.extent = points.length ? boundingExtent(points.map(point => point.at)) : null
    this.index = clustersOf(points, colours.length)
    this.shown = []
    this.source = new VectorSource({ wrapX: false })
    const style = new Style({ renderer: (pixel, state) => this.draw(pixel, state) })
    this.layer = new VectorLayer({ source: this.source, style, renderBuffer: 60 })
    this.layer.once('prerender', ({ target }) => this.listen(target.getMapInternal()))
  }

  // Which clusters there are depends on the zoom, and is looked up when a movement has ended.
  listen(map) {
    const refresh = () => this.show(map.getView())
    map.on('moveend', refresh)
    refresh()
  }

  show(view) {
    const [left, bottom, right, top] = view.calculateExtent()
    const box = [...toLonLat([left, bottom]), ...toLonLat([right, top])]
    if (right - left >= 4e7) [box[0], box[2]] = [-180, 180]
    this.shown = this.index.getClusters(box, Math.round(view.getZoom())).map(({ geometry, properties }) => {
      const { cluster, cluster_id: key, point_count: count, counts, id, hue, at } = properties
      return cluster
        ? { cluster, key, count, counts, at: fromLonLat(geometry.coordinates) }
        : { id, hue, at }
    })
    this.source.clear(true)
    this.source.addFeatures(this.shown.map(one => new Feature({ geometry: new Point(one.at), one })))
  }

  draw([x, y], { context, pixelRatio, feature }) {
    const one = feature.get('one')
    context.save()
    context.translate(x, y)
    context.scale(pixelRatio, pixelRatio)
    if (one.cluster) this.drawCluster(context, one)
    else disc(context, RADIUS, this.colours[one.hue], '#fff')
    context.restore()
  }

  drawCluster(context, { counts, count }) {
    const radius = radiusOf(count)
    disc(context, radius + 1.5, '#fff')
    let from = -FULL / 4
    counts.forEach((part, hue) => {
      if (!part) return
      const to = from + FULL * part / count
      context.beginPath()
      context.moveTo(0, 0)
      context.arc(0, 0, radius, from, to)
      context.fillStyle = this.colours[hue]
      context.fill()
      from = to
    })
    disc(context, radius - 6, '#fff')
    context.fillStyle = '#1a2830'
    context.font = '600 12px Inter, "Segoe UI", Roboto, "Noto Sans", sans-serif'
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(count < 10_000 ? count : `${Math.round(count / 1000)}k`, 0, 0.5)
  }

  near(map, pixel, reach) {
    let nearest = null
    let least = Infinity
    for (const one of this.shown) {
      const at = map.getPixelFromCoordinate(one.at)
      const distance = Math.hypot(at[0] - pixel[0], at[1] - pixel[1])
      if (distance < least && distance <= (one.cluster ? radiusOf(one.count) : reach)) [nearest, least] = [one, distance]
    }
    return nearest
  }

  within(extent) {
    const inside = this.points.filter(({ at }) => containsXY(extent, ...at))
    return [...new Set(inside.map(({ id }) => id))]
  }

  ids({ key }) {
    return [...new Set(this.index.getLeaves(key, Infinity).map(({ properties }) => properties.id))]
  }

  // Beyond every zoom for a cluster of points that lie in one spot.
  zoomThatParts({ key }) {
    const zoom = this.index.getClusterExpansionZoom(key)
    return zoom > this.index.options.maxZoom ? Infinity : zoom
  }
}

function radiusOf(count) {
  return 15 + 4 * Math.log10(count)
}

function disc(context, radius, fill, edge) {
  context.beginPath()
  context.arc(0, 0, radius, 0, FULL)
  context.fillStyle = fill
  context.fill()
  if (edge) {
    context.strokeStyle = edge
    context.lineWidth = 1.5
    context.stroke()
  }
}
