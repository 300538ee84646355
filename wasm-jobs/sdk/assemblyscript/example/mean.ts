// A running mean: config names a channel, and each of its values becomes the mean of the
// last eight, oldest first in the sum, as of all examples in wasm-jobs/sdk.
import { close, column, config, emit, next, time, value } from "../tadpole";

export function _start(): void {
  const x = column(config);
  const last: f64[] = [];
  const mean: f64[] = [0];
  while (next()) {
    const v = value(x);
    if (isNaN(v)) continue; // not read
    if (last.length == 8) last.shift();
    last.push(v);
    let sum: f64 = 0;
    for (let i = 0; i < last.length; i++) sum += last[i];
    mean[0] = sum / <f64>last.length;
    emit(time, mean);
  }
  close();
}
