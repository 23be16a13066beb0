// What has to differ in @getodk/web-forms 0.22.0: it brings fonts of its own, asks a map server of somebody else,
// speaks English only, leaves fields without labels and buttons without names, keeps nothing of what was begun, does not say where a form fails, and takes no question for a date. Each change says how often it must
// be found, so that another version cannot pass unseen.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = name => fileURLToPath(new URL(name, import.meta.url))
const NO_TILE = 'data:image/gif;base64,R0lGODlhAQABAIAAAPLz8AAAACwAAAAAAQABAAACAkQBADs='
const CHANGES = {
  'index.js': [[/@font-face\s*\{[^}]*\}/g, '', 27]],
  'index-': [
    [/`\$\{(\w+)\} (questions with errors\.)`/g, '"%s $2".replace("%s", $1)', 1],
    // What is wrong with a submission that is edited is shown from the beginning.
    [/(= initializeFormState\(\), \w+ = ref\()!1\)/g, '$1!!nA.editInstance)', 1],
    // Buttons that show a picture only.
    [/class: "button-menu",/g, '$& "aria-label": "More actions",', 1],
    [/class: "clear-button",(?=\s+onClick: \w+\[0\] \|\| \(\w+\[0\] = \(\w+\) => \w+\.\$emit\("clear"\)\))/g, '$& "aria-label": "Remove image",', 1],
    [/class: "close-icon",/g, '$& "aria-label": "Close",', 1],
    // Fields for dates, times and numbers, by the id that their labels are for.
    [/(createBlock\(unref\(script\$i\), \{\s+)(modelValue: )/g, '$1inputId: eA.question.nodeId, $2', 2],
    // Dates are read from questions, not only from texts that are written in the expression.
    [/case "STRING": \{(?=\s+const nA = tA\.toString\(\);\s+return dateTimeFromString)/g, 'case "NODE": $&', 1],
    [/case "STRING": \{(?=\s+const rA = AA\.toString\(\);\s+if \(rA === ""\)\s+return new StringEvaluation)/g, 'case "NODE": $&', 1],
    // What was begun before goes on, whoever watches is told of each new state, and the first fault is shown.
    [/editInstance: \{\}(?=\s+\},\s+emits: \["submit", "submitChunked"\])/g, '$&, begun: {}, follow: {}', 1],
    [/editInstance: nA\.editInstance \?\? null,/g, '$& begun: nA.begun,', 1],
    [/AA\.createInstance\(nA\)/g, '(tA.begun ? await AA.restoreInstance(tA.begun, nA) : $&)', 1],
    [/EA\.value = QA\.instance\?\.mode === "edit"/g, 'nA.follow?.(QA), $&', 1],
    [/(sA = )(expressionEvaluator\(rA, aA, oA, \{\s+contextNode: nA\s+\}\))/g, '$1__placed($2, () => eA.contextReference(), oA)', 1],
    [/document\.scrollingElement\?\.scrollTo\(0, 0\)/g, 'document.dispatchEvent(new Event("faults"))', 1],
    [/(createBlock\(unref\(script\$f\), \{\s+)id(: eA\.node\.nodeId)/g, '$1inputId$2', 1],
  ],
  'MapBlock-': [
    [/https:\/\/tile\.openstreetmap\.org\/\{z\}\/\{x\}\/\{y\}\.png/g, NO_TILE, 1],
    [/'&#169; <a href="https:\/\/www\.openstreetmap\.org\/copyright" target="_blank">OpenStreetMap<\/a> contributors\.'/g, '""', 1],
  ],
}
const words = Object.keys(JSON.parse(readFileSync(here('src/words_vi.json'), 'utf8')))
const unsaid = new Set(words)

// A word that is said, and not one that is compared or names something.
const quoted = words.map(word => JSON.stringify(word).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
const spoken = new RegExp(`(?<=\\? )(?:${quoted})|(?<!case |=== )(?:${quoted})(?!\\s*:)`, 'g')

export function patchedWebForms(name, source) {
  const patched = Object.entries(CHANGES).find(([start]) => name.startsWith(start))?.[1].reduce(
    (text, change) => changed(name, text, change), source)
  return name === 'index.js' ? patched : translated(patched ?? source)
}

export function forgottenWords() {
  return [...unsaid]
}

function changed(name, text, [found, put, times]) {
  const count = text.match(found)?.length ?? 0
  if (count !== times) throw new Error(`${name}: ${found} stands there ${count} times instead of ${times}`)
  return text.replace(found, put)
}

function translated(source) {
  const text = source.replace(spoken, word => {
    unsaid.delete(JSON.parse(word))
    return `__said(${word})`
  })
  const brought = [['said', 'said'], ['placed', 'faults']]
  const imports = brought.map(([name, file]) => `import { ${name} as __${name} } from ${JSON.stringify(here(`src/${file}.js`))};\n`)
  return imports.join('') + text
}
