// The widgets' words in the page's language; English ones stand in the widgets themselves.

import vietnamese from './words_vi.json'

const { lang } = document.documentElement

export function said(text) {
  return lang === 'vi' ? vietnamese[text] ?? text : text
}

// The calendar: names of days and months, and dates that nobody can mistake. The widgets' yy has four digits.
export function calendarWords() {
  const names = (options, dates) => dates.map(date => new Intl.DateTimeFormat(lang, options).format(date))
  const days = [...Array(7).keys()].map(day => new Date(2023, 0, 1 + day))
  const months = [...Array(12).keys()].map(month => new Date(2023, month, 1))
  return {
    dayNames: names({ weekday: 'long' }, days),
    dayNamesShort: names({ weekday: 'short' }, days),
    dayNamesMin: names({ weekday: lang === 'vi' ? 'narrow' : 'short' }, days),
    monthNames: names({ month: 'long' }, months),
    monthNamesShort: names({ month: 'short' }, months),
    firstDayOfWeek: lang === 'vi' ? 1 : 0,
    dateFormat: lang === 'vi' ? 'dd/mm/yy' : 'yy-mm-dd',
  }
}
