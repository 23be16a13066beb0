// What the colours mean and how many points have each. The colours themselves stand in the style sheet.

const MOST = 8

export function buildLegend(place, { colour, states }, words, points, values) {
  const column = colour === 'state' ? 3 : 4
  const counts = new Map()
  for (const point of points) counts.set(point[column], (counts.get(point[column]) ?? 0) + 1)
  const legend = colour === 'state' ? byState(counts, JSON.parse(states))
    : byAnswer(counts, values, words, colour === 'choice' ? inTheirOrder : mostFirst)
  place.replaceChildren(...legend.entries.map(entry))
  legend.colours = [...place.querySelectorAll('i')].map(swatch => getComputedStyle(swatch).backgroundColor)
  return { ...legend, column }
}

export function hueOf({ hues, column, rest }, point) {
  return hues.get(point[column]) ?? rest
}

function byState(counts, titles) {
  const names = ['to-review', 'has-issues', 'approved', 'rejected']
  return {
    entries: titles.map((title, place) => ({ title, style: names[place], count: counts.get(place) ?? 0 })),
    hues: new Map(titles.map((_, place) => [place, place])),
  }
}

const mostFirst = (one, other) => other[1] - one[1]
// That something was chosen has the same colour whatever was chosen.
const inTheirOrder = (one, other) => one[0] - other[0]

// The first answers have colours of their own.
function byAnswer(counts, values, words, order) {
  const none = counts.get(-1) ?? 0
  const ranked = [...counts].filter(([value]) => value >= 0).sort(order)
  const hues = new Map(ranked.slice(0, MOST).map(([value], place) => [value, place]))
  const entries = ranked.slice(0, MOST).map(([value, count], place) => (
    { title: values[value][1], style: `hue-${place}`, count }
  ))
  const rest = entries.length
  if (ranked.length > MOST) {
    entries.push({ title: words.other, style: 'hue-rest', count: ranked.slice(MOST).reduce((sum, [, count]) => sum + count, 0) })
  }
  if (none) {
    hues.set(-1, entries.length)
    entries.push({ title: words.none, style: 'hue-none', count: none })
  }
  return { entries, hues, rest }
}

function entry({ title, style, count }) {
  const item = document.createElement('li')
  const swatch = document.createElement('i')
  const number = document.createElement('b')
  swatch.className = style
  number.textContent = count.toLocaleString(document.documentElement.lang)
  item.append(swatch, title, ' ', number)
  return item
}
