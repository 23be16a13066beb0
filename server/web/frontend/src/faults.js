// Where in the form an expression failed: the widgets themselves only say what went wrong.

let last = null

// Wraps how the widgets evaluate one expression; `place` gives the path of its node.
export function placed(evaluate, place, expression) {
  return fallback => {
    try {
      return evaluate(fallback)
    } catch (error) {
      // One that passes through others on its way up keeps the place that it came from.
      if (last?.error !== error) last = { error, path: pathOf(place), expression: String(expression) }
      throw error
    }
  }
}

// The place of an error with this message, if an expression was the cause.
export const placeOf = message => (last?.error.message === message ? last : null)

function pathOf(place) {
  try {
    return place()
  } catch {
    return ''
  }
}
