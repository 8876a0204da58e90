/* What was typed survives a lost session: kept on this device, offered again, dropped when the form is saved.
   Confidential fields (data-secret), passwords, files and hidden fields are never kept. */

const PREFIX = 'tq.draft.';
const WEEK = 7 * 86_400_000;
const english = () => document.documentElement.lang === 'en';

const kept = (form) => [...form.elements].filter((e) =>
  e.name && !['hidden', 'file', 'password', 'submit', 'button', 'search'].includes(e.type) && !('secret' in e.dataset) && e.name !== 'csrf_token');

const valueOf = (e) => (['checkbox', 'radio'].includes(e.type) ? e.checked : e instanceof HTMLSelectElement && e.multiple ? [...e.selectedOptions].map((o) => o.value) : e.value);

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function put(e, value) {
  if (['checkbox', 'radio'].includes(e.type)) e.checked = Boolean(value);
  else if (Array.isArray(value)) for (const o of e.options) o.selected = value.includes(o.value);
  else e.value = value;
  e.dispatchEvent(new Event('input', { bubbles: true }));
}

const nameOf = (e) => (['checkbox', 'radio'].includes(e.type) ? `${e.name}=${e.value}` : e.name);

// A form was sent and the page that came back says "saved": its draft has done its duty. If the session was lost
// instead, nothing says so, and the draft is offered when the form is opened again after signing in.
export function keepDrafts(root) {
  clean(root.querySelector('#flashes .note-ok') !== null);
  for (const form of root.querySelectorAll('form[data-keep]')) keep(form, PREFIX + form.dataset.keep);
}

function keep(form, key) {
  const begun = JSON.stringify(kept(form).map((e) => [nameOf(e), valueOf(e)]));
  const found = read(key);
  const answered = form.querySelector('.error-summary, [data-answered]') !== null; // the server gave back what was typed
  if (found?.values && !answered && JSON.stringify(found.values) !== begun) offer(form, key, found);
  watch(form, key, begun);
}

function watch(form, key, begun) {
  let timer = 0;
  const save = (sent) => {
    const values = kept(form).map((e) => [nameOf(e), valueOf(e)]);
    if (!sent && JSON.stringify(values) === begun) { localStorage.removeItem(key); return; }
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), sent: sent ? Date.now() : 0, values })); } catch { /* full: the form itself still holds it */ }
  };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => save(false), 400); });
  form.addEventListener('submit', () => { clearTimeout(timer); save(true); });
}

function offer(form, key, found) {
  const note = document.createElement('div');
  note.className = 'note note-info kept';
  note.setAttribute('role', 'status');
  const body = document.createElement('div');
  body.className = 'note-body';
  const p = document.createElement('p');
  const at = new Date(found.at).toLocaleString(english() ? 'en' : 'zh-CN', { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  p.textContent = english() ? `You typed here on ${at} and did not save. Take it back?` : `您在 ${at} 填写过此表但没有保存，是否恢复？`;
  const row = document.createElement('div');
  row.className = 'buttons';
  const button = (text, act) => {
    const b = document.createElement('button');
    b.type = 'button';
    b.className = 'btn';
    b.textContent = text;
    b.addEventListener('click', () => { act(); note.remove(); });
    return b;
  };
  row.append(
    button(english() ? 'Take it back' : '恢复填写内容', () => {
      const values = new Map(found.values);
      for (const e of kept(form)) if (values.has(nameOf(e))) put(e, values.get(nameOf(e)));
    }),
    button(english() ? 'Discard' : '不要了', () => localStorage.removeItem(key)),
  );
  body.append(p, row);
  note.append(body);
  form.prepend(note);
}

function clean(saved) {
  try {
    for (const key of Object.keys(localStorage).filter((k) => k.startsWith(PREFIX))) {
      const draft = read(key);
      if (!(draft?.at > Date.now() - WEEK) || (saved && draft.sent)) localStorage.removeItem(key);
    }
  } catch { /* storage is shut: no drafts */ }
}
