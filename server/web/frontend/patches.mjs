// What has to differ in @getodk/web-forms 0.22.0: it brings fonts of its own, asks a map server of somebody else, and
// speaks English only. Each change says how often it must be found, so that another version cannot pass unseen.

const NO_TILE = 'data:image/gif;base64,R0lGODlhAQABAIAAAPLz8AAAACwAAAAAAQABAAACAkQBADs='

const CHANGES = {
  'index.js': [[/@font-face\s*\{[^}]*\}/g, '', 27]],
  'MapBlock-': [
    [/https:\/\/tile\.openstreetmap\.org\/\{z\}\/\{x\}\/\{y\}\.png/g, NO_TILE, 1],
    [/'&#169; <a href="https:\/\/www\.openstreetmap\.org\/copyright" target="_blank">OpenStreetMap<\/a> contributors\.'/g, '""', 1],
  ],
}

export function patchedWebForms(name, source) {
  const changes = Object.entries(CHANGES).find(([start]) => name.startsWith(start))?.[1] ?? []
  return changes.reduce((text, [found, put, times]) => {
    const count = text.match(found)?.length ?? 0
    if (count !== times) throw new Error(`${name}: ${found} stands there ${count} times instead of ${times}`)
    return text.replace(found, () => put)
  }, source)
}
