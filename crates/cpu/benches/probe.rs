//! What this machine gives at this moment, without any of our kernels: the denominators of benchmarks. Prints a table, or with
//! `--serve` answers lines of standard input, so that a measuring process can ask directly before and after each sample:
//! `peak THREADS MILLISECONDS` in f32 operations a second, `memory THREADS MILLISECONDS BYTES` in bytes a second.
use ironhorn_cpu::{Isa, isa, pool, probe};
use std::io::{BufRead, Write};
use std::time::Duration;

fn answer(line: &str) -> Option<f64> {
    let mut words = line.split_whitespace();
    let what = words.next()?;
    let mut number = || words.next()?.parse::<usize>().ok();
    let threads = number()?;
    let time = Duration::from_millis(number()? as u64);
    match what {
        "peak" => Some(probe::peak(isa::isa(), threads, time)),
        "memory" => Some(probe::Stream::new(isa::isa(), threads, number()?).rate(time)),
        _ => None,
    }
}

fn serve() -> std::io::Result<()> {
    let (lines, mut out) = (std::io::stdin().lock().lines(), std::io::stdout().lock());
    writeln!(out, "{{\"isa\":\"{}\",\"threads\":{}}}", isa::isa(), pool::threads())?;
    out.flush()?;
    for line in lines {
        match answer(&line?) {
            Some(rate) => writeln!(out, "{rate:.0}")?,
            None => writeln!(out, "null")?,
        }
        out.flush()?;
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    if std::env::args().any(|a| a == "--serve") {
        return serve();
    }
    let best = |f: &dyn Fn() -> f64| (0..20).map(|_| f()).fold(0.0, f64::max) / 1e9;
    let time = Duration::from_millis(2);
    for isa in Isa::available() {
        for threads in [1, pool::threads()] {
            let peak = best(&|| probe::peak(isa, threads, time));
            let [near, far] = [16 << 10, 64 << 20].map(|bytes| {
                let stream = probe::Stream::new(isa, threads, bytes);
                best(&|| stream.rate(time))
            });
            println!(
                "{isa:7} {threads} threads: {peak:6.1} GF/s of multiply-adds, reads {near:6.1} GB/s from L1, {far:5.1} GB/s from memory"
            );
        }
    }
    Ok(())
}
