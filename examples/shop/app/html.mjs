// Server-side templates: a tagged literal that escapes every value it is given, unless the value is itself a template.

class Html {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function render(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (char) => ESCAPES[char]);
}

export function html(strings, ...values) {
  return new Html(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

/** Markup written in this repository, never text from a visitor. */
export function raw(text) {
  return new Html(text);
}
