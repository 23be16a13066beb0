// Watches a form that is being filled in, and keeps what changes in it.

import { begun, forget, keep, keepFiles } from './kept.js'

const EVERY = 2000
const XML = 'xml_submission_file'

// `name` is where it is kept; `isChanged` says whether somebody has touched the form at all.
export function keeper(name, formXml, isChanged) {
  let root = null
  let lastXml = ''
  let lastFiles = ''

  function note() {
    if (!root || !isChanged()) return
    const { instanceState, attachments } = root.rootDocument
    const xml = instanceState.instanceXML
    if (xml === lastXml) return
    lastXml = xml
    const files = [...attachments.values()].map(one => one.getValue()).filter(Boolean)
    const names = files.map(file => `${file.name} ${file.size}`).join()
    if (names !== lastFiles) keepFiles(name, files)
    lastFiles = names
    keep(name, formXml, xml)
  }

  setInterval(note, EVERY)
  document.addEventListener('visibilitychange', note)
  return {
    // The widgets' own description of what they show now.
    follow(state) { root = state.root },
    // What the widgets take to go on with; nothing if there is nothing.
    async found() {
      const kept = await begun(name, formXml)
      return kept && { at: new Date(kept.at), data: [withFiles(kept)] }
    },
    async forget() {
      lastXml = root?.rootDocument.instanceState.instanceXML ?? ''
      lastFiles = ''
      await forget(name)
    },
  }
}

function withFiles({ xml, files }) {
  const data = new FormData()
  data.set(XML, new File([xml], XML, { type: 'text/xml' }))
  for (const file of files?.files ?? []) data.set(file.name, file)
  return data
}
