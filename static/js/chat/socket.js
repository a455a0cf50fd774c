/**
 * The tab's one window on the server: frames come in, three small words go out (watch, ack, ping).
 *
 * It never gives up. Phones and proxies close with any code, 1000 included, so only "signed out" (4401)
 * and "no right" (4403) are final. Reconnecting waits a random time up to a bound that doubles to 30 s,
 * so that a restart is not met by all tabs at once; waking, returning and coming online try at once.
 */

const HEARTBEAT = 25_000; // ms between pings
const MISSED = 2; // pings without any frame before the line counts as dead
const LONGEST_WAIT = 30_000; // ms
const ACK_FRAMES = 25;
const ACK_AFTER = 1_000; // ms

export class Socket {
  #onFrame;
  #onState;
  #onSignedOut;
  #onRefused;
  #socket = null;
  #tries = 0;
  #retry = null;
  #heart = null;
  #missed = 0;
  #watched = null;
  #grew = 0;
  #acked = 0;
  #ack = null;
  #over = false;
  #state = "";

  /**
   * `onFrame(frame)`, `onState(state)`, `onSignedOut()`; `onRefused()`: the server is there, but lets nobody in
   * (a browser is not told why a socket was refused before it was open).
   */
  constructor({ onFrame, onState, onSignedOut, onRefused }) {
    this.#onFrame = onFrame;
    this.#onState = onState;
    this.#onSignedOut = onSignedOut;
    this.#onRefused = onRefused;
    const wake = () => document.visibilityState === "visible" && this.#wake();
    document.addEventListener("visibilitychange", wake);
    addEventListener("pageshow", wake);
    addEventListener("online", wake);
    addEventListener("offline", () => this.#drop("offline"));
    this.#connect();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Follow one conversation (its UUID), or none; remembered over reconnects. */
  watch(conversation) {
    this.#watched = conversation;
    this.#grew = this.#acked = 0;
    this.#say({ watch: conversation });
  }

  #say(word) {
    if (this.isOpen) this.#socket.send(JSON.stringify(word));
  }

  #connect() {
    clearTimeout(this.#retry);
    if (this.#over || this.#socket) return;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`;
    const socket = (this.#socket = new WebSocket(url));
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", (event) => socket === this.#socket && this.#got(event.data));
    socket.addEventListener("close", (event) => socket === this.#socket && this.#closed(event.code));
  }

  #opened() {
    this.#missed = 0;
    clearInterval(this.#heart);
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT);
    this.#tell("open");
    this.watch(this.#watched);
  }

  #got(data) {
    this.#missed = 0;
    const frame = JSON.parse(data);
    // Open is not yet accepted: only a server that speaks resets the waiting time.
    this.#tries = 0;
    if (frame.t === "grew") this.#count();
    this.#onFrame(frame);
  }

  #count() {
    this.#grew += 1;
    if (this.#grew - this.#acked >= ACK_FRAMES) this.#sendAck();
    else this.#ack ??= setTimeout(() => this.#sendAck(), ACK_AFTER);
  }

  #sendAck() {
    clearTimeout(this.#ack);
    this.#ack = null;
    if (this.#grew === this.#acked) return;
    this.#acked = this.#grew;
    this.#say({ ack: this.#grew });
  }

  #beat() {
    if (this.#missed >= MISSED) return this.#drop("lost");
    this.#missed += 1;
    this.#say({ ping: 1 });
  }

  #wake() {
    if (!this.#socket) {
      this.#tries = 0;
      this.#connect();
      return;
    }
    // A line that slept may be dead without knowing: it has five seconds to show life.
    if (!this.isOpen) return;
    this.#missed += 1;
    this.#say({ ping: 1 });
    setTimeout(() => this.isOpen && this.#missed > 0 && this.#drop("lost"), 5_000);
  }

  /** Let go of the line ourselves; its own close event may come minutes later or never. */
  #drop(state) {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#later(state);
  }

  #closed(code) {
    this.#socket = null;
    if (code === 4401) {
      this.#over = true;
      this.#tell("signedout");
      this.#onSignedOut();
    } else if (code === 4403) {
      this.#over = true;
      this.#tell("refused");
    } else if (code === 4429) {
      this.#tries = Math.max(this.#tries, 4);
      this.#later("flooding");
    } else {
      if (this.#tries > 0 && navigator.onLine !== false) this.#onRefused();
      this.#later(code === 1012 || code === 4503 ? "restarting" : "lost");
    }
  }

  #later(state) {
    clearInterval(this.#heart);
    clearTimeout(this.#ack);
    this.#ack = null;
    if (this.#over) return;
    this.#tell(navigator.onLine === false ? "offline" : state);
    const bound = Math.min(LONGEST_WAIT, 1000 * 2 ** this.#tries);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), Math.random() * bound);
  }

  #tell(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }
}
