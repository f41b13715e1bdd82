//! Which vector instructions this process uses: found once, capped by `IRONHORN_ISA`, named in snapshots and tests.
use std::sync::OnceLock;
use tensor::{Error, Result};

/// A level of vector instructions, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Isa {
    /// What every CPU of the target has; one number at a time, as written.
    Scalar,
    /// 128-bit vectors of 64-bit ARM.
    Neon,
    /// 256-bit vectors with fused multiply-add.
    Avx2,
    /// 512-bit vectors with masks (F, DQ, BW, VL).
    Avx512,
}

impl Isa {
    const ALL: [Isa; 4] = [Isa::Scalar, Isa::Neon, Isa::Avx2, Isa::Avx512];

    /// The name `IRONHORN_ISA` takes.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Neon => "neon",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
        }
    }

    /// The levels this CPU has, weakest first. Not capped.
    pub fn available() -> Vec<Isa> {
        Isa::ALL.into_iter().filter(|isa| isa.supported()).collect()
    }

    /// Whether this CPU has the level.
    pub fn supported(self) -> bool {
        match self {
            Isa::Scalar => true,
            Isa::Neon => cfg!(target_arch = "aarch64"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                Isa::Avx2.supported()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Isa::Avx2 | Isa::Avx512 => false,
        }
    }
}

impl std::fmt::Display for Isa {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The level this process uses: the best this CPU has, at most what `IRONHORN_ISA` names. Chosen once.
pub fn isa() -> Isa {
    static CHOSEN: OnceLock<Isa> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let cap = cap().ok().flatten().unwrap_or(Isa::Avx512);
        Isa::available().into_iter().filter(|isa| *isa <= cap).max().unwrap_or(Isa::Scalar)
    })
}

/// Whether `IRONHORN_ISA` is unset or a known name. Error `isa_unknown` otherwise; `isa()` then ignores it.
pub fn check() -> Result<()> {
    cap().map(|_| ())
}

fn cap() -> Result<Option<Isa>> {
    match std::env::var("IRONHORN_ISA") {
        Err(_) => Ok(None),
        Ok(name) => parse(&name).map(Some),
    }
}

fn parse(name: &str) -> Result<Isa> {
    Isa::ALL.into_iter().find(|isa| isa.name() == name).ok_or_else(|| {
        let message =
            format!("IRONHORN_ISA is \"{name}\", which is no instruction set. Use scalar, neon, avx2 or avx512, or leave it unset.");
        Error::value("isa_unknown", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_refused() {
        for isa in Isa::ALL {
            assert_eq!(parse(isa.name()).unwrap(), isa);
        }
        assert_eq!(parse("sse9").unwrap_err().code(), "isa_unknown");
        assert!(Isa::available().contains(&Isa::Scalar) && isa().supported());
    }
}
