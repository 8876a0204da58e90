/* What was typed survives a lost session: kept on this device under the person who typed it, offered to that person
   again, dropped when the form is saved. Confidential fields (data-secret), passwords, files and hidden fields are never
   kept; only their labels are, so that one is told what to enter anew. The one hidden field that is kept is the token of
   this filling-in: if it was saved and only the answer was lost, saving it again leads to what was saved (R09). */

const PREFIX = 'tq.draft.';
const WEEK = 7 * 86_400_000;
const SAVED = 'tq_saved'; // the cookie in which an answer names the forms that were saved (app/doors.py, app/core/forms.py)
const english = () => document.documentElement.lang === 'en';
const person = document.body.dataset.person ?? '';
const mine = `${PREFIX}${person}.`;

const kept = (form) => [...form.elements].filter((e) =>
  e.name && !['hidden', 'file', 'password', 'submit', 'button', 'search'].includes(e.type) && !('secret' in e.dataset) && e.name !== 'csrf_token');

const valueOf = (e) => (['checkbox', 'radio'].includes(e.type) ? e.checked : e instanceof HTMLSelectElement && e.multiple ? [...e.selectedOptions].map((o) => o.value) : e.value);

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function put(e, value) {
  const before = valueOf(e);
  if (['checkbox', 'radio'].includes(e.type)) e.checked = Boolean(value);
  else if (Array.isArray(value)) for (const o of e.options) o.selected = value.includes(o.value);
  else e.value = value;
  if (value && JSON.stringify(before) !== JSON.stringify(value)) unfold(e);
  e.dispatchEvent(new Event('input', { bubbles: true }));
}

function unfold(e) {
  for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
}

const labelOf = (e) => e.labels?.[0]?.firstChild?.textContent.trim();
const tokenOf = (form) => form.elements.namedItem('form_token');
const nameOf = (e) => (['checkbox', 'radio'].includes(e.type) ? `${e.name}=${e.value}` : e.name);

// What is filled in but never kept: the words of its labels.
function left(form) {
  const filled = [...form.elements].filter((e) => e.name && (e.type === 'file' || 'secret' in e.dataset) && e.value);
  if (form.querySelector('input[type=hidden][name=held]')) filled.push(form.querySelector('input[type=file]'));
  const names = filled.filter(Boolean).map(labelOf);
  return [...new Set(names.filter(Boolean))];
}

export function keepDrafts(root) {
  clean(saved());
  for (const form of root.querySelectorAll('form[data-keep]')) keep(form, mine + form.dataset.keep);
  for (const form of root.querySelectorAll('form[data-sign-out]')) form.addEventListener('submit', () => drop((key) => key.startsWith(mine)));
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
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values, left: left(form), token: tokenOf(form)?.value })); } catch { /* full: the form itself still holds it */ }
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
    b.addEventListener('click', act);
    return b;
  };
  row.append(
    button(english() ? 'Take it back' : '恢复填写内容', () => {
      const values = new Map(found.values);
      if (found.token && tokenOf(form)) tokenOf(form).value = found.token;
      for (const e of kept(form)) if (values.has(nameOf(e))) put(e, values.get(nameOf(e)));
      for (const e of form.elements) if ((e.type === 'file' || 'secret' in e.dataset) && (found.left ?? []).includes(labelOf(e))) unfold(e);
      row.remove();
      p.textContent = restored(found.left ?? []);
    }),
    button(english() ? 'Discard' : '不要了', () => { localStorage.removeItem(key); note.remove(); }),
  );
  body.append(p, row);
  note.append(body);
  form.prepend(note);
}

function restored(names) {
  if (english()) return `What you typed is back.${names.length ? ` Not kept on this device, choose or enter again: ${names.join(', ')}.` : ''}`;
  return `已恢复填写的文字。${names.length ? `以下内容不在本机留底，请重新选择或者填写：${names.join('、')}。` : ''}`;
}

// The forms that the answer says were saved; said once.
function saved() {
  const found = document.cookie.split('; ').find((one) => one.startsWith(`${SAVED}=`))?.slice(SAVED.length + 1).replaceAll('"', '') ?? '';
  if (found) document.cookie = `${SAVED}=; path=/; max-age=0; samesite=lax`;
  return found.split('.').filter(Boolean);
}

function drop(which) {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && which(key)) localStorage.removeItem(key); } catch { /* storage is shut: no drafts */ }
}

// Before sign-in nobody is named, and nothing is dropped but what is old: who signs in again takes up what was typed.
function clean(done) {
  drop((key) => !(read(key)?.at > Date.now() - WEEK)
    || (person && !key.startsWith(mine))
    || done.some((form) => key === mine + form));
}
