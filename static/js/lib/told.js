// An event that carries what it tells as `detail`; Node 18 has no CustomEvent.

export class Told extends Event {
  constructor(name, detail) {
    super(name);
    this.detail = detail;
  }
}
