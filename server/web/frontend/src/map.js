// The map of a form's submissions: clusters and points, drawn on a canvas. Nothing comes from elsewhere than this server.

import { defaults as defaultControls } from 'ol/control/defaults.js'
import ScaleLine from 'ol/control/ScaleLine.js'
import { shiftKeyOnly } from 'ol/events/condition.js'
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js'
import DragBox from 'ol/interaction/DragBox.js'
import Graticule from 'ol/layer/Graticule.js'
import OlMap from 'ol/Map.js'
import { fromLonLat, transformExtent } from 'ol/proj.js'
import Fill from 'ol/style/Fill.js'
import Stroke from 'ol/style/Stroke.js'
import Text from 'ol/style/Text.js'
import View from 'ol/View.js'
import { groundOf } from './map_ground.js'
import { buildLegend, hueOf } from './map_legend.js'
import { Points } from './map_points.js'

const find = id => document.getElementById(id)
const card = find('map-card')
const words = JSON.parse(card.dataset.words)
const most = Number(card.dataset.most)
const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
// How near to a point a click must be, in pixels; fingers are wider than points.
const REACH = 16

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name])
const number = count => count.toLocaleString(document.documentElement.lang)
const tell = text => { find('map-told').textContent = text }

async function load() {
  const answer = await fetch(card.dataset.points)
  if (!answer.ok) throw new Error(answer.status)
  return answer.json()
}

function open({ points, values }) {
  const legend = buildLegend(find('legend'), card.dataset, words, points, values)
  const layer = new Points(points.map(point => ({
    id: point[0],
    at: fromLonLat([point[1], point[2]]),
    lon: point[1],
    lat: point[2],
    hue: hueOf(legend, point),
  })), legend.colours)
  const map = makeMap(layer)
  // Their texts are mere signs.
  for (const sign of find('map').querySelectorAll('.ol-zoom button')) sign.setAttribute('aria-label', sign.title)
  const whole = () => layer.extent && map.getView().fit(layer.extent, { padding: [40, 40, 40, 40], maxZoom: 15 })
  whole()
  find('whole').addEventListener('click', whole)
  const listView = () => listWithin(layer, map.getView().calculateExtent())
  find('in-view').addEventListener('click', listView)
  find('map').addEventListener('keydown', ({ key, target }) => { if (key === 'Enter' && target.id === 'map') listView() })
  allowBoxes(map, layer)
  standOnGround(map)
  map.on('pointermove', event => {
    map.getTargetElement().classList.toggle('is-over', !event.dragging && Boolean(layer.near(map, event.pixel, REACH)))
  })
  map.on('singleclick', event => {
    const found = layer.near(map, event.pixel, REACH)
    if (found) follow(map, layer, found)
  })
  map.once('rendercomplete', () => { card.dataset.ready = points.length })
  tell(points.length ? '' : words.empty)
}

function makeMap(layer) {
  const style = getComputedStyle(card)
  const label = options => new Text({
    font: `12px ${style.fontFamily}`, fill: new Fill({ color: style.getPropertyValue('--soft') }), ...options,
  })
  return new OlMap({
    target: 'map',
    keyboardEventTarget: find('map'),
    controls: defaultControls({
      attribution: false,
      rotate: false,
      zoomOptions: { zoomInTipLabel: words.zoomIn, zoomOutTipLabel: words.zoomOut },
    }).extend([new ScaleLine()]),
    interactions: defaultInteractions({
      altShiftDragRotate: false, pinchRotate: false, shiftDragZoom: false, onFocusOnly: false,
    }),
    layers: [
      new Graticule({
        strokeStyle: new Stroke({ color: style.getPropertyValue('--map-line'), width: 1 }),
        lonLabelStyle: label({ textBaseline: 'bottom', offsetY: -2 }),
        latLabelStyle: label({ textAlign: 'end', textBaseline: 'bottom', offsetX: -4 }),
        showLabels: true,
        wrapX: false,
      }),
      layer.layer,
    ],
    view: new View({ center: fromLonLat([105, 16]), zoom: 3, maxZoom: 20, enableRotation: false }),
  })
}

// Where a tile is missing, the lines of the plain ground stay to be seen.
async function standOnGround(map) {
  if (!card.dataset.ground) return
  const ground = await groundOf(JSON.parse(card.dataset.ground))
  map.getLayers().insertAt(1, ground)
  map.once('rendercomplete', () => { card.dataset.ground = 'shown' })
}

function follow(map, layer, found) {
  if (!found.cluster) return location.assign(card.dataset.record + found.id)
  const zoom = layer.zoomThatParts(found)
  if (zoom > map.getView().getMaxZoom()) return list(layer.ids(found))
  map.getView().animate({ center: found.at, zoom, duration: isCalm ? 0 : 250 })
}

function allowBoxes(map, layer) {
  const button = find('pick')
  const isPicking = () => button.getAttribute('aria-pressed') === 'true'
  const press = on => {
    button.setAttribute('aria-pressed', on)
    find('map').classList.toggle('is-picking', on)
  }
  button.addEventListener('click', () => press(!isPicking()))
  const box = new DragBox({ condition: event => isPicking() || shiftKeyOnly(event) })
  box.on('boxend', () => {
    press(false)
    listWithin(layer, box.getGeometry().getExtent())
  })
  map.addInteraction(box)
}

function listWithin(layer, extent) {
  return list(layer.within(extent), extent)
}

async function list(ids, extent = null) {
  const told = ids.length > most ? words.first : words.found
  try {
    const answer = await fetch(`${card.dataset.list}&ids=${ids.slice(0, most).join(',')}`)
    if (!answer.ok) throw new Error(answer.status)
    find('places').innerHTML = await answer.text()
  } catch {
    return tell(words.failed)
  }
  leadOn(extent)
  find('list-told').textContent = filled(told, { count: number(ids.length), most: number(most) })
  find('list').focus({ preventScroll: innerWidth > 900 })
}

// The same box is a filter of other pages.
function leadOn(extent) {
  const links = find('of-box')
  if (!links) return
  links.hidden = !extent
  if (!extent) return
  const box = transformExtent(extent, 'EPSG:3857', 'EPSG:4326').map(side => side.toFixed(7)).join() + card.dataset.box
  for (const link of links.querySelectorAll('a')) {
    const address = new URL(link.href)
    address.searchParams.set('box', box.replace(/,$/, ''))
    link.href = address
  }
}

card.hidden = false
load().then(open).catch(() => tell(words.failed))
for (const select of find('sight').querySelectorAll('select')) {
  select.addEventListener('change', () => find('sight').requestSubmit())
}
