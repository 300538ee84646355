//! A running mean: config names a channel, and each of its values becomes the mean of the
//! last eight, oldest first in the sum, as of all examples in wasm-jobs/sdk.
#[path = "../tadpole.rs"]
mod tadpole;

fn main() -> std::io::Result<()> {
    let mut job = tadpole::Job::open()?;
    let x = job.column(&job.config)?;
    let mut last: Vec<f64> = Vec::new();
    while let Some(reading) = job.next()? {
        let v = reading.value(x);
        if v.is_nan() {
            continue; // not read
        }
        if last.len() == 8 {
            last.remove(0);
        }
        last.push(v);
        let mut sum = 0.0;
        for v in &last {
            sum += v;
        }
        job.emit(reading.time, &[sum / last.len() as f64])?;
    }
    job.close()
}
