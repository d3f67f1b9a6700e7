// A table of a producer's pairs that changes as their candles come. Without a framework: each pair has a row, and each update
// writes the cells of one row.
import { connect } from 'candlecast/browser';

const form = document.querySelector('form');
const state = document.querySelector('#state');
const empty = document.querySelector('#empty');
const body = document.querySelector('tbody');

/** What stands for a frame: its row, and how to read it again. */
const shown = new Map();
let client;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const url = form.elements.url.value;
  const token = form.elements.token.value;
  client?.close();
  forgetRows();
  try {
    client = connect({ url, wsToken: token, onEvent: take });
    say(`Connecting to ${url}.`);
  } catch (error) {
    say(error.message, true);
  }
});

// A copy grows stale without an event when its candle does not come.
setInterval(showAll, 5000);

function take(event) {
  if (event.type === 'update') showUpdate(event.key);
  else if (event.type === 'whitelist') {
    say(`Connected: ${event.pairs.length} ${event.pairs.length === 1 ? 'pair' : 'pairs'} on the whitelist.`);
  } else if (event.type === 'disconnected') {
    say(`Disconnected: ${event.reason}. Trying again in ${Math.ceil(event.retryInMs / 1000)} s.`, true);
    showAll();
  }
}

function showUpdate(key) {
  const name = `${key.pair} ${key.timeframe} ${key.candleType}`;
  let entry = shown.get(name);
  if (entry === undefined) {
    entry = { key, row: document.createElement('tr') };
    shown.set(name, entry);
    entry.row.dataset.name = name;
    const next = Array.from(body.rows).find((row) => row.dataset.name > name);
    body.insertBefore(entry.row, next ?? null);
    empty.hidden = true;
  }
  show(entry);
  entry.row.classList.remove('fresh');
  // Read, so that the browser begins the animation anew.
  void entry.row.offsetWidth;
  entry.row.classList.add('fresh');
}

function showAll() {
  for (const entry of shown.values()) show(entry);
}

function show({ key, row }) {
  const { status, frame, reason } = client.frame(key.pair, key.timeframe, key.candleType);
  const last = lastOf(frame, 'close');
  const change = (last / lastOf(frame, 'close', 2) - 1) * 100;
  const heading = cell(key.pair, '', 'th');
  heading.scope = 'row';
  const detail = document.createElement('small');
  detail.textContent = ` ${key.timeframe}${key.candleType === 'spot' ? '' : ` ${key.candleType}`}`;
  heading.append(detail);
  const copy = cell(status, status);
  copy.title = reason ?? 'as the producer has it';
  row.replaceChildren(
    heading,
    cell(timeText(lastOf(frame, 'date'))),
    cell(numberText(last), 'number'),
    cell(changeText(change), `number ${change > 0 ? 'up' : change < 0 ? 'down' : ''}`),
    cell(signalText(frame)),
    cell(String(frame.length), 'number'),
    copy,
  );
}

/** The value of a column in the last row, or in one before it. Producers choose their columns. */
function lastOf(frame, name, fromEnd = 1) {
  return frame.has(name) ? frame.at(frame.length - fromEnd, name) : undefined;
}

function cell(text, classes = '', element = 'td') {
  const made = document.createElement(element);
  made.textContent = text;
  made.className = classes;
  return made;
}

function timeText(ms) {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : '–';
}

function numberText(value) {
  return Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 7 }) : '–';
}

function changeText(percent) {
  if (!Number.isFinite(percent)) return '–';
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '';
  return `${sign}${Math.abs(percent).toFixed(2)} %`;
}

/** The signals of the last candle, with the tag of the entry. */
function signalText(frame) {
  const set = ['enter_long', 'exit_long', 'enter_short', 'exit_short'].filter((name) => lastOf(frame, name) === 1);
  const tag = lastOf(frame, 'enter_tag');
  return [...set.map((name) => name.replace('_', ' ')), ...(tag ? [`(${tag})`] : [])].join(' ');
}

function say(text, isTrouble = false) {
  state.textContent = text;
  state.classList.toggle('trouble', isTrouble);
}

function forgetRows() {
  shown.clear();
  body.replaceChildren();
  empty.hidden = false;
}
