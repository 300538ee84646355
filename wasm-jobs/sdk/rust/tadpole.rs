//! What a job over sensors' readings needs in Rust: one file without dependencies, of which
//! a job says `#[path = "tadpole.rs"] mod tadpole;`. The readings of a window, or as they
//! come, flow out of `Job::next`, and what the job makes of them flows into `Job::emit`.
//!
//! The same job runs once, over a window, where edge.toml gives it one, and streaming where
//! it does not.
#![allow(dead_code)]

use std::fs::{self, File};
use std::io::{self, Error, ErrorKind, Read, Write};

/// One of the job's inputs.
pub struct Stream {
    pub name: String,
    pub channels: Vec<String>,
}

/// A channel of a stream.
#[derive(Clone, Copy)]
pub struct Column {
    stream: usize,
    value: usize,
}

/// What was read at one instant. A value of NaN was not read.
pub struct Reading {
    pub stream: usize, // its number among the job's; streams.len() = of none of them
    pub time: i64,     // nanoseconds since 1970
    pub values: Vec<f64>,
}

impl Reading {
    /// A value; NaN if it was not read, or the reading is another stream's.
    pub fn value(&self, c: Column) -> f64 {
        if c.stream != self.stream {
            return f64::NAN;
        }
        self.values.get(c.value).copied().unwrap_or(f64::NAN)
    }
}

/// The outside of a job.
pub struct Job {
    pub config: String, // as it stands in edge.toml
    pub streams: Vec<Stream>,
    pub batch: bool, // whether the job runs once, over a window
    input: Box<dyn Read>,
    output: Box<dyn Write>,
    waiting: Vec<u8>, // read, and not used yet from `at` on
    at: usize,
    made: Vec<u8>, // emitted, and not written yet
}

const CHUNK: usize = 1 << 16;

fn malformed(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("malformed reading: {}", why))
}

impl Job {
    /// Reads what there is beside the readings.
    pub fn open() -> io::Result<Job> {
        let config = fs::read_to_string("/inputs/config")?;
        let mut streams = Vec::new();
        for line in fs::read_to_string("/inputs/channels")?.lines() {
            let mut names = line.split('\t').map(String::from);
            streams.push(Stream { name: names.next().unwrap_or_default(), channels: names.collect() });
        }
        let (batch, input, output): (bool, Box<dyn Read>, Box<dyn Write>) = match File::open("/inputs/readings") {
            Ok(file) => (true, Box::new(file), Box::new(File::create("/outputs/readings")?)),
            Err(e) if e.kind() == ErrorKind::NotFound => (false, Box::new(io::stdin()), Box::new(io::stdout())),
            Err(e) => return Err(e),
        };
        Ok(Job { config, streams, batch, input, output, waiting: Vec::new(), at: 0, made: Vec::new() })
    }

    /// Finds a channel by "name", in the first stream that has it, or by "stream/name".
    pub fn column(&self, name: &str) -> io::Result<Column> {
        let find = |prefix: bool| {
            self.streams.iter().enumerate().find_map(|(stream, s)| {
                let name = if prefix { name.strip_prefix(s.name.as_str())?.strip_prefix('/')? } else { name };
                s.channels.iter().position(|c| c == name).map(|value| Column { stream, value })
            })
        };
        find(false).or_else(|| find(true)).ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the job's input has no channel {:?}", name)))
    }

    /// The next reading of any stream; none at the end. A streaming job waits for it, and
    /// has sent what it emitted before it does.
    pub fn next(&mut self) -> io::Result<Option<Reading>> {
        loop {
            if let Some((reading, size)) = self.decode()? {
                self.at += size;
                return Ok(Some(reading));
            }
            self.flush()?;
            self.waiting.drain(..self.at);
            self.at = 0;
            let have = self.waiting.len();
            self.waiting.resize(have + CHUNK, 0);
            let got = self.input.read(&mut self.waiting[have..])?;
            self.waiting.truncate(have + got);
            if got == 0 {
                return if have == 0 { Ok(None) } else { Err(malformed("it is cut off")) };
            }
        }
    }

    /// Reads the reading at the beginning of what waits; none = it is not whole.
    fn decode(&self) -> io::Result<Option<(Reading, usize)>> {
        let b = &self.waiting[self.at..];
        if b.len() < 2 {
            return Ok(None);
        }
        if b[0] != 1 {
            return Err(malformed("another version than 1"));
        }
        let head = 2 + b[1] as usize + 9;
        if b.len() < head {
            return Ok(None);
        }
        let name = &b[2..head - 9];
        let count = b[head - 1] as usize;
        let mut next = head + (count + 7) / 8;
        let mut time = [0; 8];
        time.copy_from_slice(&b[head - 9..head - 1]);
        let mut values = Vec::with_capacity(count);
        for i in 0..count {
            if b.len() < next {
                return Ok(None);
            }
            let size = if b[head + i / 8] >> (i % 8) & 1 != 0 { 8 } else { 4 };
            if b.len() < next + size {
                return Ok(None);
            }
            let mut wide = [0; 8];
            let mut narrow = [0; 4];
            if size == 8 {
                wide.copy_from_slice(&b[next..next + 8]);
                values.push(f64::from_be_bytes(wide));
            } else {
                narrow.copy_from_slice(&b[next..next + 4]);
                values.push(f32::from_be_bytes(narrow) as f64);
            }
            next += size;
        }
        let stream = self.streams.iter().position(|s| s.name.as_bytes() == name).unwrap_or(self.streams.len());
        Ok(Some((Reading { stream, time: i64::from_be_bytes(time), values }, next)))
    }

    /// Writes a reading of as many values as edge.toml says that the job has channels, at
    /// most 255.
    pub fn emit(&mut self, time: i64, values: &[f64]) -> io::Result<()> {
        self.made.extend_from_slice(&[1, 1, b'-']); // the host writes the job's name
        self.made.extend_from_slice(&time.to_be_bytes());
        self.made.push(values.len() as u8);
        let wide = self.made.len();
        self.made.resize(wide + (values.len() + 7) / 8, 0);
        for (i, &v) in values.iter().enumerate() {
            if v.is_nan() {
                self.made.extend_from_slice(&0x7fc0_0000u32.to_be_bytes());
            } else if v as f32 as f64 == v {
                self.made.extend_from_slice(&(v as f32).to_be_bytes());
            } else {
                self.made[wide + i / 8] |= 1 << (i % 8);
                self.made.extend_from_slice(&v.to_be_bytes());
            }
        }
        if self.made.len() < CHUNK {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.write_all(&self.made)?;
        self.made.clear();
        self.output.flush()
    }

    /// To be called last: what was emitted is written.
    pub fn close(mut self) -> io::Result<()> {
        self.flush()
    }
}
